"""What the page draws, as plain values: positions and numbers, no picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from coach.live.backwatch import ALONE_S
from coach.live.checks import Check, ready
from coach.live.figures import HAND, body_of, grid_px
from coach.live.round import Round
from coach.live.setting_up import SetUp
from coach.motion.recording import Observation


def of_setup(checks: Sequence[Check], setting_up: SetUp, size: tuple[int, int] | None) -> dict[str, Any]:
    """The set-up: its checks, and whoever is seen as figures; `size` of the picture in pixels, None without one."""
    state: dict[str, Any] = {
        "checks": [asdict(check) for check in checks],
        "ready": ready(list(checks)),
        "rest": round(setting_up.rest, 2),
        "alone": round(min(1.0, setting_up.watch.alone_s / ALONE_S), 2),
    }
    return state if size is None else state | of_figures(setting_up, size)


def of_figures(setting_up: SetUp, size: tuple[int, int]) -> dict[str, Any]:
    """Her figure, both hands and the back's grid; all places are shares of the picture, whose size is given."""
    whole = np.array(size, float)
    state: dict[str, Any] = {"aspect": size[0] / size[1]}
    tracker, her = setting_up.tracker, setting_up.receiver
    if tracker is None or her is None:
        if setting_up.watch.pose is not None:
            state["she"] = points(body_of(setting_up.watch.pose) / whole)
        return state
    back = tracker.back
    state["she"] = points(her.at(back) / whole)
    state["outline"] = points(back.outline_px / whole)
    state["grid"] = points(grid_px(back) / whole)
    state["hands"] = [None if hand is None else points(hand[HAND] / whole) for hand in tracker.hands_px]
    return state


def of_round(current: Round, seen: Observation | None, gone: float, now_s: float) -> dict[str, Any]:
    """The round at `now_s` of the camera's clock: time, tempo, what has been massaged, the thumbs as (u, v in cm)."""
    now = current.now
    state: dict[str, Any] = {
        "elapsed": round(min(current.elapsed_s(now_s), current.total_s), 2),
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
    known = np.isfinite(places).all(axis=1).tolist()
    rounded = np.asarray(places, float).round(4).tolist()
    return [point if there else None for point, there in zip(rounded, known, strict=True)]
