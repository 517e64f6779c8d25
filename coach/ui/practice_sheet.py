"""What stands on the printed page of a practice, gathered from the records."""

from __future__ import annotations

from coach.export.sheet import Sheet, to_pdf
from coach.export.tracks import tracks
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.tracked import shown
from coach.store import judgement
from coach.store.entries import MODES
from coach.store.models import Practice, Result
from coach.store.repository import Store
from coach.store.samples import is_sample
from coach.ui.practice_table import DECISIONS, moment


def facts(say: Words, store: Store, practice: Practice) -> list[str]:
    """When, how long, what was seen, and how it felt."""
    told = [say(N_("Sample, made up"))] if is_sample(store, practice.code) else []
    told += [
        moment(say, practice.started_utc),
        say(N_("{minutes} min"), minutes=practice.duration_s / 60),
        say(
            N_("seen: back {back}, left hand {left}, right hand {right}"),
            back=say.percent(practice.back_seen),
            left=say.percent(practice.left_seen),
            right=say.percent(practice.right_seen),
        ),
    ]
    if practice.comfort is not None:
        told.append(say(N_("comfort {value} of 5"), value=practice.comfort))
    if practice.pain:
        told.append(say(N_("it hurt")))
    return told


def title(say: Words, practice: Practice) -> str:
    """Code and kind of practice."""
    return say(N_("{code}, {mode}"), code=practice.code, mode=say(MODES[practice.mode]))


def clock(start_s: float, end_s: float | None) -> str:
    """A moment or a span, in minutes and seconds."""

    def written(t_s: float) -> str:
        return f"{int(t_s // 60)}:{int(t_s % 60):02d}"

    return written(start_s) if end_s is None else f"{written(start_s)}–{written(end_s)}"


def sheet_of(say: Words, store: Store, practice: Practice, result: Result, who: str) -> bytes:
    """The page as a PDF file, with the judgement of the instructor `who`."""
    practice = store.practice(practice.id)  # as it is now: notes may have come since the page was drawn
    recording = store.recording(practice)
    found = judgement.judgement(store, practice.id, who)
    sheet = Sheet(
        title=title(say, practice),
        facts=facts(say, store, practice),
        report=result.report,
        mine=None if recording is None else tracks(shown(recording), passes=1),
        tally=found.tally,
        rating=found.rating,
        decision=say(DECISIONS[found.decision]) if found.decision else None,
        notes=[(clock(note.start_s, note.end_s), note.text) for note in practice.notes],
        instructor=who,
    )
    return to_pdf(sheet, say)
