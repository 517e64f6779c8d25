"""An instructor's judgement of a practice: marks, rating, decision, notes. Every change has who and when, and undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.errors import EntryError
from coach.i18n import N_
from coach.scoring.checklist import ITEMS, MOST, Tally, propose, tally
from coach.store.models import Change, Mark, Note, Practice, Verdict
from coach.store.repository import Store

PASS, REPEAT = "pass", "repeat"
LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Judgement:
    """One instructor's judgement of one practice.

    Attributes
    ----------
    marks, proposed : dict
        Item to 0, 1 or 2: the instructor's, and the program's proposals.
    tally : Tally
    rating : int or None
        1 to 5.
    decision : str or None
        'pass' or 'repeat'.
    """

    marks: dict[int, int]
    proposed: dict[int, int]
    tally: Tally
    rating: int | None
    decision: str | None


def judgement(store: Store, practice_id: int, who: str) -> Judgement:
    """What the instructor `who` has said so far; another instructor's word is not in it."""
    with store.reading() as session:
        return _judgement(session, _practice(session, practice_id), who)


def mark(store: Store, practice_id: int, who: str, item: int, value: int | None) -> None:
    """Mark an item 0, 1 or 2, or leave it to the program again (None)."""
    if item not in {known.number for known in ITEMS} or (value is not None and value not in range(MOST + 1)):
        raise EntryError(N_("An item of the checklist is marked 0, 1 or 2."))
    with store.writing() as session:
        practice, now = _practice(session, practice_id), datetime.now(UTC)
        _change(session, practice, who, now, "mark", item, value)
        verdict = _verdict(session, practice_id, who)
        if verdict.decision == PASS and _judgement(session, practice, who).tally.critical:
            _change(session, practice, who, now, "decision", None, REPEAT)


def rate(store: Store, practice_id: int, who: str, rating: int | None) -> None:
    """Give the global rating, 1 to 5."""
    if rating is not None and rating not in range(1, 6):
        raise EntryError(N_("The global rating is 1 to 5."))
    with store.writing() as session:
        _change(session, _practice(session, practice_id), who, datetime.now(UTC), "rating", None, rating)


def decide(store: Store, practice_id: int, who: str, decision: str) -> None:
    """Pass or repeat; it closes the review.

    Raises
    ------
    EntryError
        A pass while a critical item is at 0, or items are not marked.
    """
    with store.writing() as session:
        practice = _practice(session, practice_id)
        found = _judgement(session, practice, who).tally
        if decision == PASS and found.critical:
            raise EntryError(
                N_("A critical item is at 0 ({items}): the practice has to be repeated."),
                items=", ".join(map(str, found.critical)),
            )
        if decision == PASS and found.missing:
            raise EntryError(
                N_("Mark all items first; missing: {items}."), items=", ".join(map(str, found.missing))
            )
        if decision not in (PASS, REPEAT):
            raise EntryError(N_("A practice is passed or repeated."))
        _change(session, practice, who, datetime.now(UTC), "decision", None, decision)


def add_note(
    store: Store, practice_id: int, who: str, text: str, start_s: float, end_s: float | None = None
) -> int:
    """Pin a note to a moment or a span; gives its number."""
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        raise EntryError(N_("A note has 1 to {most} characters."), most=LONGEST_NOTE)
    with store.writing() as session:
        practice, now = _practice(session, practice_id), datetime.now(UTC)
        end_s = None if end_s is None or end_s <= start_s else min(end_s, practice.duration_s)
        note = Note(
            practice_id=practice_id,
            instructor=who,
            start_s=min(max(start_s, 0.0), practice.duration_s),
            end_s=end_s,
            text=text,
            made_utc=now,
        )
        session.add(note)
        session.flush()
        session.add(_line(practice_id, who, now, "note", None, None, _of_note(note)))
        return note.id


def remove_note(store: Store, practice_id: int, who: str, note_id: int) -> None:
    """Take a note of one's own away; it can be brought back by undo."""
    with store.writing() as session:
        note = session.get(Note, note_id)
        if note is None or note.practice_id != practice_id or note.instructor != who:
            raise EntryError(N_("Only who wrote a note can remove it."))
        session.add(_line(practice_id, who, datetime.now(UTC), "note", None, _of_note(note), None))
        session.delete(note)


def undo(store: Store, practice_id: int, who: str) -> str | None:
    """Take back the instructor's own last change and say what it was of; None when there is none."""
    with store.writing() as session:
        practice = _practice(session, practice_id)
        own = (
            select(Change)
            .where(Change.practice_id == practice_id, Change.who == who)
            .where(~Change.undone, Change.undoes.is_(None))
            .order_by(Change.at_utc.desc(), Change.id.desc())
        )
        last = session.scalars(own.limit(1)).first()
        if last is None:
            return None
        # A mark that turned a pass into a repeat made two changes at one moment: they go together.
        for change in session.scalars(own.where(Change.at_utc == last.at_utc)).all():
            if change.what == "note":
                _apply_note(session, practice, change)
            else:
                _apply(session, practice, who, change.what, change.item, change.before)
            change.undone = True
            line = _line(
                practice_id, who, datetime.now(UTC), change.what, change.item, change.after, change.before
            )
            line.undoes = change.id
            session.add(line)
        return last.what


