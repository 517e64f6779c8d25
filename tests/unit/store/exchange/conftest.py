"""Three laptops: two in villages, one in the office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from exchange_given import Laptop


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path, new_database) -> Iterator[Laptop]:
    """With SQLite, or on the engine that a test names."""
    engine = getattr(request, "param", "sqlite")
    laptop = Laptop(tmp_path / "office", "Kampus", new_database(engine, "office"))
    yield laptop
    laptop.store.close()


@pytest.fixture
def village(tmp_path: Path, office: Laptop) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path / "village", "Posyandu Melati").knows(office)
    office.knows(laptop)
    yield laptop
    laptop.store.close()


@pytest.fixture
def other(tmp_path: Path, office: Laptop, village: Laptop) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path / "other", "Posyandu Mawar").knows(office, village)
    office.knows(laptop)
    village.knows(laptop)
    yield laptop
    laptop.store.close()
