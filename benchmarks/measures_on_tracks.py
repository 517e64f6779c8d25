#!/usr/bin/env python3
"""How well the measures do on known tracks under the noise of a tracker.

    python benchmarks/measures_on_tracks.py FOLDER [--white CM] [--correlated CM] [--air seen|unseen] [--each]

FOLDER holds truth files (JSON: `style`, `back_length_cm`, and per frame `t`, `state` and per hand `u`,
`v_cm`, `contact`, `active`, `circles`, `center_u`, `center_v_cm`). Each becomes a recording as a tracker
would make it: white and correlated noise, 2 % outliers of 5 to 10 cm, gaps of 0.2 to 1 s in 10 % of the
frames, 6 % of the frames dropped, and the hand either seen or not while it is in the air. The table compares
what is measured with the truth.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from coach.motion.measures import Measures, measure
from coach.motion.recording import HANDS, Recording

END_U = 0.40


def load(path: Path) -> dict:
    """The truth as arrays (n,) and (n, 2)."""
    given = json.loads(path.read_text())
    frames = given["frames"]

    def hands(key: str) -> np.ndarray:
        return np.array([[f["back"][hand][key] for hand in HANDS] for f in frames])

    return {
        "t": np.array([f["t"] for f in frames]),
        "state": np.array([f["state"] for f in frames]),
        "length": given["back_length_cm"],
        "style": given["style"],
        "passes": frames[-1].get("n_pass", 0),
        **{
            key: hands(key)
            for key in ("u", "v_cm", "contact", "active", "circles", "center_u", "center_v_cm")
        },
    }


def correlated(n: int, step_s: float, tau_s: float, rng: np.random.Generator) -> np.ndarray:
    """Unit noise with an exponential memory of `tau_s` (first-order autoregressive)."""
    keep = np.exp(-step_s / tau_s)
    value, out = rng.standard_normal(), np.empty(n)
    for i, kick in enumerate(rng.standard_normal(n) * np.sqrt(1 - keep**2)):
        value = keep * value + kick
        out[i] = value
    return out


def observe(
    truth: dict,
    rng: np.random.Generator,
    *,
    white: float = 0.7,
    slow: float = 0.3,
    air: str = "seen",
    lost: float = 0.10,
    squeeze: float = 1.0,
) -> Recording:
    """A recording as a tracker with these weaknesses would make it (cm; shares of frames).

    `squeeze` scales the circles along the spine: a wrongly guessed tilt of the back.
    """
    t, length = truth["t"], truth["length"]
    n, step = len(t), float(np.median(np.diff(t)))
    centre = truth["center_u"]
    u = centre + (truth["u"] - centre) * squeeze
    v = truth["v_cm"].copy()
    for hand in range(2):
        u[:, hand] += (white * rng.standard_normal(n) + slow * correlated(n, step, 0.4, rng)) / length
        v[:, hand] += white * rng.standard_normal(n) + slow * correlated(n, step, 0.4, rng)
        wild = np.flatnonzero(rng.random(n) < 0.02)
        far, way = rng.uniform(5, 10, len(wild)), rng.uniform(0, 2 * np.pi, len(wild))
        u[wild, hand] += far * np.cos(way) / length
        v[wild, hand] += far * np.sin(way)
        unseen = np.zeros(n, bool)
        while lost and unseen.mean() < lost:
            start = rng.integers(n)
            unseen[start : start + 1 + int(rng.uniform(0.2, 1.0) / step)] = True
        unseen |= truth["state"] == "alone"
        if air == "unseen":
            unseen |= ~truth["contact"][:, hand].astype(bool)
        u[unseen, hand] = v[unseen, hand] = np.nan
    keep = rng.random(n) > 0.06
    keep[[0, -1]] = True
    m = int(keep.sum())
    seen = np.isfinite(u[keep])
    return Recording(
        t[keep], u[keep].astype(np.float32), v[keep].astype(np.float32), 0.9 * seen.astype(np.float32),
        np.ones(m, np.float32), np.zeros((m, 2, 2), np.float32), np.zeros((m, 2), np.float32),
        np.zeros((m, 2), np.float32), {"schema": 1, "settings": {"back_length_cm": length}},
    )  # fmt: skip


def expected(truth: dict) -> dict:
    """What the measures ought to be; NaN where a hand does not circle."""
    t, there = truth["t"], truth["state"] != "alone"
    step = float(np.median(np.diff(t)))
    out: dict = {key: np.full(2, np.nan) for key in ("tempo", "diameter", "offset")}
    out["active"] = np.zeros(2)
    strip = []
    for hand in range(2):
        on = (truth["state"] == "circle") & truth["active"][:, hand].astype(bool)
        turned = np.diff(truth["circles"][:, hand])[on[1:]].sum()
        if on.sum() * step < 2 or turned < 1:
            continue
        out["tempo"][hand] = 60 * turned / (on[1:].sum() * step)
        out["active"][hand] = on.sum() / there.sum()
        v, u = truth["v_cm"][on, hand], truth["u"][on, hand]
        cv, cu = truth["center_v_cm"][on, hand], truth["center_u"][on, hand]
        out["diameter"][hand] = 2 * np.sqrt(np.mean((v - cv) ** 2 + ((u - cu) * truth["length"]) ** 2))
        out["offset"][hand] = np.median(np.abs(cv))
        strip.append(np.abs(v) < 1)
    out["contact"] = float(np.concatenate(strip).mean()) if strip else np.nan
    style = truth["style"]
    ends = [style["start_u"], style["end_u"]]
    out["ends"] = ends if style["direction"] == "down" else ends[::-1]
    out["direction"] = style["direction"]
    out["passes"] = truth["passes"]
    return out


def _pair(value: object) -> np.ndarray:
    return np.array([np.nan if x is None else x for x in (value.left, value.right)])  # type: ignore[attr-defined]


def compare(truth: dict, m: Measures) -> dict:
    """Differences, measured less expected."""
    want = expected(truth)
    number = lambda x: np.nan if x is None else x  # noqa: E731
    circles = np.isfinite(want["tempo"])
    return {
        "tempo": np.where(np.isnan(_pair(m.tempo_cpm)), 99, _pair(m.tempo_cpm) - want["tempo"])[circles],
        "false_tempo": np.isfinite(_pair(m.tempo_cpm))[~circles],
        "diameter": (_pair(m.circle_diameter_cm) - want["diameter"])[circles],
        "offset": (_pair(m.lateral_offset_cm) - want["offset"])[circles],
        "contact": [number(m.spine_contact) - want["contact"]],
        "active": (_pair(m.active) - want["active"])[circles],
        "idle": np.nan_to_num(_pair(m.active))[~circles],
        "start": [number(m.start_u) - want["ends"][0]], "end": [number(m.end_u) - want["ends"][1]],
        "direction": [m.direction == want["direction"]],
        "passes": [m.passes - max(want["passes"], 1)],
        "cv": _pair(m.cycle_cv)[circles], "regularity": _pair(m.regularity)[circles],
        "offsets": _pair(m.lateral_offset_cm)[circles], "contacts": [number(m.spine_contact)],
    }  # fmt: skip


def kind(path: Path, truth: dict) -> str:
    """The style's name; the tempo and offset variants of good technique get their own."""
    style = truth["style"]
    if style["name"] == "good" and style["cpm_left"] < 20:
        return "too_slow"
    return "too_wide" if style["name"] == "good" and style["offset_cm"] >= 6 else style["name"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--white", type=float, default=0.7)
    parser.add_argument("--correlated", type=float, default=0.3)
    parser.add_argument("--air", choices=("seen", "unseen"), default="seen")
    parser.add_argument("--squeeze", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", action="store_true", help="a line per file as well")
    args = parser.parse_args()
    rows: dict[str, dict[str, list]] = {}
    spent = seconds = 0.0
    for path in sorted(args.folder.glob("*.json")):
        truth = load(path)
        rng = np.random.default_rng(args.seed)
        recording = observe(
            truth, rng, white=args.white, slow=args.correlated, air=args.air, squeeze=args.squeeze
        )
        began = time.perf_counter()
        m = measure(recording, end_u=END_U)
        spent += time.perf_counter() - began
        seconds += float(recording.t_s[-1])
        result = compare(truth, m)
        if args.each:
            print(path.stem, {k: np.round(np.asarray(v, float), 2).tolist() for k, v in result.items()})
        for name in (kind(path, truth), "ALL"):
            for key, values in result.items():
                rows.setdefault(name, {}).setdefault(key, []).extend(np.asarray(values, float).tolist())
    print(
        f"noise: white {args.white} cm, correlated {args.correlated} cm, hand in the air {args.air}; "
        "median |error| unless said otherwise"
    )
    head = (
        "style|hands|tempo /min|within 3|within 1.5|diameter cm|offset cm|contact|active|idle hand circles"
        "|start u|end u|direction right|passes right"
    )
    print("|", " | ".join(head.split("|")), "|")
    print("|---" * 14 + "|")
    for name, r in rows.items():
        a = {k: np.array(v, float) for k, v in r.items()}
        errors = [_middle(a[k]) for k in ("tempo", "diameter", "offset", "contact", "active", "start", "end")]
        within = [_share(np.abs(a["tempo"]) <= limit) for limit in (3, 1.5)]
        cells = [name, str(len(a["tempo"])), errors[0], *within, *errors[1:5], _share(a["idle"] > 0.1)]
        cells += [*errors[5:], _share(a["direction"]), _share(a["passes"] == 0)]
        print("|", " | ".join(cells), "|")
    head = "style|cycle_cv 5, 50, 95 %|regularity 5, 50, 95 %|offset cm 5, 50, 95 %|contact 5, 50, 95 %"
    print("\n|", " | ".join(head.split("|")), "|")
    print("|---" * 5 + "|")
    for name, r in rows.items():
        cells = [_spread(np.array(r[k], float)) for k in ("cv", "regularity", "offsets", "contacts")]
        print("|", " | ".join([name, *cells]), "|")
    took = 1000 * spent / seconds * 180
    print(f"\n{spent:.2f} s for {seconds:.0f} s of recordings: {took:.0f} ms for 3 minutes")


def _middle(x: np.ndarray) -> str:
    return f"{np.nanmedian(np.abs(x)):.2f}" if np.isfinite(x).any() else "-"


def _share(x: np.ndarray) -> str:
    return f"{np.mean(x):.2f}" if len(x) else "-"


def _spread(x: np.ndarray) -> str:
    known = x[np.isfinite(x)]
    return " ".join(f"{q:.2f}" for q in np.quantile(known, [0.05, 0.5, 0.95])) if len(known) else "-"


if __name__ == "__main__":
    main()