def can_undo(store: Store, practice_id: int, who: str) -> bool:
    """Whether there is a change of one's own to take back."""
    with store.reading() as session:
        return (
            session.scalar(
                select(Change.id)
                .where(Change.practice_id == practice_id, Change.who == who)
                .where(~Change.undone, Change.undoes.is_(None))
                .limit(1)
            )
            is not None
        )


def changes(store: Store, practice_id: int) -> list[Change]:
    """All changes of a practice, the newest first."""
    with store.reading() as session:
        return list(
            session.scalars(
                select(Change)
                .where(Change.practice_id == practice_id)
                .order_by(Change.at_utc.desc(), Change.id.desc())
            )
        )


def _judgement(session: Session, practice: Practice, who: str) -> Judgement:
    marks = {
        m.item: m.value
        for m in session.scalars(
            select(Mark).where(Mark.practice_id == practice.id, Mark.instructor == who).order_by(Mark.item)
        )
    }
    proposed = propose(practice.result.report, comfort=practice.comfort, pain=practice.pain)
    verdict = session.get(Verdict, (practice.id, who))
    return Judgement(
        marks,
        proposed,
        tally(marks, proposed),
        verdict.rating if verdict else None,
        verdict.decision if verdict else None,
    )


def _practice(session: Session, practice_id: int) -> Practice:
    practice = session.get(Practice, practice_id)
    if practice is None:
        raise EntryError(N_("Practice {number} is not in the records."), number=practice_id)
    return practice


def _verdict(session: Session, practice_id: int, who: str) -> Verdict:
    verdict = session.get(Verdict, (practice_id, who))
    if verdict is None:
        verdict = Verdict(practice_id=practice_id, instructor=who)
        session.add(verdict)
        session.flush()
    return verdict


def _change(
    session: Session, practice: Practice, who: str, at: datetime, what: str, item: int | None, value: Any
) -> None:
    """Set a value and write down what it was; nothing happens when it is that already."""
    before = _value(session, practice.id, who, what, item)
    if before == value:
        return
    after = None if value is None else {"value": value}
    _apply(session, practice, who, what, item, after)
    session.add(_line(practice.id, who, at, what, item, None if before is None else {"value": before}, after))


def _value(session: Session, practice_id: int, who: str, what: str, item: int | None) -> Any:
    if what == "mark":
        found = session.get(Mark, (practice_id, who, item))
        return None if found is None else found.value
    verdict = _verdict(session, practice_id, who)
    return verdict.rating if what == "rating" else verdict.decision


def _apply(
    session: Session, practice: Practice, who: str, what: str, item: int | None, state: dict[str, Any] | None
) -> None:
    """Make it so; `state` None means that there is none."""
    value = None if state is None else state.get("value")
    if what == "mark":
        found = session.get(Mark, (practice.id, who, item))
        if value is None and found is not None:
            session.delete(found)
        elif value is not None and found is not None:
            found.value = value
        elif value is not None:
            session.add(Mark(practice_id=practice.id, instructor=who, item=item, value=value))
    else:
        verdict = _verdict(session, practice.id, who)
        if what == "rating":
            verdict.rating = value
        else:
            verdict.decision = value
            verdict.decided_utc = None if value is None else datetime.now(UTC)
            session.flush()
            _show_decision(session, practice)
    session.flush()


def _apply_note(session: Session, practice: Practice, change: Change) -> None:
    """Bring a note back to what it was before a change: there, or not."""
    told = change.before or change.after
    assert told is not None
    note = session.scalars(select(Note).where(Note.uid == told["uid"])).first()
    if change.before is None and note is not None:
        session.delete(note)
    elif change.before is not None and note is None:
        made = datetime.fromisoformat(told["made_utc"])
        session.add(Note(practice_id=practice.id, **{**told, "made_utc": made}))
    session.flush()


def _show_decision(session: Session, practice: Practice) -> None:
    """The last decision of anybody is the practice's."""
    last = session.scalars(
        select(Verdict)
        .where(Verdict.practice_id == practice.id, Verdict.decision.is_not(None))
        .order_by(Verdict.decided_utc.desc())
        .limit(1)
    ).first()
    practice.decision = last.decision if last else None
    practice.reviewed_utc = last.decided_utc if last else None


def _of_note(note: Note) -> dict[str, Any]:
    return {
        "uid": note.uid,
        "instructor": note.instructor,
        "start_s": note.start_s,
        "end_s": note.end_s,
        "text": note.text,
        "made_utc": note.made_utc.isoformat(),
    }


def _line(
    practice_id: int,
    who: str,
    at: datetime,
    what: str,
    item: int | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> Change:
    return Change(
        practice_id=practice_id,
        at_utc=at,
        who=who,
        what=what,
        item=item,
        before=before,
        after=after,
        undone=False,
    )
