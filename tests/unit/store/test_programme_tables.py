"""A programme's rows: they come through a backup, go with a participant, and are kept as long as the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from store_given import START, entry_of, round_of

from coach.settings import Settings
from coach.store.backup import backup, restore
from coach.store.base import Base, id_of, new_id
from coach.store.models import Participant
from coach.store.programme_tables import (
    Answer,
    Attendance,
    Criterion,
    Enrolment,
    Home,
    Meeting,
    Programme,
    Question,
    Quiz,
    Site,
    Staff,
)
from coach.store.removal import expire, withdraw
from coach.store.repository import Store

PERSONAL = (Enrolment, Attendance, Quiz, Home, Answer)


def row(table: type[Any], at: datetime = START, **values: object) -> Any:
    values.setdefault("id", new_id())
    return table(made_utc=at, made_by="Ani", changed_utc=at, changed_by="Ani", **values)


def fill(store: Store, *codes: str, at: datetime = START) -> str:
    """A programme with a row in every table; the second of two participants was trained by the first."""
    programme, site, staff, meeting, question = (new_id() for _ in range(5))
    of = {"programme_id": programme}
    with store.writing() as session:
        for code in codes:
            session.add(
                Participant(
                    code=code, consent_practice=True, consent_movement=False, consent_picture=False,
                    consent_report=True, consent_utc=at,
                )
            )  # fmt: skip
        session.add(row(Programme, id=programme, title="Kelas ibu", starts_on=date(2026, 11, 1)))
        session.flush()
        session.add(row(Criterion, name="learned_percent", value=80.0, **of))
        session.add(row(Site, id=site, name="Posyandu Melati", **of))
        session.add(row(Staff, id=staff, name="Bidan Ani", profession="midwife", **of))
        session.flush()
        session.add(
            row(Meeting, id=meeting, on_date=date(2026, 11, 20), stage="implementation", site_id=site,
                staff_id=staff, prepared=["film"], **of)
        )  # fmt: skip
        session.add(row(Question, id=question, place=1, kind="yesno", standard="heard", **of))
        session.flush()
        for i, code in enumerate(codes):
            session.add(row(Attendance, at, meeting_id=meeting, code=code, present=True))
            session.add(
                row(Enrolment, at, code=code, partner=codes[i - 1], trained_by=codes[0] if i else None, **of)
            )
            session.add(
                row(Quiz, at, code=code, occasion="before", taken_on=date(2026, 11, 20), correct=4, total=10,
                    source="screen", answers={"pain": True}, **of)
            )  # fmt: skip
            session.add(
                row(
                    Home, at, code=code, asked_on=date(2026, 12, 9), days_a_week=3, minutes=15, taught=1, **of
                )
            )
            session.add(row(Answer, at, question_id=question, code=code, value="yes"))
    return programme


def counts(store: Store) -> dict[str, int]:
    with store.reading() as session:
        tables = Base.metadata.sorted_tables
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def test_ids_are_the_same_wherever_the_same_is_written():
    assert id_of("programme", "A-07") == id_of("programme", "A-07") != id_of("programmeA", "-07")
    assert len({new_id() for _ in range(100)}) == 100


def test_every_row_of_a_programme_can_travel():
    names = {"id", "made_utc", "made_by", "changed_utc", "changed_by", "removed"}
    for table in (Programme, Criterion, Site, Staff, Meeting, Question, *PERSONAL):
        assert names <= {c.name for c in table.__table__.columns}


def test_a_backup_carries_a_programme(store: Store, tmp_path: Path):
    fill(store, "A-01", "A-02")
    before = counts(store)
    backup(store, tmp_path / "b.zip")
    with store.writing() as session:
        session.execute(text("DELETE FROM programme"))
        session.execute(text("DELETE FROM participant"))
    assert sum(counts(store).values()) == 0
    restore(store, tmp_path / "b.zip")
    assert counts(store) == before
    with store.reading() as session:
        meeting = session.scalars(select(Meeting)).one()
        assert (meeting.on_date, meeting.prepared) == (date(2026, 11, 20), ["film"])
        assert meeting.made_utc == START


def test_who_withdraws_is_gone_from_the_programme_and_others_stay(store: Store):
    fill(store, "MAWAR-1", "MAWAR-2")
    receipt = withdraw(store, "MAWAR-1")
    assert receipt.proved
    with store.reading() as session:
        for table in PERSONAL:
            assert session.scalars(select(table.code)).all() == ["MAWAR-2"]
        left = session.scalars(select(Enrolment)).one()
        assert (left.partner, left.trained_by) == (None, None)
    assert counts(store)["meeting"] == 1


@pytest.mark.parametrize(("days", "stays"), [(365, True), (367, False)])
def test_participants_stay_without_a_round_as_long_as_scores_do(store: Store, days: int, stays: bool):
    fill(store, "A-01")
    expire(store, Settings(), now=START + timedelta(days=days))
    assert store.codes() == (["A-01"] if stays else [])
    assert all(counts(store)[t.__tablename__] == int(stays) for t in PERSONAL)
    assert counts(store)["programme"] == 1


def test_a_newer_word_on_paper_is_not_overwritten_by_an_older_round(store: Store):
    recording, report = round_of()
    fill(store, "A-07", at=datetime.now(UTC))
    store.keep(entry_of(report), recording)  # from before; agreed to everything
    with store.reading() as session:
        assert session.get_one(Participant, "A-07").consent_movement is False
