"""A programme is written down, by whom and when, and what cannot be is refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from store_given import ALL, START, entry_of, round_of

from coach.errors import EntryError
from coach.store import access
from coach.store.enrolments import (
    Person,
    QuizResult,
    answer,
    codes_in,
    enrol,
    enrol_many,
    leave,
    put_question,
    record_home,
    record_quiz,
)
from coach.store.entries import Consent
from coach.store.models import Participant
from coach.store.programme_tables import Answer, Attendance, Enrolment, Meeting, Programme, Quiz, Site
from coach.store.programmes import (
    NewMeeting,
    add_meeting,
    add_site,
    add_staff,
    begin,
    change,
    change_meeting,
    listed,
    set_attendance,
    take_away,
)
from coach.store.removal import withdraw
from coach.store.repository import Store
from coach.store.samples import is_sample

DAY = date(2026, 11, 20)


@pytest.fixture
def store(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """On SQLite alone: what is of PostgreSQL is tried in test_programme_tables.py."""
    monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    store = Store(coach_home)
    yield store
    store.close()


@pytest.fixture
def own(store: Store) -> str:
    return begin(store, "Kelas ibu", "Ani", starts_on=DAY)


def rows(store: Store, table: type) -> dict[str, tuple]:
    with store.reading() as session:
        return {r.id: (r.changed_by, r.changed_utc, r.removed) for r in session.scalars(select(table))}


def enrolments(store: Store) -> dict[str, Enrolment]:
    with store.reading() as session:
        return {e.code: e for e in session.scalars(select(Enrolment).where(~Enrolment.removed))}


def test_what_is_the_same_is_not_written_again(store: Store, own: str):
    before = rows(store, Programme)
    change(store, own, "Budi", title="Kelas ibu", starts_on=DAY)
    assert rows(store, Programme) == before
    change(store, own, "Budi", aims="  Bisa memijat.  ")
    assert rows(store, Programme)[own][0] == "Budi"
    assert listed(store)[0].aims == "Bisa memijat."


def test_attendance_is_one_row_a_person_whoever_writes_it(store: Store, own: str):
    enrol_many(store, own, ["A-1", "A-2", "A-3"], Consent(), "Ani")
    meeting = add_meeting(store, own, NewMeeting(DAY, "implementation"), "Ani")
    set_attendance(store, meeting, {"A-1", "A-2", "STRANGER"}, "Ani")
    set_attendance(store, meeting, {"A-2"}, "Budi")
    with store.reading() as session:
        found = {a.code: (a.present, a.changed_by) for a in session.scalars(select(Attendance))}
    assert found == {"A-1": (False, "Budi"), "A-2": (True, "Ani")}
    with pytest.raises(EntryError, match="not in the records"):
        set_attendance(store, "nowhere", set(), "Ani")


def test_what_is_taken_away_stays_marked(store: Store, own: str):
    site = add_site(store, own, "Posyandu Melati", "Ani")
    take_away(store, Site, site, "Budi")
    assert rows(store, Site)[site][::2] == ("Budi", True)


def test_a_session_is_changed(store: Store, own: str):
    site, staff = add_site(store, own, "Melati", "Ani"), add_staff(store, own, "Bidan Ani", "midwife", "Ani")
    number = add_meeting(store, own, NewMeeting(DAY, "implementation", site, staff, ("place", "film")), "Ani")
    change_meeting(store, number, NewMeeting(DAY, "evaluation", None, staff, (), " hujan "), "Ani")
    with store.reading() as session:
        meeting = session.get_one(Meeting, number)
        assert (meeting.stage, meeting.site_id, meeting.prepared, meeting.adverse) == (
            "evaluation",
            None,
            [],
            "hujan",
        )


def test_a_couple_is_one_and_nobody_has_two_partners(store: Store, own: str):
    enrol_many(store, own, ["A-1", "B-1", "B-2"], Consent(), "Ani")
    enrol(store, own, Person("A-1", partner="b 1"), "Ani")
    assert {c: e.partner for c, e in enrolments(store).items()} == {"A-1": "B-1", "B-1": "A-1", "B-2": None}
    enrol(store, own, Person("A-1", partner="B-2"), "Ani")
    assert {c: e.partner for c, e in enrolments(store).items()} == {"A-1": "B-2", "B-1": None, "B-2": "A-1"}
    leave(store, own, "B-2", "Ani")
    assert {c: e.partner for c, e in enrolments(store).items()} == {"A-1": None, "B-1": None}


def test_nobody_is_trained_in_a_circle(store: Store, own: str):
    enrol_many(store, own, ["A-1", "A-2", "A-3"], Consent(), "Ani")
    enrol(store, own, Person("A-2", trained_by="A-1"), "Ani")
    enrol(store, own, Person("A-3", trained_by="A-2"), "Ani")
    with pytest.raises(EntryError, match="trained by this person"):
        enrol(store, own, Person("A-1", trained_by="A-3"), "Ani")
    assert enrolments(store)["A-1"].trained_by is None


@pytest.mark.parametrize(
    "person",
    [
        Person("3201234567890001"),
        Person("A-1", consent=Consent(practice=False)),
        Person("A-1", role="king"),
        Person("A-1", age_band="33"),
        Person("A-1", status_band="unknown"),
        Person("A-1", age_band="under 18", consent=Consent(movement=True)),
        Person("A-1", partner="A-1"),
        Person("A-1", partner="Z-9"),
        Person("A-1", trained_by="Z-9"),
    ],
)
def test_what_may_not_be_entered_is_refused_whole(store: Store, own: str, person: Person):
    with pytest.raises(EntryError):
        enrol(store, own, person, "Ani")
    assert store.codes() == []


def test_who_turns_out_to_be_under_18_has_the_videos_deleted(store: Store, own: str):
    recording, report = round_of()
    store.keep(entry_of(report, code="A-07"), recording, b"a film")
    later = START + timedelta(days=1)
    store.keep(entry_of(report, key="b", code="A-07", consent=Consent(), started_utc=later), None)
    enrol(store, own, Person("A-07", age_band="under 18", consent=Consent()), "Ani")
    assert list(store.films.stored()) == []


def test_who_takes_back_consent_to_be_filmed_has_the_videos_deleted(store: Store, own: str, tmp_path: Path):
    recording, report = round_of()
    film = tmp_path / "film.mp4"
    for number in (1, 2):
        film.write_bytes(b"film %d" % number)
        store.keep(entry_of(report, key=f"round-{number}", code="A-07"), recording, film)
    enrol(store, own, Person("A-07", consent=ALL), "Ani")
    assert len(list(store.films.stored())) == 2
    enrol(store, own, Person("A-07", consent=replace(ALL, picture=False)), "Ani")
    assert list(store.films.stored()) == []
    assert [line.what for line in access.trail(store)] == ["video deleted", "video deleted"]
    assert store.recording(store.practice(1)) is not None


def test_who_withdrew_is_not_entered_again(store: Store, own: str):
    enrol(store, own, Person("MAWAR-1"), "Ani")
    withdraw(store, "MAWAR-1")
    with pytest.raises(EntryError, match="withdrawn"):
        enrol(store, own, Person("MAWAR-1"), "Ani")


@pytest.mark.parametrize(("sample", "code"), [(False, "contoh 41"), (False, "CONTOH9"), (True, "A-1")])
def test_nothing_made_up_comes_into_a_real_programme_nor_anybody_real_into_the_sample(
    store: Store, sample: bool, code: str
):
    programme = begin(store, "Kelas ibu", "Ani", sample=sample)
    with pytest.raises(EntryError, match="CONTOH"):
        enrol(store, programme, Person(code), "Ani")
    assert store.codes() == []


def test_who_is_entered_into_the_sample_is_made_up(store: Store):
    enrol(store, begin(store, "Contoh", "Ani", sample=True), Person("CONTOH-41"), "Ani")
    assert is_sample(store, "CONTOH-41")


def test_many_at_once_leave_those_who_are_there(store: Store, own: str):
    enrol(store, own, Person("A-02", role="cadre", consent=Consent(report=True)), "Ani")
    assert enrol_many(store, own, codes_in("A-01 to A-03"), Consent(), "Ani") == ["A-01", "A-03"]
    with store.reading() as session:
        kept = session.get_one(Participant, "A-02")
        assert (kept.role, kept.consent_report) == ("cadre", True)


def test_of_many_at_once_none_is_entered_when_one_is_refused(store: Store, own: str):
    with pytest.raises(EntryError, match="CONTOH-1 is of the sample"):
        enrol_many(store, own, ["A-1", "CONTOH-1", "A-2"], Consent(), "Ani")
    assert enrolments(store) == {}
    assert store.codes() == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a-1, b 2\nC-3;D_4", ["A-1", "B", "2", "C-3", "D-4"]),
        ("A-08 to A-11", ["A-08", "A-09", "A-10", "A-11"]),
        ("A-08 sampai A-09 B-1", ["A-08", "A-09", "B-1"]),
        ("A-1–A-3", ["A-1", "A-2", "A-3"]),
        ("", []),
    ],
)
def test_codes_as_they_are_typed(text: str, codes: list[str]):
    assert codes_in(text) == codes


@pytest.mark.parametrize("text", ["A-1 to B-3", "A-3 to A-1", "A to C", "A-1 to A-999"])
def test_what_is_no_row_of_codes(text: str):
    with pytest.raises(EntryError):
        codes_in(text)


def test_the_ten_questions_once_for_each_occasion(store: Store, own: str):
    enrol(store, own, Person("A-1"), "Ani")
    record_quiz(store, own, "A-1", "before", QuizResult(DAY, 4), "Ani")
    record_quiz(store, own, "A-1", "before", QuizResult(DAY, 5, confidence=2), "Ani")
    with store.reading() as session:
        assert [(q.correct, q.confidence) for q in session.scalars(select(Quiz))] == [(5, 2)]
    for code, occasion, result in (
        ("A-1", "before", QuizResult(DAY, 11)), ("A-1", "never", QuizResult(DAY, 5)),
        ("A-1", "after", QuizResult(DAY, 5, confidence=6)), ("Z-1", "after", QuizResult(DAY, 5)),
    ):  # fmt: skip
        with pytest.raises(EntryError):
            record_quiz(store, own, code, occasion, result, "Ani")
    with pytest.raises(EntryError):
        record_home(store, own, "A-1", DAY, 8, 10, 0, "Ani")


def test_questions_and_answers(store: Store, own: str):
    enrol(store, own, Person("A-1"), "Ani")
    who = put_question(
        store, own, "Ani", kind="choice", place=1, text="Who helps?", choices=["husband", "nobody"]
    )
    many = put_question(store, own, "Ani", kind="number", place=2, text="How many children?")
    answer(store, who, "A-1", "husband", "Ani")
    answer(store, many, "A-1", "2", "Ani")
    with pytest.raises(EntryError, match="whole number"):
        answer(store, many, "A-1", "two", "Ani")
    answer(store, who, "A-1", None, "Ani")
    with store.reading() as session:
        assert [a.value for a in session.scalars(select(Answer).where(~Answer.removed))] == ["2"]
    for wrong in (
        {"kind": "choice", "text": "Who helps?", "choices": ["one"]},
        {"kind": "yesno", "text": ""},
        {"kind": "essay", "text": "Tell me about you"},
    ):
        with pytest.raises(EntryError):
            put_question(store, own, "Ani", place=3, **wrong)


def test_texts_and_dates_are_checked(store: Store, own: str):
    with pytest.raises(EntryError, match="before it begins"):
        change(store, own, "Ani", starts_on=DAY, ends_on=date(2026, 11, 1))
    with pytest.raises(EntryError, match="up to"):
        change(store, own, "Ani", aims="x" * 5000)
    for wrong in (lambda: begin(store, "  ", "Ani"), lambda: add_staff(store, own, "X", "king", "Ani")):
        with pytest.raises(EntryError):
            wrong()
    with pytest.raises(EntryError, match="stage"):
        add_meeting(store, own, NewMeeting(DAY, "party"), "Ani")
