"""What every table is made of: one metadata for all, moments in UTC, and what a row that travels carries."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_SPACE = uuid.UUID("6f5c2a0e-7f0b-4d5b-9d3e-2f6f4b8f6a10")


class UtcTime(TypeDecorator[datetime]):
    """A moment with its time zone, stored as UTC: SQLite knows no time zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    # Constraints bear names, so that a migration can speak of them on every engine.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way
        datetime: UtcTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


def new_id() -> str:
    """An id that no other laptop gives."""
    return str(uuid.uuid4())


def id_of(*parts: str) -> str:
    """The id of what these parts name together: two laptops that write it down apart write one row."""
    return str(uuid.uuid5(_SPACE, "\n".join(parts)))


class Travelling:
    """Columns of a row that goes from laptop to laptop: an id for ever, and who wrote it when.

    A row that was taken away stays, marked: else another laptop's copy would bring it back.
    """

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    made_utc: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    changed_utc: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))
    removed: Mapped[bool] = mapped_column(default=False)
