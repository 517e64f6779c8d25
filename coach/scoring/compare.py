"""Where the hands went, beside a reference: passes aligned by dynamic time warping.

Only the macro path is compared (the centres of the circles, both hands, centimetres on the skin); circles are
judged by their own measures. Method: DTW with a Sakoe-Chiba band on four coordinates (left and right hand,
along and across the spine), the cost of a step being the distance between two points; the sum over the best
path is divided by the path's length [1]_.

.. [1] Sakoe & Chiba (1978), IEEE Trans. Acoust. Speech Signal Process. 26:43-49; computed by dtaidistance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from dtaidistance import dtw

from coach.motion.measures import Motion

POINTS = 64
"""Points that a pass is resampled to; evenly in time. Half a centimetre of travel apiece (our own choice)."""
WINDOW = 13
"""Half-width of the Sakoe-Chiba band in points: a fifth of a pass, so that a stay at one level is forgiven
but a pass is not matched with another part of the back (our own choice)."""
LEVELS = 10
"""Bins along the spine in which the distance is reported."""
MIN_SEEN = 0.5
"""A hand seen for a smaller share of a pass is left out of that pass (our own choice)."""


@dataclass(frozen=True)
class PassTrack:
    """The macro path of one pass.

    Attributes
    ----------
    start_s, end_s : float
    xy : ndarray [shape=(POINTS, 2, 2)]
        Point, hand, (along, across) in cm, evenly in time; a hand that was not seen enough is NaN throughout.
    direction : str
        'down' or 'up'.
    """

    start_s: float
    end_s: float
    xy: np.ndarray
    direction: str


@dataclass(frozen=True)
class Comparison:
    """How the learner's passes lie to the reference's mean pass. All distances in cm; None where there is
    none.

    Attributes
    ----------
    name : str
        Of the reference.
    trajectory_distance_cm : float or None
        Mean over the passes.
    by_pass : list of dict
        Per pass: number, start and end in seconds, direction, distance of both hands, of the left and of the
        right.
    along : list of dict
        Per level of the reference's path: `u` at its middle and the mean distance there.
    tempo_ratio : float or None
        Learner's tempo by the reference's.
    spread_cm, reference_spread_cm, spread_ratio : float or None
        Mean distance of the passes to their own mean pass, learner and reference, and their ratio: 1 means as
        even as the reference, above 1 less even. Needs two passes.
    """

    name: str
    trajectory_distance_cm: float | None = None
    by_pass: list[dict[str, Any]] | None = None
    along: list[dict[str, Any]] | None = None
    tempo_ratio: float | None = None
    spread_cm: float | None = None
    reference_spread_cm: float | None = None
    spread_ratio: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The report's "reference" part, as plain values."""
        return {
            "name": self.name,
            "trajectory_distance_cm": _round(self.trajectory_distance_cm),
            "tempo_ratio": _round(self.tempo_ratio, 3),
            "by_pass": self.by_pass or [],
            "along": self.along or [],
            "spread_cm": _round(self.spread_cm),
            "reference_spread_cm": _round(self.reference_spread_cm),
            "spread_ratio": _round(self.spread_ratio),
        }


def resample(t_s: np.ndarray, xy: np.ndarray, direction: str, until_cm: float = np.inf) -> PassTrack | None:
    """One pass, evenly resampled; gaps are bridged, a hand seen too little is left out.

    Parameters
    ----------
    t_s : ndarray [shape=(k,)]
    xy : ndarray [shape=(k, 2, 2)]
        Frame, hand, (along, across) in cm; NaN where not seen.
    direction : str
    until_cm : float
        What lies further down the back is left out: going on below the reference's end is not a deviation.

    Returns
    -------
    PassTrack or None
        None when nothing of it can be compared.
    """
    with np.errstate(invalid="ignore"):
        keep = ~(xy[:, :, 0] > until_cm).any(axis=1)
    t, points = t_s[keep], xy[keep]
    if len(t) < 4:
        return None
    seen = np.isfinite(points).all(axis=2)
    grid = np.linspace(t[0], t[-1], POINTS)
    out = np.full((POINTS, 2, 2), np.nan)
    for hand in range(2):
        ok = seen[:, hand]
        if ok.mean() >= MIN_SEEN and ok.sum() >= 4:
            for axis in range(2):
                out[:, hand, axis] = np.interp(grid, t[ok], points[ok, hand, axis])
    if not np.isfinite(out).any():
        return None
    return PassTrack(float(t[0]), float(t[-1]), out, direction)


