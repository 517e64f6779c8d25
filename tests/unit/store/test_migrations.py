"""Records of an older program are brought up to date with all that they hold."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from store_given import round_of

import coach.store
from coach.scoring.reference import load_reference
from coach.store.repository import Store


@pytest.fixture
def first_tables(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the first tables: one practice with two results."""
    monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    coach_home.mkdir(exist_ok=True)
    file = coach_home / "records.sqlite"
    config = Config()
    config.set_main_option("script_location", str(Path(coach.store.__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    report = json.dumps(round_of()[1])
    with sqlite3.connect(file) as database:
        database.execute(
            "INSERT INTO participant (code, consent_practice, consent_movement, consent_picture, consent_report, "
            "consent_utc) VALUES ('A-07', 1, 0, 0, 1, '2026-11-20 08:30:00')"
        )
        database.execute(
            "INSERT INTO practice (id, key, code, started_utc, mode, source, app_version, duration_s, rated, overall) "
            "VALUES (1, 'a', 'A-07', '2026-11-20 08:30:00', 'guided', 'camera', '0', 40, 1, 70)"
        )
        for number, rules in ((1, "older"), (2, "newer")):
            database.execute(
                "INSERT INTO result (id, practice_id, made_utc, reference, profile, rules, app_version, "
                "overall, report) "
                "VALUES (?, 1, '2026-11-20 08:30:00', 'fists', 'standard', ?, '0', 70, ?)",
                (number, rules, report),
            )
    database.close()
    return coach_home


def test_results_of_before_get_the_version_that_their_report_tells(first_tables: Path):
    store = Store(first_tables)
    practice = store.practice(1)
    assert practice.result.rules == "newer"
    assert {r.profile_version for r in practice.results} == {load_reference("fists").profile.version}
    assert {r.reference_version for r in practice.results} == {None}  # nobody wrote it down then
    store.count_result(1, practice.results[0].id)
    assert store.practice(1).result.rules == "older"
    store.close()


def test_models_and_migrations_tell_of_the_same_tables(store: Store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from coach.store.models import Base

    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
