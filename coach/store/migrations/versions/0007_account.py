"""An instructor may sign in with an account of the campus (OpenID Connect)."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("instructor", sa.Column("account", sa.String(length=330), nullable=True))
    op.create_index(op.f("ix_instructor_account"), "instructor", ["account"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_instructor_account"), "instructor")
    op.drop_column("instructor", "account")