def pass_tracks(
    motion: Motion, until_cm: float = np.inf, hands: tuple[bool, bool] = (True, True)
) -> list[PassTrack]:
    """The macro path of every pass in `motion` that can be compared.

    Parameters
    ----------
    motion : Motion
    until_cm : float
        As for `resample`.
    hands : tuple of bool
        Hands to compare: where a resting hand lies says nothing of the massage's path.
    """
    path = np.stack([motion.macro_u_cm, motion.macro_v_cm], axis=2)
    path[:, ~np.array(hands)] = np.nan
    tracks = []
    for p in motion.passes:
        part = slice(p.start_i, p.end_i + 1)
        track = resample(motion.t_s[part], path[part], p.direction, until_cm)
        if track is not None:
            tracks.append(track)
    return tracks


def mean_pass(passes: Sequence[PassTrack]) -> np.ndarray | None:
    """Mean over the passes, point by point and hand by hand.

    Returns
    -------
    ndarray [shape=(POINTS, 2, 2)] or None
        None without passes; NaN for a hand that no pass has.
    """
    if not passes:
        return None
    stack = np.stack([p.xy for p in passes])
    count = np.isfinite(stack).sum(axis=0)
    total = np.nansum(stack, axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def align(track: np.ndarray, model: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances along the best DTW path.

    Parameters
    ----------
    track, model : ndarray [shape=(m, 2, 2)]
        Point, hand, (along, across) in cm. Hands that either lacks are left out.

    Returns
    -------
    distances : ndarray [shape=(k, 2)]
        Per step of the path and hand, in cm; NaN for a hand left out.
    index : ndarray [shape=(k,)]
        The model's point at each step.
    """
    hands, path = _warp(track, model)
    if not hands:
        return np.empty((0, 2)), np.empty(0, int)
    distances = np.full((len(path), 2), np.nan)
    for h in hands:
        distances[:, h] = np.linalg.norm(track[path[:, 0], h] - model[path[:, 1], h], axis=1)
    return distances, path[:, 1]


def _warp(track: np.ndarray, model: np.ndarray) -> tuple[list[int], np.ndarray]:
    """Hands that both have, and the best path as pairs of points [shape=(k, 2)]; parameters as for `align`."""
    hands = [h for h in range(2) if np.isfinite(track[:, h]).all() and np.isfinite(model[:, h]).all()]
    if not hands:
        return [], np.empty((0, 2), int)
    a = np.ascontiguousarray(track[:, hands].reshape(len(track), -1), dtype=np.float64)
    b = np.ascontiguousarray(model[:, hands].reshape(len(model), -1), dtype=np.float64)
    path = dtw.warping_path(a, b, window=WINDOW, use_ndim=True, inner_dist="euclidean", use_c=_HAS_C)
    return hands, np.array(path)


def steps(track: PassTrack, model: np.ndarray) -> np.ndarray:
    """Which point of the model's pass goes with which moment of the learner's, by the best DTW path.

    Parameters
    ----------
    track : PassTrack
    model : ndarray [shape=(POINTS, 2, 2)]

    Returns
    -------
    ndarray [shape=(k, 2)]
        The learner's moment in seconds and the share of the model's pass, 0 to 1; both rise. Empty when they have
        no hand in common.
    """
    pairs = _warp(track.xy, model)[1]
    if not len(pairs):
        return np.empty((0, 2))
    moments = track.start_s + pairs[:, 0] * (track.end_s - track.start_s) / (POINTS - 1)
    return np.column_stack([moments, pairs[:, 1] / (POINTS - 1)])


def spread(passes: Sequence[PassTrack], model: np.ndarray | None) -> float | None:
    """Mean distance of the passes to their own mean pass, in cm; None for fewer than two passes."""
    if model is None or len(passes) < 2:
        return None
    values = [_mean(align(p.xy, model)[0]) for p in passes]
    return _mean(np.array([v for v in values if v is not None]))


def compare(
    passes: Sequence[PassTrack],
    model: np.ndarray | None,
    *,
    name: str,
    back_length_cm: float,
    reference_spread: float | None,
    tempo: float | None,
    reference_tempo: float | None,
) -> Comparison:
    """Lay every pass beside the reference's mean pass.

    Parameters
    ----------
    passes : sequence of PassTrack
        The learner's, in time.
    model : ndarray [shape=(POINTS, 2, 2)] or None
        The reference's mean pass.
    name : str
        The reference's.
    back_length_cm : float
        To give levels as `u`.
    reference_spread : float or None
        See `spread`.
    tempo, reference_tempo : float or None
        Circles per minute.
    """
    ratio = tempo / reference_tempo if tempo is not None and reference_tempo else None
    if model is None or not passes:
        return Comparison(name, tempo_ratio=ratio, reference_spread_cm=reference_spread)
    by_pass, all_distances, all_levels = [], [], []
    along = _nanmean_rows(model[:, :, 0])
    for number, track in enumerate(passes, 1):
        distances, index = align(track.xy, model)
        if not len(distances):
            continue
        by_pass.append(
            {
                "pass": number,
                "start_s": round(track.start_s, 2),
                "end_s": round(track.end_s, 2),
                "direction": track.direction,
                "distance_cm": _round(_mean(distances)),
                "left_cm": _round(_mean(distances[:, 0])),
                "right_cm": _round(_mean(distances[:, 1])),
            }
        )
        all_distances.append(_nanmean_rows(distances))
        all_levels.append(along[index])
    own = spread(passes, mean_pass(passes))
    return Comparison(
        name=name,
        trajectory_distance_cm=_mean(np.array([p["distance_cm"] for p in by_pass], float)),
        by_pass=by_pass,
        along=_by_level(all_distances, all_levels, along, back_length_cm) if by_pass else [],
        tempo_ratio=ratio,
        spread_cm=own,
        reference_spread_cm=reference_spread,
        spread_ratio=own / reference_spread if own is not None and reference_spread else None,
    )


def _by_level(
    distances: list[np.ndarray], levels: list[np.ndarray], along: np.ndarray, back_length_cm: float
) -> list[dict[str, Any]]:
    edges = np.linspace(np.nanmin(along), np.nanmax(along), LEVELS + 1)
    d, x = np.concatenate(distances), np.concatenate(levels)
    bins = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, LEVELS - 1)
    rows = []
    for k in range(LEVELS):
        middle = (edges[k] + edges[k + 1]) / 2 / back_length_cm
        rows.append({"u": round(float(middle), 3), "distance_cm": _round(_mean(d[bins == k]))})
    return rows


def _nanmean_rows(x: np.ndarray) -> np.ndarray:
    count = np.isfinite(x).sum(axis=1)
    return np.where(count > 0, np.nansum(x, axis=1) / np.maximum(count, 1), np.nan)


def _mean(x: np.ndarray) -> float | None:
    finite = np.asarray(x, float)[np.isfinite(np.asarray(x, float))]
    return float(finite.mean()) if finite.size else None


def _round(x: float | None, digits: int = 2) -> float | None:
    return None if x is None else round(x, digits)


_HAS_C = bool(dtw.try_import_c())
