"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_utc", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
    )
    op.create_index(op.f("ix_access_at_utc"), "access", ["at_utc"], unique=False)
    op.create_table(
        "instructor",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("made_utc", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_instructor")),
    )
    op.create_table(
        "participant",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("age_band", sa.String(length=16), nullable=True),
        sa.Column("status_band", sa.String(length=32), nullable=True),
        sa.Column("consent_practice", sa.Boolean(), nullable=False),
        sa.Column("consent_movement", sa.Boolean(), nullable=False),
        sa.Column("consent_picture", sa.Boolean(), nullable=False),
        sa.Column("consent_report", sa.Boolean(), nullable=False),
        sa.Column("consent_utc", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_participant")),
    )
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("started_utc", sa.DateTime(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("app_version", sa.String(length=32), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("back_seen", sa.Float(), nullable=True),
        sa.Column("left_seen", sa.Float(), nullable=True),
        sa.Column("right_seen", sa.Float(), nullable=True),
        sa.Column("comfort", sa.Integer(), nullable=True),
        sa.Column("pain", sa.Boolean(), nullable=True),
        sa.Column("recording", sa.String(length=64), nullable=True),
        sa.Column("overall", sa.Float(), nullable=True),
        sa.Column("rated", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=True),
        sa.Column("reviewed_utc", sa.DateTime(), nullable=True),
        sa.CheckConstraint("comfort IS NULL OR comfort BETWEEN 1 AND 5", name=op.f("ck_practice_comfort")),
        sa.ForeignKeyConstraint(
            ["code"], ["participant.code"], name=op.f("fk_practice_code_participant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint("key", name=op.f("uq_practice_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_practice_code_started", "practice", ["code", "started_utc"], unique=False)
    op.create_index(op.f("ix_practice_overall"), "practice", ["overall"], unique=False)
    op.create_index(op.f("ix_practice_recording"), "practice", ["recording"], unique=False)
    op.create_index(op.f("ix_practice_reviewed_utc"), "practice", ["reviewed_utc"], unique=False)
    op.create_index(op.f("ix_practice_started_utc"), "practice", ["started_utc"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("at_utc", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_change_practice_id_practice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_practice_id"), "change", ["practice_id"], unique=False)
    op.create_table(
        "cue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("t_s", sa.Float(), nullable=False),
        sa.Column("cue", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_cue_practice_id_practice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cue")),
    )
    op.create_index(op.f("ix_cue_practice_id"), "cue", ["practice_id"], unique=False)
    op.create_table(
        "mark",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("instructor", sa.String(length=64), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value BETWEEN 0 AND 2", name=op.f("ck_mark_value")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_mark_practice_id_practice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("practice_id", "instructor", "item", name=op.f("pk_mark")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("instructor", sa.String(length=64), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_utc", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_note_practice_id_practice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_practice_id"), "note", ["practice_id"], unique=False)
    op.create_table(
        "result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("made_utc", sa.DateTime(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("app_version", sa.String(length=32), nullable=False),
        sa.Column("overall", sa.Float(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_result_practice_id_practice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        sa.UniqueConstraint("practice_id", "rules", name=op.f("uq_result_practice_id_rules")),
    )
    op.create_index(op.f("ix_result_practice_id"), "result", ["practice_id"], unique=False)
    op.create_table(
        "verdict",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("instructor", sa.String(length=64), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=8), nullable=True),
        sa.Column("decided_utc", sa.DateTime(), nullable=True),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_verdict_rating")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_verdict_practice_id_practice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("practice_id", "instructor", name=op.f("pk_verdict")),
    )


def downgrade() -> None:
    for table in (
        "access",
        "change",
        "cue",
        "mark",
        "note",
        "result",
        "verdict",
        "instructor",
        "practice",
        "participant",
    ):
        op.drop_table(table)
