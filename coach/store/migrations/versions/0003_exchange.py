"""Several laptops: names for notes and changes that hold on every one, versions of rows, and versions in conflict."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SPACE = uuid.UUID("0c0b7a52-3d2f-4b0e-8a51-6f6a1d9c4c11")


def upgrade() -> None:
    for table in ("note", "change"):
        op.add_column(table, sa.Column("uid", sa.String(length=36), nullable=True))
    _name_rows(op.get_bind())
    for table in ("note", "change"):
        with op.batch_alter_table(table) as batch:
            batch.alter_column("uid", existing_type=sa.String(length=36), nullable=False)
            batch.create_unique_constraint(op.f(f"uq_{table}_uid"), ["uid"])
    op.create_table(
        "version",
        sa.Column("table", sa.String(length=32), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ancestors", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=True),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("parent", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("table", "uid", name=op.f("pk_version")),
    )
    op.create_index(op.f("ix_version_owner"), "version", ["owner"], unique=False)
    op.create_table(
        "rival",
        sa.Column("table", sa.String(length=32), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ancestors", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=True),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("row", sa.JSON(), nullable=True),
        sa.Column("came_from", sa.String(length=64), nullable=False),
        sa.Column("came_utc", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("table", "uid", "id", name=op.f("pk_rival")),
    )
    op.create_index(op.f("ix_rival_owner"), "rival", ["owner"], unique=False)


def _name_rows(connection: sa.Connection) -> None:
    """Name old rows by what they are, so that copies of one database give the same names."""
    practice = sa.table("practice", sa.column("id"), sa.column("key"))
    note, change = (
        sa.table(name, *(sa.column(c) for c in ("id", "practice_id", "uid", "what", "item")),
                 sa.column("before", sa.JSON), sa.column("after", sa.JSON))
        for name in ("note", "change")
    )  # fmt: skip
    keys = dict(connection.execute(sa.select(practice.c.id, practice.c.key)).tuples().all())

    def name(kind: str, practice_id: int, number: int) -> str:
        return str(uuid.uuid5(_SPACE, f"{keys[practice_id]}\n{kind}\n{number}"))

    for number, of in connection.execute(sa.select(note.c.id, note.c.practice_id)).tuples().all():
        connection.execute(note.update().where(note.c.id == number).values(uid=name("note", of, number)))
    rows = connection.execute(
        sa.select(
            change.c.id,
            change.c.practice_id,
            change.c.what,
            change.c.item,
            change.c.before,
            change.c.after,
        )
    )
    for number, of, what, item, before, after in rows.tuples().all():
        values: dict[str, object] = {"uid": name("change", of, number)}
        if what == "note":  # it was the note's number
            uid = {"uid": name("note", of, item)}
            values |= {
                "item": None,
                "before": before and {**uid, **before},
                "after": after and {**uid, **after},
            }
        connection.execute(change.update().where(change.c.id == number).values(values))
