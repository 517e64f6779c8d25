"""Make a reference of an instructor's recording: is it fit to be one, and what does its profile say?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from coach.errors import ReferenceError  # noqa: A004 - the field's word
from coach.i18n import N_
from coach.motion.measures import Measures, analyse_motion, measure
from coach.motion.recording import Recording
from coach.scoring.bands import Band
from coach.scoring.profile import Profile, Stretch
from coach.scoring.reference import Reference, free_folder, write_folder
from coach.scoring.report import score_recording
from coach.scoring.rules import SHORT_CLIP_S, circling, judge, tempo_of
from coach.scoring.standard import STANDARD
from coach.scoring.tracked import tracking

MIN_SECONDS = 15.0
"""Practice that a reference must hold: one whole pass at the slow end of what is usual (our own choice)."""
ORIGIN_LENGTH = 160
"""Letters of the note on who showed it."""
MIN_COVERAGE = 0.6
"""Share of (side, level) parts of its own stretch that must have been circled (our own choice)."""

REFUSALS = {
    "on_spine": N_("This recording cannot be a reference: the circles lie on the spine."),
    "one_sided": N_("This recording cannot be a reference: one hand circles far less than the other."),
    "wrong_direction": N_("This recording cannot be a reference: its passes do not go downwards."),
    "incomplete_path": N_("This recording cannot be a reference: its passes end too early."),
    "too_wide": N_("This recording cannot be a reference: the circles lie too far from the spine."),
    "irregular": N_("This recording cannot be a reference: its rhythm is too uneven."),
    "not_circling": N_("This recording cannot be a reference: both hands must circle, and be seen doing so."),
}
"""What is said of a recording with a fault that its own profile does not forgive."""


def add_reference(
    recording: Recording,
    name: str,
    *,
    title: str | None = None,
    base: Profile = STANDARD,
    form: str | None = None,
    shown_by: str | None = None,
) -> Reference:
    """Check a recording, derive its profile and store both among the user's own references.

    Parameters
    ----------
    recording : Recording
    name : str
        Cleaned by `coach.scoring.reference.clean_name`.
    title : str, optional
        Shown instead of the name, in both languages.
    base : Profile
        Bands and thresholds to start from; they are moved so that the recording itself has full marks.
    form : str, optional
        Short name of the form of the massage; default: the reference's own name.
    shown_by : str, optional
        Who showed it and where, in the instructor's words; kept in the recording and in the README.

    Raises
    ------
    ReferenceError
        The name is taken or unusable, or the recording is not fit to be a reference; the sentence says why.
    OutputError
        When the system refuses to write.
    """
    folder = free_folder(name)
    clean = folder.name
    recording = with_origin(recording, shown_by)
    profile = profile_for(recording, form or clean, title or name.strip(), base)
    source = recording.meta.get("source")
    kind = str(source.get("kind", "unknown")) if isinstance(source, dict) else "unknown"
    reference = Reference(clean, recording, profile, kind, folder)
    check_itself(reference)
    today = datetime.now(UTC).date().isoformat()
    origin = (
        f"Made on {today} from a recording (source: {kind}); "
        "the bands were moved to where that recording has full marks."
    )
    write_folder(folder, recording, profile, origin, readme(reference, today))
    return reference


def profile_for(recording: Recording, form: str, title: str, base: Profile = STANDARD) -> Profile:
    """The profile under which `recording` has full marks, as far from `base` as needed and no further.

    The tempo band is set around the recording's own tempo, with the proportions of `base`; the end level is
    the recording's own; other bands are widened where they must be. Safety limits (spine, width) and the
    direction are not moved.

    Raises
    ------
    ReferenceError
        When the recording is not fit to be a reference.
    """
    motion = analyse_motion(recording)
    seen = tracking(recording, motion)
    if not seen.rated:
        raise ReferenceError(seen.template or "", **seen.values)
    if seen.span_s < MIN_SECONDS:
        raise ReferenceError(
            N_(
                "This recording cannot be a reference: it holds {seconds} seconds of massage, at least "
                "{needed} are needed."
            ),
            seconds=round(seen.span_s),
            needed=round(MIN_SECONDS),
        )
    first = measure(recording, end_u=base.path.end_u, motion=motion)
    if not all(circling(first, base)):
        raise ReferenceError(REFUSALS["not_circling"])
    if not first.passes or first.start_u is None or first.end_u is None:
        raise ReferenceError(
            N_("This recording cannot be a reference: it holds no whole pass from the neck downwards.")
        )
    upper, lower = sorted((first.start_u, first.end_u))
    path = Stretch(
        round(min(max(upper, base.path.start_u), base.path.start_u + 0.1), 3),
        round(lower, 3),
        base.path.direction,
    )
    if path.end_u < base.path.end_u - base.faults.early_end_u:
        raise ReferenceError(REFUSALS["incomplete_path"])
    measures = measure(recording, end_u=path.end_u, motion=motion)
    if measures.coverage is None or measures.coverage < MIN_COVERAGE:
        raise ReferenceError(
            N_(
                "This recording cannot be a reference: only {share} % of the way was circled on both sides, "
                "{needed} % are needed."
            ),
            share=int(100 * (measures.coverage or 0.0)),
            needed=round(100 * MIN_COVERAGE),
        )
    return _fitted(
        measures,
        recording,
        replace(base, form=form, title={"id": title, "en": title}, path=path),
        [p.direction for p in motion.passes],
    )


def with_origin(recording: Recording, shown_by: str | None) -> Recording:
    """The recording with a note of who showed the technique; as it is without one."""
    said = " ".join((shown_by or "").split())[:ORIGIN_LENGTH]
    return replace(recording, meta={**recording.meta, "shown_by": said}) if said else recording


def _fitted(measures: Measures, recording: Recording, profile: Profile, directions: list[str]) -> Profile:
    tempo = tempo_of(measures)
    if tempo is not None:
        profile = centred(profile, tempo)
    return holding(profile, measures, recording, directions)


def centred(profile: Profile, tempo_cpm: float) -> Profile:
    """The profile with its tempo band, and the faults of tempo, set around `tempo_cpm` in the same proportions."""
    old = profile.criteria["tempo"].band
    scale = tempo_cpm / ((old.a + old.b) / 2 * 40 / 45)  # the standard band's own target is 40 in 30..60
    band = Band(*(round(x * scale, 1) for x in (old.a0, old.a, old.b, old.b0)))
    return replace(
        profile,
        criteria={**profile.criteria, "tempo": replace(profile.criteria["tempo"], band=band)},
        faults=replace(
            profile.faults,
            too_fast_cpm=round(profile.faults.too_fast_cpm * scale, 1),
            too_slow_cpm=round(profile.faults.too_slow_cpm * scale, 1),
        ),
    )


def holding(profile: Profile, measures: Measures, recording: Recording, directions: list[str]) -> Profile:
    """The profile widened, where it must be, so that what was measured of `recording` has full marks."""
    criteria = dict(profile.criteria)
    faults = profile.faults
    clip_s = float(recording.t_s[-1] - recording.t_s[0])
    if (
        measures.duration_s is not None and clip_s >= SHORT_CLIP_S
    ):  # a shorter example must not call itself too short
        faults = replace(faults, too_short_s=min(faults.too_short_s, round(0.9 * measures.duration_s, 1)))
    for score in judge(measures, profile, clip_s=clip_s, directions=directions):
        band = criteria[score.id].band
        values = [score.value] if score.hands is None else list(score.hands.values())
        for value in values:
            if value is not None:
                # Rounded outwards: the profile is written with four digits.
                down, up = int(value * 1e3) / 1e3, (int(value * 1e3) + 1) / 1e3
                side = band.side(value)
                band = band.holding(down) if side < 0 else band.holding(up) if side > 0 else band
        criteria[score.id] = replace(criteria[score.id], band=band)
    gate = profile.gate
    if measures.spine_contact is not None and measures.spine_contact > gate.free:
        gate = replace(gate, free=round(measures.spine_contact + 0.0005, 3))
    return replace(profile, criteria=criteria, faults=faults, gate=gate)


def check_itself(reference: Reference) -> None:
    """Make sure that a reference has no fault by its own profile.

    Raises
    ------
    ReferenceError
        It has one; the sentence says which.
    """
    report = score_recording(reference.recording, reference, motion=reference.motion)
    if report.faults:
        raise ReferenceError(REFUSALS.get(report.faults[0], REFUSALS["irregular"]))


def readme(reference: Reference, day: str, more: str = "") -> str:
    """The text that lies beside a reference; `more` is added at its end."""
    m = reference.measures
    tempo, seen = tempo_of(m), tracking(reference.recording, reference.motion)
    return f"""# Reference: {reference.name}

Made on {day} from a recording (source: {reference.origin}). It holds positions of the thumbs on the back and
nothing else: no pictures, no names. Write here who showed the technique and who decided on the numbers in
`profile.toml`, without naming the receiver.
{f"{chr(10)}Shown by: {reference.shown_by}{chr(10)}" if reference.shown_by else ""}
| measured | |
|---|---|
| practice | {seen.span_s:.0f} s, {m.passes} passes, {m.direction} |
| hands seen | left {seen.left:.0%}, right {seen.right:.0%} |
| tempo | {tempo or 0:.0f} circles per minute |
| from u | {m.start_u:.2f} to {m.end_u:.2f} |
{more}"""
