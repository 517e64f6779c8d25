"""What remains of a year when its scores are deleted: numbers of many, of nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "yearly",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("figure", sa.String(length=48), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "mode", "figure", name=op.f("pk_yearly")),
    )


def downgrade() -> None:
    op.drop_table("yearly")
