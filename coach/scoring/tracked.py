"""How much of a practice was seen, and whether that is enough to judge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np

from coach.i18n import N_
from coach.motion.analyse import Motion, analyse_motion
from coach.motion.recording import Recording

ENOUGH = 0.70
"""Share of the practice in which the back and the hands must be seen; below it nothing is judged
(our own choice)."""
BACK_SEEN = 0.5
"""`back_confidence` from which on the back counts as seen (our own choice: more likely right than wrong)."""
MIN_PRACTICE_S = 8.0
"""One window of the tempo measurement: shorter practice cannot be measured."""
ABSENT = 0.05
"""A hand seen less than this was not on the back, or never visible there."""
RETURN_S = 4.0
"""A way back takes no longer; a longer stay away from the back is time not seen (our own choice)."""
RESTING_SEEN, RESTING_CM = 0.25, 2.0
"""A hand seen this share of the practice, in every third of it, and always within this distance of one place,
rests
there (our own choice: a sound circle alone is 2 to 4 cm wide, a pass 15 cm and more)."""

IDLE, SURE = 0.2, 0.75
"""A hand that circles less than this share does not take part; to say so of one that moves about, half of its
readings must be surer than this, below which a third is wrong by centimetres (docs/accuracy.md)."""

GUESSED = 0.7
"""Half of a hand's readings must be surer than this: below it three of four are more than a centimetre off
(docs/accuracy.md), as much as the radius of a circle. So read thumbs that nobody sees, guessed from the arm."""

LEAST_FPS, IDLE_FPS = 4.0, 8.0
"""Pictures a second below which the path between two of them is unknown (`coach.motion.smoothing.BRIDGE_S`), and below
which moving hands cannot be said not to circle: no tempo was tried with fewer (benchmarks/cues_on_tracks.py)."""


@dataclass(frozen=True)
class Tracking:
    """Shares of frames, 0 to 1, and the verdict.

    Attributes
    ----------
    back : float
        Share of frames with the back seen, from the first moment a hand is there to the end of the recording:
        a back that was lost for good must not go unnoticed because no hand could be placed on it any more.
    left, right : float
        Share of the practice span in which the hand was seen on the back. The span runs from the first to the
        last moment at which a hand is there, so seconds before and after do not count;
        nor does the way back between two passes.
    rated : bool
    template, values : str or None, dict
        Why it is not rated, as a text to be translated and filled in; None when it is.
    span_s : float
        Length of the practice span.
    guessed : tuple of int
        The hands of which it would be a guess to say what they do.
    """

    back: float
    left: float
    right: float
    rated: bool
    template: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    span_s: float = 0.0
    guessed: tuple[int, ...] = ()

    def reason(self, translate: Callable[[str], str] | None = None) -> str | None:
        """The reason in words (English without `translate`); None when it is rated."""
        if self.template is None:
            return None
        return (translate or str)(self.template).format(**self.values)


def shown(recording: Recording, motion: Motion | None = None, seen: Tracking | None = None) -> Motion:
    """The movement as it may be shown: without the hands of which it would be a guess.

    Parameters
    ----------
    recording : Recording
    motion, seen : Motion, Tracking, optional
        What `analyse_motion` and `tracking` gave for it, when that is at hand already.
    """
    motion = analyse_motion(recording) if motion is None else motion
    seen = tracking(recording, motion) if seen is None else seen
    if not seen.guessed:
        return motion
    u, v_cm = recording.u.copy(), recording.v_cm.copy()
    u[:, seen.guessed] = v_cm[:, seen.guessed] = np.nan
    return analyse_motion(replace(recording, u=u, v_cm=v_cm))


_UNSEEN = (
    N_(
        "The left hand was not seen on the back. If it was hidden, move the camera to the side; if it did "
        "not take "
        "part, massage with both hands."
    ),
    N_(
        "The right hand was not seen on the back. If it was hidden, move the camera to the side; if it did "
        "not take "
        "part, massage with both hands."
    ),
)
_SELDOM = (
    N_(
        "The left hand was seen in only {share} % of the massage; {needed} % are needed. Move the camera so "
        "that no "
        "arm hides it."
    ),
    N_(
        "The right hand was seen in only {share} % of the massage; {needed} % are needed. Move the camera so "
        "that no "
        "arm hides it."
    ),
)
_UNCLEAR = (
    N_(
        "What the left hand does could not be made out for certain. Move the camera to the side, closer, and make "
        "more light."
    ),
    N_(
        "What the right hand does could not be made out for certain. Move the camera to the side, closer, and make "
        "more light."
    ),
)


def tracking(recording: Recording, motion: Motion | None = None) -> Tracking:
    """Judge what was seen in `recording`.

    Both hands and the back must be seen in at least 70 % of the frames. One exception follows from what can
    be known: a hand that is seen less often, but throughout the practice and always at rest in one place,
    rests (one-sided practice), and that is rated. A hand that is never seen may be hidden or absent; a camera
    cannot tell which, so it is not rated and the reason names both.

    Parameters
    ----------
    recording : Recording
    motion : Motion, optional
        With it the ways back between two passes do not count: the hands are in the air then, not on the back.
    """
    n = len(recording.t_s)
    back_seen = np.asarray(recording.back_confidence) >= BACK_SEEN
    back = float(back_seen.mean()) if n else 0.0
    seen = np.isfinite(recording.u) & np.isfinite(recording.v_cm)
    span = _span(recording.t_s, seen.any(axis=1))
    if span is None:
        if back < ENOUGH:
            return Tracking(back, 0.0, 0.0, False, *_no_back(back))
        return Tracking(
            back,
            0.0,
            0.0,
            False,
            N_(
                "No hand was seen on the back. Let the whole back and both hands be in the picture, in good "
                "light."
            ),
        )
    shares = seen[span][~_returns(recording.t_s[span], motion)].mean(axis=0)
    left, right = float(shares[0]), float(shares[1])
    back = float(np.mean(back_seen[span.start :]))
    seconds = float(recording.t_s[span][-1] - recording.t_s[span][0])

    guessed = _guessed(recording, span, motion)

    def result(rated: bool, template: str | None = None, values: dict[str, Any] | None = None) -> Tracking:
        return Tracking(back, left, right, rated, template, values or {}, seconds, guessed)

    if back < ENOUGH:
        return result(False, *_no_back(back))
    if seconds < MIN_PRACTICE_S:
        return result(
            False,
            N_(
                "Only {seconds} seconds of massage were seen; at least {needed} are needed. Record a longer "
                "practice."
            ),
            {"seconds": round(seconds), "needed": round(MIN_PRACTICE_S)},
        )
    if (slow := _too_few_pictures(recording, span, motion)) is not None:
        return result(False, *slow)
    if guessed:
        return result(False, _UNCLEAR[guessed[0]])
    poor = [h for h in range(2) if shares[h] < ENOUGH]
    if not poor or (len(poor) == 1 and _rests(recording, poor[0], span)):
        return result(True)
    if len(poor) == 1 and shares[poor[0]] < ABSENT:
        return result(False, _UNSEEN[poor[0]])
    if len(poor) == 1:
        return result(False, _SELDOM[poor[0]], _percent(shares[poor[0]]))
    return result(
        False,
        N_(
            "The hands were seen in only {left} % (left) and {right} % (right) of the massage; {needed} % "
            "are needed. "
            "Move the camera closer or to the side, and make more light."
        ),
        {"left": round(100 * left), "right": round(100 * right), "needed": round(100 * ENOUGH)},
    )


def _too_few_pictures(
    recording: Recording, span: slice, motion: Motion | None
) -> tuple[str, dict[str, Any]] | None:
    """Where pictures come so seldom that circles could not be seen, nobody knows whether there were any."""
    rate = 1.0 / float(np.median(np.diff(recording.t_s[span])))
    none = motion is not None and not motion.circling.any()
    needed = IDLE_FPS if none and not all(_rests(recording, hand, span) for hand in range(2)) else LEAST_FPS
    if rate >= needed:
        return None
    return N_(
        "Only {rate} pictures a second could be looked at; to see circles {needed} are needed. Close other "
        "programs, and make more light."
    ), {"rate": int(rate), "needed": round(needed)}


def _guessed(recording: Recording, span: slice, motion: Motion | None) -> tuple[int, ...]:
    """The hands of which it would be a guess to say what they do.

    Most of its readings are guesses; or they are unsure, it moves about and was not found to circle while the other
    hand circles: then the circles may be there and the readings wrong. A hand that rests needs no such care.
    """
    circling = None if motion is None else motion.circling.mean(axis=0)
    guessed = []
    for hand in range(2):
        confidence = recording.confidence[span, hand][np.isfinite(recording.u[span, hand])]
        if not len(confidence) or _rests(recording, hand, span):
            continue
        idle = circling is not None and circling[hand] < IDLE <= circling[1 - hand]
        if np.median(confidence) < (SURE if idle else GUESSED):
            guessed.append(hand)
    return tuple(guessed)


def _no_back(share: float) -> tuple[str, dict[str, Any]]:
    return N_(
        "The back was seen in only {share} % of the pictures; {needed} % are needed. Let the whole "
        "back, from the neck to the hips, be in the picture, or mark its corners by hand."
    ), _percent(share)


def _percent(share: float) -> dict[str, Any]:
    # Rounded down, so that 69.6 % is not told as 70 % of the 70 % needed.
    return {"share": int(100 * share), "needed": round(100 * ENOUGH)}


def _span(t_s: np.ndarray, present: np.ndarray) -> slice | None:
    """First to last moment with a hand on the back; a lone false sighting does not count."""
    if present.sum() < 3:
        return None
    step = float(np.median(np.diff(t_s)))
    width = min(len(present), max(3, round(1.0 / step)))
    # Our own choice: around a moment that counts, a hand is seen in a quarter of a second's frames.
    around = np.convolve(present, np.ones(width), "same")
    firm = np.flatnonzero(present & (around >= width / 4))
    return slice(int(firm[0]), int(firm[-1]) + 1) if firm.size else None


def _returns(t_s: np.ndarray, motion: Motion | None) -> np.ndarray:
    """Which moments lie between the end of a pass and the start of the next [shape=(n,), bool].

    After the last whole pass the next stroke begins where a hand circles again.
    """
    between = np.zeros(len(t_s), bool)
    if motion is None or not motion.passes:
        return between
    ways = [(a.end_i, b.start_i) for a, b in pairwise(motion.passes)]
    last, circling = motion.passes[-1].end_i, np.asarray(motion.circling.any(axis=1))
    stopped = last + int(
        np.argmin(circling[last:])
    )  # where it never stops this is `last`, and nothing is left out
    ways.append((last, stopped + int(np.argmax(circling[stopped:]))))
    for end, start in ways:
        if motion.t_s[start] - motion.t_s[end] <= RETURN_S:
            between |= (t_s > motion.t_s[end]) & (t_s < motion.t_s[start])
    return between


def _rests(recording: Recording, hand: int, span: slice) -> bool:
    length = recording.back_length_cm
    xy = np.stack([recording.u[span, hand] * length, recording.v_cm[span, hand]], axis=1).astype(float)
    seen = np.isfinite(xy).all(axis=1)
    if seen.mean() < RESTING_SEEN or any(part.mean() < RESTING_SEEN / 2 for part in np.array_split(seen, 3)):
        return False
    away = np.linalg.norm(xy[seen] - np.median(xy[seen], axis=0), axis=1)
    return bool(np.quantile(away, 0.9) <= RESTING_CM)
