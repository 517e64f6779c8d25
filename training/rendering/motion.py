"""How the giver's thumbs move, in coordinates of the back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.rendering.anatomy import LEVELS
from training.rendering.body import SIDES

STYLES = ("good", "too_fast", "one_sided", "on_spine", "wrong_direction", "short", "irregular", "static")

CIRCLE, MOVE, PAUSE = 1, 2, 3
"""What the hands do: circle, go to the start of the next pass, or rest."""

_LOWEST_U = 0.95  # circles end above L5: below it the seat and the arms are in the way
_APPROACH_M = 0.06  # the hands come from this high above the skin
_FADE_STEPS = 36  # circles grow and shrink over 0.3 s
_IDLE_U, _IDLE_V_M = 0.10, 0.092  # a hand that does nothing rests on the shoulder
_SIDE_NAMES = {"L": "left", "R": "right"}


@dataclass
class Style:
    """One way to massage; the names are those of a clip's truth file."""

    name: str = "good"
    cpm_left: float = 56.0  # circles per minute
    cpm_right: float = 56.0
    radius_cm: float = 1.4
    offset_cm: float = 3.2  # of the circle's centre from the spine
    start: str = "C7"
    end: str = "L2"
    start_u: float = 0.0
    end_u: float = 0.7
    descent_s: float = 9.0
    return_s: float = 1.6
    lr_phase_deg: float = 0.0  # 0: the hands mirror each other
    inward: int = 1  # +1: on the way up the thumbs move away from the spine; -1: towards it
    direction: str = "down"
    active: str = "both"  # both, left or right
    speed_jitter: float = 0.06
    radius_jitter: float = 0.08
    path_jitter_cm: float = 0.25
    pause_rate: float = 0.0  # pauses per second of circling
    pause_s: float = 1.2
    stepwise: float = 0.35  # 0: slides down; 1: stops and goes
    lift_cm: float = 3.5  # of the hands on the way back to the start
    lead_in_s: float = 0.8
    thumb_share: float = (
        0.45  # part of the circle that the thumb's joints make; the whole hand makes the rest
    )

    def set_tempo(self, circles_per_minute: float) -> None:
        """The same tempo for both hands."""
        self.cpm_left = self.cpm_right = circles_per_minute

    def set_levels(self, start: str | None = None, end: str | None = None) -> None:
        """Where a pass begins and ends: vertebrae."""
        if start:
            self.start_u = LEVELS[start] + 0.02
        if end:
            self.end_u = min(LEVELS[end], _LOWEST_U)


def random_style(name: str, rng: np.random.Generator) -> Style:
    """A style of the kind `name` (see `STYLES`) with everything else drawn at random."""
    style = Style(name=name)
    style.set_tempo(float(rng.uniform(46, 66)))
    style.radius_cm = float(rng.uniform(1.1, 1.8))
    style.offset_cm = float(rng.uniform(2.7, 3.9))
    style.descent_s = float(rng.uniform(8, 12))
    style.return_s = float(rng.uniform(1.2, 2.0))
    style.end = str(rng.choice(["T9", "T11", "L1", "L3", "L4"]))
    style.lr_phase_deg = float(rng.uniform(-25, 25))
    style.inward = int(rng.choice([-1, 1]))
    style.stepwise = float(rng.uniform(0, 0.7))
    style.lift_cm = float(rng.uniform(1.5, 5))
    style.thumb_share = float(rng.uniform(0.3, 0.6))
    if name == "too_fast":
        style.set_tempo(float(rng.uniform(100, 130)))
        style.descent_s = float(rng.uniform(3.2, 4.2))
        style.return_s = 0.8
        style.radius_cm = min(style.radius_cm, 1.3)
    elif name == "one_sided":
        style.active = str(rng.choice(["left", "right"]))
    elif name == "on_spine":
        style.offset_cm = float(rng.uniform(0.5, 1.0))
        style.radius_cm = float(rng.uniform(0.8, 1.1))
    elif name == "wrong_direction":
        style.direction = "up"
    elif name == "short":
        style.end = str(rng.choice(["T3", "T4"]))
        style.descent_s = float(rng.uniform(3.5, 5))
    elif name == "irregular":
        style.speed_jitter, style.radius_jitter = 0.45, 0.5
        style.pause_rate = 0.22
        style.path_jitter_cm = 0.8
        style.lr_phase_deg = float(rng.uniform(60, 180))
    elif name == "static":
        style.set_tempo(0.0)
    style.set_levels(style.start, style.end)
    return style


