"""Whatever laptops do and in whatever order and how often their parcels come: everybody arrives at the same."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from exchange_given import ANI, RINA, Laptop, moment
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from coach.store import judgement, withdrawn
from coach.store.base import id_of
from coach.store.entries import Consent
from coach.store.models import Note, Practice
from coach.store.programme_tables import Attendance, Enrolment, Meeting, Programme
from coach.store.removal import withdraw

CODES = ("A-01", "B-02")


def practise(laptop: Laptop, number: int, choice: int) -> None:
    consent = (Consent(True, True, False, True), Consent(True), Consent(True, False, False, True))[choice]
    when = moment(1 + number)
    if withdrawn.is_withdrawn(laptop.home, CODES[number % 2]):
        return  # whoever withdrew on this laptop, or by what it was told, is refused there
    laptop.practise(number, CODES[number % 2], consent=consent, started_utc=when, comfort=None, pain=None)


def judge(laptop: Laptop, number: int, choice: int) -> None:
    with laptop.store.reading() as session:
        found = session.scalars(select(Practice.id).where(Practice.key == f"round-{number}")).first()
        notes = session.scalars(select(Note.id).where(Note.practice_id == found)).all()
    if found is None:
        return
    who = (ANI, RINA)[number % 2]
    if choice == 0:
        laptop.store.answer(f"round-{number}", 3 + number % 2, False)
        judgement.mark(laptop.store, found, who, 9, None)
    elif choice == 1:
        judgement.mark(laptop.store, found, who, 9, 1)
        judgement.add_note(laptop.store, found, who, laptop.name, 1.0)
    else:
        judgement.mark(laptop.store, found, who, 9, 2)
        judgement.decide(laptop.store, found, who, "repeat")
        for note in notes:
            judgement.remove_note(laptop.store, found, who, note)


def plan(laptop: Laptop, number: int, choice: int) -> None:
    """A programme's rows: the same ids on every laptop, different words."""
    stamp = {
        "made_utc": moment(1), "made_by": laptop.name, "changed_utc": moment(1 + number), "changed_by": laptop.name,
    }  # fmt: skip
    with laptop.store.writing() as session:
        programme, meeting = id_of("programme"), id_of("meeting", str(number))
        session.merge(Programme(id=programme, title=f"Kelas {choice}", **stamp))
        session.flush()
        session.merge(
            Meeting(
                id=meeting, programme_id=programme, on_date=moment(1 + number).date(), stage="implementation",
                adverse="", prepared=["film"][:choice], removed=choice == 2, **stamp,
            )
        )  # fmt: skip
        session.flush()
        for code in [c for c in laptop.store.codes() if c in CODES]:
            session.merge(
                Attendance(
                    id=id_of(meeting, code), meeting_id=meeting, code=code, present=choice > 0, **stamp
                )
            )
            session.merge(
                Enrolment(
                    id=id_of(programme, code), programme_id=programme, code=code, may_guide=choice == 1,
                    trained_by=CODES[0] if code != CODES[0] and CODES[0] in laptop.store.codes() else None, **stamp,
                )
            )  # fmt: skip


def leave(laptop: Laptop, number: int, choice: int) -> None:
    code = CODES[number % 2]
    if choice == 2 and code in laptop.store.codes():
        withdraw(laptop.store, code)


DEEDS = {
    "practise": practise,
    "judge": judge,
    "plan": plan,
    "leave": leave,
    "send": None,
    "tell": None,
}
steps = st.lists(
    st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 1), st.integers(0, 2), st.integers(0, 2)),
    min_size=4,
    max_size=14,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps, order=st.randoms(use_true_random=False))
def test_two_offices_arrive_at_the_same(steps: list[Any], order: Any):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        laptops = [Laptop(folder / f"l{i}", f"Laptop {i}") for i in range(2)]
        offices = [Laptop(folder / f"o{i}", f"Office {i}") for i in range(2)]
        for laptop in (*laptops, *offices):
            laptop.knows(*(one for one in laptops if one is not laptop))
        parcels: list[tuple[Path, Path]] = []

        def send(which: int) -> None:
            number = len(parcels)
            parcels.append(
                tuple(laptops[which].send(o, folder / f"{number}-{o.name}.parcel") for o in offices)  # type: ignore[arg-type]
            )

        for deed, which, number, choice in steps:
            if deed == "send":
                send(which)
            elif deed == "tell":  # one village tells the other
                file = laptops[which].send(laptops[1 - which], folder / "told.parcel")
                laptops[1 - which].take(file)
            else:
                DEEDS[deed](laptops[which], number, choice)
        send(0)
        send(1)
        for i, office in enumerate(offices):
            mine = [pair[i] for pair in parcels]
            again = mine + [order.choice(mine) for _ in range(2)]
            order.shuffle(again)
            for file in again:
                office.take(file)
        first, second = (office.state() for office in offices)
        assert first == second
        assert offices[0].store.check().sound
        # Nothing is lost: every row of a laptop is there, unless its participant withdrew somewhere.
        gone = {code for code in CODES if any(code not in one.store.codes() for one in laptops)}
        if not gone or not any(deed == "leave" for deed, *_ in steps):
            for laptop in laptops:
                for table, rows in laptop.state().items():
                    assert set(rows) <= set(first[table])
        for laptop in (*laptops, *offices):
            laptop.store.close()
