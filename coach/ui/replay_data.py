"""What the replay draws: paths, charts, events and words, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from coach import palette
from coach.export.outline import back_outline, blades
from coach.export.words import Words
from coach.i18n import N_
from coach.motion.analyse import Motion
from coach.motion.events import Event, find_events
from coach.motion.path import covered_at
from coach.motion.smoothing import RATE_HZ
from coach.motion.symmetry import phase_difference
from coach.scoring.compare import pass_tracks, steps
from coach.scoring.reference import Reference

_EVERY = 4
"""Of the charts every fourth moment is drawn: five a second, more than a screen shows of three minutes."""
_EVENT_NAMES = {
    "rest": N_("the hands rest"),
    "spine": N_("thumb on the spine"),
    "lost": N_("hand not seen"),
}
_SIDES = (N_("left"), N_("right"))


def replay_data(
    say: Words, motion: Motion, reference: Reference, report: Mapping[str, Any], cues: list[tuple[float, str]]
) -> dict[str, Any]:
    """Everything but the notes.

    Parameters
    ----------
    say : Words
    motion : Motion
        The practice's.
    reference : Reference
        What it is compared with.
    report : mapping
        The practice's report as plain values; its profile gives the bands.
    cues : list of (seconds, words)
        What was said to the couple.
    """
    length = motion.back_length_cm
    profile = report["settings"]["profile"]
    end_u = profile["path"]["end_u"]
    bands = {key: criterion["band"] for key, criterion in profile["criteria"].items()}
    model = reference.motion
    deepest = max(_deepest(motion.u_cm), _deepest(model.u * length))
    return {
        "end": round(float(motion.t_s[-1]), 2) if len(motion.t_s) else 0.0,
        "rate": RATE_HZ,
        "bottom": round(min(max(deepest + 2, 0.62 * length), 1.1 * length), 1),
        "top": round(-0.18 * length, 1),
        "half": round(0.44 * length, 1),
        "outline": np.round(back_outline(length), 1).tolist(),
        "blades": [np.round(blade, 1).tolist() for blade in blades(length)],
        "mine": _path(motion.v_cm, motion.u_cm, motion.circling),
        "model": _path(model.v_cm, model.u * length, model.circling),
        "model_start": round(_first_circle(model), 2),
        "start": round(_first_circle(motion), 2),
        "steps": _steps(motion, reference),
        "passes": [
            [round(float(motion.t_s[p.start_i]), 2), round(float(motion.t_s[p.end_i]), 2)]
            for p in motion.passes
        ],
        "charts": _charts(say, motion, bands, end_u),
        "levels": _levels(motion, end_u),
        "events": [_event(say, event) for event in find_events(motion)]
        + [
            {"kind": "cue", "start": round(t, 2), "end": round(t, 2), "hand": None, "text": text}
            for t, text in cues
        ],
        "colours": {
            "left": palette.LEFT,
            "right": palette.RIGHT,
            "ink": palette.INK,
            "muted": palette.MUTED,
            "faint": palette.FAINT,
            "skin": palette.SKIN,
            "band": palette.BAND,
            "accent": palette.ACCENT,
        },
        "words": _words(say),
    }


def _deepest(u_cm: np.ndarray) -> float:
    return float(np.nanpercentile(u_cm, 99.5)) if np.isfinite(u_cm).any() else 0.0


def _first_circle(motion: Motion) -> float:
    on = np.flatnonzero(motion.circling.any(axis=1))
    return float(motion.t_s[on[0]]) if len(on) else 0.0


def _path(v_cm: np.ndarray, u_cm: np.ndarray, circling: np.ndarray) -> dict[str, Any]:
    return {
        "v": [_numbers(v_cm[:, hand], 2) for hand in range(2)],
        "u": [_numbers(u_cm[:, hand], 2) for hand in range(2)],
        "on": [circling[:, hand].astype(int).tolist() for hand in range(2)],
    }


def _numbers(values: np.ndarray, digits: int) -> list[float | None]:
    known = np.isfinite(values)
    shown = np.round(np.where(known, values, 0), digits).tolist()
    return [x if k else None for x, k in zip(shown, known.tolist(), strict=True)]


def _steps(motion: Motion, reference: Reference) -> list[list[list[float]]]:
    """Per pass: the practice's moments beside the reference's, both in seconds and rising."""
    model = reference.model(motion.back_length_cm)
    if model is None or not reference.motion.passes:
        return []
    shown = reference.motion.passes[0]
    start, end = (float(reference.motion.t_s[i]) for i in (shown.start_i, shown.end_i))
    found = []
    for track in pass_tracks(motion, until_cm=reference.end_cm(motion.back_length_cm)):
        pairs = steps(track, model)
        if len(pairs):
            pairs = np.column_stack([pairs[:, 0], start + pairs[:, 1] * (end - start)])
            found.append(np.round(pairs, 2).tolist())
    return found


def _charts(say: Words, motion: Motion, bands: Mapping[str, Any], end_u: float) -> list[dict[str, Any]]:
    few = slice(None, None, _EVERY)
    t_s = np.round(motion.t_s[few], 2).tolist()
    offset = np.where(motion.circling, np.abs(motion.macro_v_cm), np.nan)[few]
    both = motion.circling.all(axis=1)
    sense = np.array([hand.sense for hand in motion.hands])
    turned = phase_difference(motion.phase, sense)
    phase = np.degrees(np.angle(np.exp(1j * np.where(np.isfinite(turned), turned, 0.0))))
    phase = np.where(both & np.isfinite(turned), phase, np.nan)[few]
    level = np.where(motion.circling, motion.macro_u_cm / motion.back_length_cm, np.nan)[few]
    tempo = motion.tempo_cpm
    high = [x for x in (bands["tempo"][2], bands["offset"][2]) if x]
    highest = max(60.0, 1.3 * (high[0] if high else 60.0), _most(tempo))
    return [
        {
            "id": "tempo",
            "name": say(N_("Tempo, circles per minute")),
            "t": np.round(motion.window_t_s, 2).tolist(),
            "lines": [_numbers(tempo[:, hand], 1) for hand in range(2)],
            "range": [0, round(highest * 1.05)],
            "band": bands["tempo"][1:3],
            "digits": 0,
        },
        {
            "id": "offset",
            "name": say(N_("Distance from the spine, cm")),
            "t": t_s,
            "lines": [_numbers(offset[:, hand], 2) for hand in range(2)],
            "range": [0, round(max(6.0, min(_most(offset), 12.0)), 1)],
            "band": bands["offset"][1:3],
            "digits": 1,
        },
        {
            "id": "phase",
            "name": say(N_("Left hand ahead of the right one, degrees")),
            "t": t_s,
            "lines": [_numbers(phase, 0)],
            "range": [-180, 180],
            "band": [-45, 45],
            "digits": 0,
        },
        {
            "id": "level",
            "name": say(N_("Where on the back: above the neck, below the shoulder blades")),
            "t": t_s,
            "lines": [_numbers(level[:, hand], 3) for hand in range(2)],
            "range": [round(max(0.55, end_u + 0.1), 2), -0.1],
            "band": [0.0, round(end_u, 3)],
            "digits": 2,
        },
    ]


def _most(values: np.ndarray) -> float:
    return float(np.nanmax(values)) if np.isfinite(values).any() else 0.0


def _levels(motion: Motion, end_u: float) -> dict[str, Any]:
    """When each part of the back was first circled; None for a part that never was."""
    centre = np.stack([hand.fit.centre for hand in motion.hands], axis=1)
    radius = np.abs(np.stack([hand.own for hand in motion.hands], axis=1))
    end_cm = end_u * motion.back_length_cm
    at = covered_at(centre, radius, motion.turned, end_cm)
    times = [[round(float(motion.t_s[i]), 2) if i >= 0 else None for i in side] for side in at]
    return {"end": round(end_cm, 2), "times": times}


def _event(say: Words, event: Event) -> dict[str, Any]:
    name = say(_EVENT_NAMES[event.kind])
    if event.hand is not None:
        name = f"{name} ({say(_SIDES[event.hand])})"
    return {
        "kind": event.kind,
        "start": round(event.start_s, 2),
        "end": round(event.end_s, 2),
        "hand": event.hand,
        "text": name,
    }


def _words(say: Words) -> dict[str, str]:
    return {
        "yours": say(N_("The practice")),
        "model": say(N_("Reference")),
        "play": say(N_("Play")),
        "pause": say(N_("Pause")),
        "speed": say(N_("Speed")),
        "step": say(N_("Reference")),
        "by_path": say(N_("at the same place")),
        "by_time": say(N_("at the same time")),
        "whole": say(N_("Whole practice")),
        "left": say(N_("left hand")),
        "right": say(N_("right hand")),
        "timeline": say(N_("Moment of the practice")),
        "cue": say(N_("said")),
        "rest": say(_EVENT_NAMES["rest"]),
        "spine": say(_EVENT_NAMES["spine"]),
        "lost": say(_EVENT_NAMES["lost"]),
        "note": say(N_("note")),
        "hint": say(
            N_("Click to go to a moment, drag to choose a stretch. Space plays, the arrow keys step through.")
        ),
        "decimal": "," if say.language == "id" else ".",
    }
