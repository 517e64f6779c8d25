"""Results name the versions they follow from, and a practice says which of its results counts."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("result", sa.Column("profile_version", sa.String(length=16), nullable=True))
    op.add_column("result", sa.Column("reference_version", sa.String(length=16), nullable=True))
    op.add_column("practice", sa.Column("result_id", sa.Integer(), nullable=True))
    op.add_column("practice", sa.Column("chosen_rules", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_practice_result_id"), "practice", ["result_id"], unique=False)
    connection = op.get_bind()
    result = sa.table(
        "result",
        sa.column("id", sa.Integer),
        sa.column("practice_id", sa.Integer),
        sa.column("profile_version", sa.String),
        sa.column("report", sa.JSON),
    )
    practice = sa.table("practice", sa.column("id", sa.Integer), sa.column("result_id", sa.Integer))
    for number in connection.scalars(sa.select(result.c.id)).all():
        report = connection.scalar(sa.select(result.c.report).where(result.c.id == number))
        connection.execute(
            sa.update(result).where(result.c.id == number).values(profile_version=_version(report))
        )
    newest = sa.select(sa.func.max(result.c.id)).where(result.c.practice_id == practice.c.id)
    connection.execute(sa.update(practice).values(result_id=newest.scalar_subquery()))


def _version(report: dict | None) -> str | None:
    """As `coach.scoring.versions` makes it today; the movement of a reference of then is not in a report."""
    profile = (report or {}).get("settings", {}).get("profile")
    if not profile:
        return None
    return hashlib.sha256(json.dumps(profile, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def downgrade() -> None:
    op.drop_index(op.f("ix_practice_result_id"), "practice")
    op.drop_column("practice", "chosen_rules")
    op.drop_column("practice", "result_id")
    op.drop_column("result", "reference_version")
    op.drop_column("result", "profile_version")