@dataclass(frozen=True)
class HandGoal:
    """Where one thumb should be at one moment.

    Parameters
    ----------
    u, v : float
        Centre of its circle on the back, see `training.rendering.back`.
    across, up : float
        Way from the centre, metres: towards the receiver's right, and towards her head.
    lift : float
        Metres above the skin.
    active : bool
        Whether the hand massages; else it lies idle.
    away : bool
        The hand hangs at the giver's side; nothing else matters then.
    on_other : bool
        The hand lies on the other one, wherever that is.
    """

    u: float
    v: float
    across: float = 0.0
    up: float = 0.0
    lift: float = 0.0
    active: bool = True
    away: bool = False
    on_other: bool = False


@dataclass(frozen=True)
class HandTrack:
    """One hand over time; arrays of [shape=(n_steps,)], see `HandGoal` for the units."""

    active: bool
    angle: np.ndarray  # radians, grows
    circles: np.ndarray  # made so far
    u: np.ndarray
    v: np.ndarray
    across: np.ndarray
    up: np.ndarray
    lift: np.ndarray

    def goal(self, step: int) -> HandGoal:
        return HandGoal(
            float(self.u[step]),
            float(self.v[step]),
            float(self.across[step]),
            float(self.up[step]),
            float(self.lift[step]),
            self.active,
        )


@dataclass(frozen=True)
class Performance:
    """Both hands over time; arrays of [shape=(n_steps,)].

    Attributes
    ----------
    step_s : float
    state : ndarray of int
        `CIRCLE`, `MOVE` or `PAUSE`.
    u : ndarray
        Place of the hands along the back.
    passes : ndarray of int
        Passes completed.
    hands : dict
        "L" and "R", the giver's own left and right.
    """

    step_s: float
    state: np.ndarray
    u: np.ndarray
    passes: np.ndarray
    hands: dict[str, HandTrack]

    def step_at(self, t_s: float) -> int:
        """The step nearest to a time; the first and the last last for ever."""
        return min(max(0, round(t_s / self.step_s)), len(self.state) - 1)


def simulate(style: Style, seconds: float, rng: np.random.Generator, step_s: float = 1 / 120) -> Performance:
    """Let the hands make circles down the back, lift, return, and begin again."""
    n = int(seconds / step_s) + 2
    speed_noise = {side: _smooth_noise(n, step_s, 0.8, rng) for side in SIDES}
    radius_noise = {side: _smooth_noise(n, step_s, 0.9, rng) for side in SIDES}
    u_noise = {side: _smooth_noise(n, step_s, 1.2, rng) for side in SIDES}
    v_noise = {side: _smooth_noise(n, step_s, 1.2, rng) for side in SIDES}
    state, u, lift, passes = _passes(style, n, step_s, rng)
    circling = (state == CIRCLE).astype(float)
    size = np.clip(np.convolve(circling, np.ones(_FADE_STEPS) / _FADE_STEPS, "same"), 0, 1)
    hands = {}
    for side in SIDES:
        outward = 1 if side == "R" else -1
        per_second = (style.cpm_left if side == "L" else style.cpm_right) / 60
        steady = 2 * np.pi * per_second
        speed = steady * np.clip(1 + style.speed_jitter * speed_noise[side], 0.15, 2.2) * (state == CIRCLE)
        angle = np.cumsum(speed) * step_s + (np.deg2rad(style.lr_phase_deg) if side == "R" else 0)
        if style.active not in ("both", _SIDE_NAMES[side]):
            hands[side] = _idle(outward, angle, u_noise[side], v_noise[side])
            continue
        radius = style.radius_cm / 100 * np.clip(1 + style.radius_jitter * radius_noise[side], 0.2, 2) * size
        radius = radius * (1 if per_second > 0 else 0)
        hands[side] = HandTrack(
            active=True,
            angle=angle,
            circles=np.cumsum(speed) * step_s / 2 / np.pi,
            u=u + style.path_jitter_cm / 45 * u_noise[side] * 0.6,
            v=outward * style.offset_cm / 100 + style.path_jitter_cm / 100 * v_noise[side] * 0.6,
            across=outward * radius * np.cos(style.inward * angle),
            up=radius * np.sin(style.inward * angle),
            lift=lift,
        )
    return Performance(step_s, state, u, passes, hands)


