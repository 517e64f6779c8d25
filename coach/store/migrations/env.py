"""Alembic's entry: the connection comes from `coach.store.database`."""

from alembic import context

from coach.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
context.run_migrations()
