"""A programme: its sites, sessions, participants, quizzes and interview."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TABLES = (
    "answer", "question", "home", "quiz", "enrolment", "attendance", "meeting", "staff", "site", "criterion",
    "programme",
)  # fmt: skip


def upgrade() -> None:
    for column in (
        sa.Column("made_utc", sa.DateTime(), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=True),
        sa.Column("changed_utc", sa.DateTime(), nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("participant", column)
    _table(
        "programme",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("aims", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("obstacles", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
    )
    _of_programme(
        "criterion",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
    )
    _of_programme("site", sa.Column("name", sa.String(length=120), nullable=False))
    _of_programme(
        "staff",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("profession", sa.String(length=16), nullable=False),
    )
    _of_programme(
        "meeting",
        _reference("meeting", "site_id", "site.id", "SET NULL"),
        _reference("meeting", "staff_id", "staff.id", "SET NULL"),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("prepared", sa.JSON(), nullable=False),
        sa.Column("adverse", sa.Text(), nullable=False),
    )
    op.create_index(op.f("ix_meeting_on_date"), "meeting", ["on_date"], unique=False)
    _table(
        "attendance",
        _reference("attendance", "meeting_id", "meeting.id", "CASCADE"),
        _reference("attendance", "code", "participant.code", "CASCADE"),
        sa.Column("present", sa.Boolean(), nullable=False),
    )
    _indexes("attendance", "meeting_id", "code")
    _of_programme(
        "enrolment",
        _reference("enrolment", "code", "participant.code", "CASCADE"),
        _reference("enrolment", "site_id", "site.id", "SET NULL"),
        _reference("enrolment", "partner", "participant.code", "SET NULL"),
        _reference("enrolment", "trained_by", "participant.code", "SET NULL"),
        _reference("enrolment", "trained_by_staff", "staff.id", "SET NULL"),
        sa.Column("may_guide", sa.Boolean(), nullable=False),
    )
    _indexes("enrolment", "code")
    _of_programme(
        "quiz",
        _reference("quiz", "code", "participant.code", "CASCADE"),
        sa.Column("occasion", sa.String(length=8), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=True),
        sa.CheckConstraint("correct BETWEEN 0 AND total", name=op.f("ck_quiz_correct")),
        sa.CheckConstraint(
            "confidence IS NULL OR confidence BETWEEN 1 AND 5", name=op.f("ck_quiz_confidence")
        ),
    )
    _indexes("quiz", "code")
    _of_programme(
        "home",
        _reference("home", "code", "participant.code", "CASCADE"),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("days_a_week", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("taught", sa.Integer(), nullable=False),
        sa.CheckConstraint("days_a_week BETWEEN 0 AND 7", name=op.f("ck_home_days")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_home_minutes")),
        sa.CheckConstraint("taught >= 0", name=op.f("ck_home_taught")),
    )
    _indexes("home", "code")
    _of_programme(
        "question",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("standard", sa.String(length=32), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
    )
    _table(
        "answer",
        _reference("answer", "question_id", "question.id", "CASCADE"),
        _reference("answer", "code", "participant.code", "CASCADE"),
        sa.Column("value", sa.String(length=120), nullable=False),
    )
    _indexes("answer", "question_id", "code")


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    for column in ("sample", "changed_by", "changed_utc", "made_by", "made_utc"):
        op.drop_column("participant", column)


def _table(name: str, *columns: object) -> None:
    """A table whose rows travel; see `coach.store.base.Travelling`."""
    op.create_table(
        name,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("made_utc", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("changed_utc", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        *(part for column in columns for part in (column if isinstance(column, tuple) else (column,))),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _of_programme(name: str, *columns: object) -> None:
    _table(name, _reference(name, "programme_id", "programme.id", "CASCADE"), *columns)
    _indexes(name, "programme_id")


def _reference(table: str, column: str, target: str, ondelete: str) -> tuple[object, object]:
    """A column and its foreign key; what need not be named becomes empty when the other row goes."""
    of, key = target.split(".")
    return (
        sa.Column(column, sa.String(length=32 if key == "code" else 36), nullable=ondelete == "SET NULL"),
        sa.ForeignKeyConstraint(
            [column], [target], name=op.f(f"fk_{table}_{column}_{of}"), ondelete=ondelete
        ),
    )


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
