"""One profile from several recordings: the bands in which all of them have full marks, and what moved which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from coach.errors import ReferenceError  # noqa: A004 - the field's word
from coach.i18n import N_
from coach.motion.measures import analyse_motion, measure
from coach.motion.recording import Recording
from coach.scoring.adding import centred, check_itself, holding, profile_for, readme, with_origin
from coach.scoring.bands import Band
from coach.scoring.profile import Profile, Stretch
from coach.scoring.reference import Reference, free_folder, write_folder
from coach.scoring.rules import judge, tempo_of
from coach.scoring.standard import STANDARD


@dataclass(frozen=True)
class Origin:
    """Where one criterion's band comes from.

    Attributes
    ----------
    id : str
        Of the criterion.
    before, after : Band
        In the profile that was started from, and now.
    values : dict of str to float or None
        What was measured, by recording; of both hands, their mean.
    hands : dict of str to (float or None, float or None)
        Left and right, by recording, where hands are measured apart: a band holds each of them.
    moved_by : tuple of str
        The recordings that the band was widened for; for the tempo, all of them: it is set around their median.
    """

    id: str
    before: Band
    after: Band
    values: Mapping[str, float | None]
    moved_by: tuple[str, ...]
    hands: Mapping[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class Derived:
    """A profile, and its origin criterion by criterion."""

    profile: Profile
    origins: tuple[Origin, ...]


def derive(recordings: Mapping[str, Recording], form: str, title: str, base: Profile = STANDARD) -> Derived:
    """The profile under which all `recordings` have full marks, as far from `base` as needed and no further.

    The tempo band is set around the median of their tempi, in the proportions of `base`, and widened to hold every
    one. The stretch begins where the latest of them begins and ends where the earliest ends, so that all reach it.
    Every other band is widened for those that lie outside it. Safety limits and the direction are not moved.

    Parameters
    ----------
    recordings : dict of str to Recording
        By their names for people; at least two.

    Raises
    ------
    ReferenceError
        Fewer than two, or one of them is not fit to be a reference; the sentence names it and says why.
    """
    if len(recordings) < 2:
        raise ReferenceError(N_("Bands are derived from at least two recordings."))
    own = {name: _own(name, recording, form, title, base) for name, recording in recordings.items()}
    path = Stretch(
        max(profile.path.start_u for profile in own.values()),
        min(profile.path.end_u for profile in own.values()),
        base.path.direction,
    )
    profile = replace(base, form=form, title={"id": title, "en": title}, path=path)
    motions = {name: analyse_motion(recording) for name, recording in recordings.items()}
    measured = {
        name: measure(recording, end_u=path.end_u, motion=motions[name])
        for name, recording in recordings.items()
    }
    tempi = [t for t in map(tempo_of, measured.values()) if t is not None]
    if tempi:
        profile = centred(profile, float(np.median(tempi)))
    moved: dict[str, list[str]] = {}
    values: dict[str, dict[str, float | None]] = {}
    hands: dict[str, dict[str, tuple[float | None, float | None]]] = {}
    for name, recording in recordings.items():
        directions = [p.direction for p in motions[name].passes]
        clip_s = float(recording.t_s[-1] - recording.t_s[0])
        for score in judge(measured[name], profile, clip_s=clip_s, directions=directions):
            values.setdefault(score.id, {})[name] = score.value
            if score.hands is not None:
                hands.setdefault(score.id, {})[name] = score.hands.get("left"), score.hands.get("right")
        wider = holding(profile, measured[name], recording, directions)
        for key, criterion in wider.criteria.items():
            if criterion.band != profile.criteria[key].band:
                moved.setdefault(key, []).append(name)
        profile = wider
    for name, recording in recordings.items():
        _check(name, Reference("check", recording, profile))
    origins = tuple(
        Origin(
            key,
            base.criteria[key].band,
            profile.criteria[key].band,
            values.get(key, {}),
            tuple(recordings) if key == "tempo" and tempi else tuple(moved.get(key, ())),
            hands.get(key, {}),
        )
        for key in base.criteria
    )
    return Derived(profile, origins)


def add_derived(
    derived: Derived, recordings: Mapping[str, Recording], model: str, name: str, *, shown_by: str = ""
) -> Reference:
    """Store a derived profile as a reference, with the recording called `model` as the one that is shown.

    Raises
    ------
    ReferenceError
        The name is taken or unusable.
    OutputError
        When the system refuses to write.
    """
    folder = free_folder(name)
    recording = with_origin(recordings[model], shown_by)
    source = recording.meta.get("source")
    kind = str(source.get("kind", "unknown")) if isinstance(source, dict) else "unknown"
    reference = Reference(folder.name, recording, derived.profile, kind, folder)
    today = datetime.now(UTC).date().isoformat()
    rows = "\n".join(
        f"| {origin.id} | {_band(origin.before)} | {_band(origin.after)} | "
        + "; ".join(f"{_cell(name)}: {_measured(origin, name)}" for name in origin.values)
        + f" | {', '.join(map(_cell, origin.moved_by)) or '-'} |"
        for origin in derived.origins
    )
    more = f"""
The bands were derived from {len(recordings)} recordings ({", ".join(map(_cell, recordings))}):

| criterion | before | now | measured | moved by |
|---|---|---|---|---|
{rows}
"""
    origin = (
        f"Derived on {today} from {len(recordings)} recordings; README.md tells which number came from which."
    )
    write_folder(folder, recording, derived.profile, origin, readme(reference, today, more))
    return reference


def _own(name: str, recording: Recording, form: str, title: str, base: Profile) -> Profile:
    try:
        return profile_for(recording, form, title, base)
    except ReferenceError as error:
        raise ReferenceError(N_("{name}: {why}"), name=name, why=error) from error


def _check(name: str, reference: Reference) -> None:
    try:
        check_itself(reference)
    except ReferenceError as error:
        raise ReferenceError(N_("{name}: {why}"), name=name, why=error) from error


def _measured(origin: Origin, name: str) -> str:
    hands = origin.hands.get(name) if origin.id != "tempo" else None
    return " / ".join("-" if v is None else f"{v:.3g}" for v in hands or (origin.values[name],))


def _band(band: Band) -> str:
    return " ".join(f"{x:g}" for x in (band.a0, band.a, band.b, band.b0))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "/")
