"""Simulated hands with known answers, for tests."""

import numpy as np

from coach.motion.recording import Recording

LENGTH = 45.0
"""Back length in cm."""


def blank(t_s, u, v_cm, length=LENGTH):
    """A recording from positions [shape=(n, 2)]."""
    n = len(t_s)
    u = np.asarray(u, np.float32).reshape(n, 2)
    return Recording(
        t_s=np.asarray(t_s, float),
        u=u,
        v_cm=np.asarray(v_cm, np.float32).reshape(n, 2),
        confidence=np.where(np.isfinite(u), 0.9, 0).astype(np.float32),
        back_confidence=np.ones(n, np.float32),
        thumb_px=np.full((n, 2, 2), np.nan, np.float32),
        c7_px=np.full((n, 2), np.nan, np.float32),
        l5_px=np.full((n, 2), np.nan, np.float32),
        meta={"schema": 1, "settings": {"back_length_cm": length}},
    )


def practice(
    seconds=40.0, fps=15.0, cpm=(40.0, 40.0), radius=1.4, offset=3.0, pass_s=10.0, return_s=1.5,
    start_cm=1.0, end_cm=18.0, up=False, phase_deg=0.0, moving=(True, True), circling=(True, True),
    noise=0.0, parallel=False, lifted=False, squeeze=1.0, seed=0,
):  # fmt: skip
    """Strokes with circles and straight returns without; everything is exact unless `noise` (cm) is given.

    Returns
    -------
    Recording
        The left hand at v < 0, the right one mirrored (or parallel); `lifted` loses the hands on returns.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * fps)) / fps
    within = t % (pass_s + return_s)
    stroke = within < pass_s
    share = np.where(stroke, within / pass_s, 1 - (within - pass_s) / return_s)
    if up:
        share = 1 - share
    y = start_cm + (end_cm - start_cm) * share
    u, v = np.zeros((len(t), 2)), np.zeros((len(t), 2))
    for hand, side in ((0, -1), (1, 1)):
        turning = 2 * np.pi * cpm[hand] / 60 * t + (np.radians(phase_deg) if hand == 0 else 0)
        r = radius * stroke * circling[hand]
        across = np.cos(turning) * (1 if parallel else side)
        centre = y if moving[hand] else np.full_like(y, 4.0)
        u[:, hand] = (centre + squeeze * r * np.sin(turning)) / LENGTH
        v[:, hand] = side * offset + r * across
        if lifted:
            u[~stroke, hand] = np.nan
    u += noise / LENGTH * rng.standard_normal(u.shape)
    v += noise * rng.standard_normal(v.shape)
    return blank(t, u, np.where(np.isfinite(u), v, np.nan))


def uneven(seconds=20.0, fps=15.0, cpm=44.0, radius=1.4, seed=0):
    """One descent of 17 cm with circles whose speed and size wander by half within a second, and rests between."""
    rng = np.random.default_rng(seed)
    n = round(seconds * fps)

    def wander(tau_s):
        keep = np.exp(-1 / fps / tau_s)
        kicks = rng.standard_normal((n, 2)) * np.sqrt(1 - keep**2)
        for i in range(1, n):
            kicks[i] += keep * kicks[i - 1]
        return kicks

    t = np.arange(n) / fps
    moving = (t % 4.5 > 1.2)[:, None]  # rests of 1.2 s
    speed = cpm / 60 * np.clip(1 + 0.45 * wander(0.8), 0.15, 2.2) * moving
    turning = 2 * np.pi * np.cumsum(speed, axis=0) / fps
    r = radius * np.clip(1 + 0.5 * wander(0.9), 0.2, 2)
    side = np.array([-1, 1])
    y = 1 + 17 * np.cumsum(moving) / moving.sum()
    return blank(t, (y[:, None] + r * np.sin(turning)) / LENGTH, side * (3 + r * np.cos(turning)))


def with_gaps(recording, share=0.1, seed=1):
    """Gaps of 0.2 to 1 s in each hand, and 2 % outliers of 5 to 10 cm."""
    rng = np.random.default_rng(seed)
    n = len(recording.t_s)
    step = float(np.median(np.diff(recording.t_s)))
    u, v = recording.u.copy(), recording.v_cm.copy()
    for hand in range(2):
        lost = np.zeros(n, bool)
        while lost.mean() < share:
            start = rng.integers(n)
            lost[start : start + 1 + int(rng.uniform(0.2, 1.0) / step)] = True
        wild = rng.random(n) < 0.02
        v[wild, hand] += rng.choice([-1, 1], wild.sum()) * rng.uniform(5, 10, wild.sum())
        u[lost, hand] = v[lost, hand] = np.nan
    return blank(recording.t_s, u, v)


def both(pair):
    """A PerHand as an array."""
    return np.array([np.nan if x is None else x for x in (pair.left, pair.right)])
