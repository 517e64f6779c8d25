"""What the page draws, as plain values: positions and numbers, no picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from coach.live.backwatch import ALONE_S, BackWatch
from coach.live.checks import Check, Sight, ready
from coach.live.round import Round
from coach.motion.recording import Observation


def of_setup(
    checks: Sequence[Check], watch: BackWatch | None, sight: Sight, seen: Observation | None
) -> dict[str, Any]:
    """The set-up: checks, whoever is seen, and the back; positions are shares of the picture."""
    state: dict[str, Any] = {"checks": [asdict(check) for check in checks], "ready": ready(list(checks))}
    if watch is not None:
        state["alone"] = round(min(1.0, watch.alone_s / ALONE_S), 2)
    if not all(sight.size):  # no picture this time
        return state
    whole = np.array(sight.size, float)
    state["aspect"] = sight.size[0] / sight.size[1]
    if watch is not None and watch.pose is not None:
        state["pose"] = points(watch.pose.landmarks_px / whole)
    if sight.back is not None:
        state["outline"] = points(sight.back.outline_px / whole)
        state["spine"] = points(sight.back.spine_px / whole)
    if seen is not None:
        state["thumbs"] = points(seen.thumb_px / whole)
    return state


def of_round(current: Round, seen: Observation | None, gone: float) -> dict[str, Any]:
    """The round: time, tempo, what has been massaged, and the thumbs as (u, v in cm)."""
    now = current.now
    state: dict[str, Any] = {
        "elapsed": round(current.gathered.last_s, 2),
        "total": current.total_s,
        "tempo": None if now.tempo_cpm is None else round(now.tempo_cpm, 1),
        "turns": np.minimum(current.running.turns, 1.0).round(2).tolist(),
        "gone": round(gone, 2),
    }
    if seen is not None:
        state["thumbs"] = points(np.stack([seen.u, seen.v_cm], axis=1))
    return state


def points(places: np.ndarray) -> list[list[float] | None]:
    """Points [shape=(n, 2)] as JSON; None where one is not seen."""
    return [[round(float(x), 4) for x in p] if np.isfinite(p).all() else None for p in np.asarray(places)]
