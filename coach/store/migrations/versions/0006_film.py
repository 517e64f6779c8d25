"""A practice may have a video, where the participant agreed to one."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("practice", sa.Column("film", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_practice_film"), "practice", ["film"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_practice_film"), "practice")
    op.drop_column("practice", "film")