def _passes(
    style: Style, n: int, step_s: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """State, place along the back, lift and number of passes [each shape=(n,)]."""
    first, last = (style.start_u, style.end_u) if style.direction == "down" else (style.end_u, style.start_u)
    cycles = (style.cpm_left + style.cpm_right) / 2 / 60
    state, passes = np.zeros(n, int), np.zeros(n, int)
    u, lift = np.zeros(n), np.zeros(n)
    doing, since_s, progress, pause_left_s, completed = "approach", 0.0, 0.0, 0.0, 0
    for i in range(n):
        if doing == "approach":
            done = min(1, since_s / max(style.lead_in_s, 1e-3))
            u[i], lift[i], state[i] = first, _APPROACH_M * (1 - done) ** 2, MOVE
            if done >= 1:
                doing, since_s = "pass", 0.0
        elif doing == "pass":
            if pause_left_s > 0:
                pause_left_s -= step_s
                state[i] = PAUSE
            else:
                state[i] = CIRCLE
                # Every second circle stays in place when the hands move stepwise.
                swing = style.stepwise * np.cos(2 * np.pi * cycles / 2 * since_s) if cycles > 0 else 0
                progress += step_s / style.descent_s * (1 + swing)
                since_s += step_s
                if rng.random() < style.pause_rate * step_s:
                    pause_left_s = style.pause_s * rng.uniform(0.6, 1.6)
            u[i] = first + (last - first) * min(progress, 1)
            if progress >= 1:
                doing, since_s, progress = "return", 0.0, 0.0
                completed += 1
        else:
            done = min(1, since_s / style.return_s)
            eased = done * done * (3 - 2 * done)
            u[i] = last + (first - last) * eased
            lift[i] = style.lift_cm / 100 * np.sin(np.pi * done)
            state[i] = MOVE
            if done >= 1:
                doing, since_s = "pass", 0.0
        if doing != "pass":
            since_s += step_s
        passes[i] = completed
    return state, u, lift, passes


def _idle(outward: int, angle: np.ndarray, u_noise: np.ndarray, v_noise: np.ndarray) -> HandTrack:
    """A hand that rests on the shoulder and trembles a little."""
    n = len(angle)
    return HandTrack(
        active=False,
        angle=angle,
        circles=np.zeros(n),
        u=np.full(n, _IDLE_U) + 0.002 * u_noise,
        v=np.full(n, outward * _IDLE_V_M) + 0.001 * v_noise,
        across=np.zeros(n),
        up=np.zeros(n),
        lift=np.zeros(n),
    )


def _smooth_noise(n: int, step_s: float, tau_s: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of variance one that changes over about `tau_s` [shape=(n,)]."""
    white = rng.standard_normal(n + int(6 * tau_s / step_s))
    width = int(max(3, 3 * tau_s / step_s))
    window = np.hanning(width + 2)[1:-1]
    return np.convolve(white, window / np.sqrt((window**2).sum()), "same")[:n]
