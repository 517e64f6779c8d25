"""What is remembered of rows that travel: which version is in the tables here, and which others wait for a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from coach.store.base import Base


class Version(Base):
    """The version of a row that its table holds here; without a digest the row was taken away."""

    __tablename__ = "version"
    table: Mapped[str] = mapped_column(String(32), primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The row's name on every laptop, a hash; see `coach.store.exchange.rows`."""
    id: Mapped[str] = mapped_column(String(32))
    """Of the version: a hash of the contents and of what it followed from."""
    ancestors: Mapped[list[str]]
    digest: Mapped[str | None] = mapped_column(String(32))
    owner: Mapped[str | None] = mapped_column(String(32), index=True)
    """`uid` of the participant that the row is of: what is known of it goes with her."""
    parent: Mapped[str | None] = mapped_column(String(32))
    """`uid` of the row that it hangs on, whose end is its own."""


class Rival(Base):
    """Another version of a row that neither follows from the one in its table nor it from this."""

    __tablename__ = "rival"
    table: Mapped[str] = mapped_column(String(32), primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ancestors: Mapped[list[str]]
    digest: Mapped[str | None] = mapped_column(String(32))
    owner: Mapped[str | None] = mapped_column(String(32), index=True)
    row: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    came_from: Mapped[str] = mapped_column(String(64))
    came_utc: Mapped[datetime]
