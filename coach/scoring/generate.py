"""Make the references that ship with the project from the published description: ``python -m
coach.scoring.generate``.

They are *generated*, and say so: positions computed from the description of the massage (both sides of the
spine at the same time, small circles, from the neck down to the shoulder blades, two to three minutes), with
the unevenness of a practised person, until an instructor records a better one. The seed is fixed, so the same
numbers come out again.

What is published and what is our own choice is written beside each number of `Form`.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from coach.motion.recording import Recording
from coach.scoring.reference import write_folder
from coach.scoring.standard import STANDARD
from coach.settings import resource_folder

FPS = 15.0
BACK_LENGTH_CM = 45.0
"""Of the imagined receiver, C7 to L5 (about 155 cm tall)."""
VERSION = 1
"""Counts up when the generator changes what it makes."""


@dataclass(frozen=True)
class Form:
    """One form of the massage, in numbers."""

    key: str
    title_id: str
    title_en: str
    hands: str  # published: two fists with the thumbs forward, or both thumbs
    seed: int
    seconds: float = 165.0  # published: 2 to 3 minutes a round
    start_u: float = 0.03  # published: from the neck, just below the C7 bump
    end_u: float = 0.38  # published: to the shoulder blade or bra line; between T7 and T8
    offset_cm: float = 2.6  # published: one or two finger widths beside the spine, 1.5 to 4 cm
    tempo_cpm: float = 40.0  # our own choice, from 30 to 90 a minute for kneading
    diameter_cm: float = 2.6  # published: small; the number is our own choice
    descent_s: float = 17.0  # our own choice: 11 circles over the 16 cm
    return_s: float = 2.0  # our own choice: a light way back up
    tempo_sd: float = 0.05  # unevenness of a practised person, all our own choice
    radius_sd: float = 0.08
    path_sd_cm: float = 0.2
    phase_sd_deg: float = 8.0


FORMS = (
    Form(
        "fists",
        "Kepalan, ibu jari ke depan, leher sampai belikat",
        "Fists with the thumbs forward, neck to shoulder blades",
        "fists with the thumbs forward",
        seed=20_071,
        tempo_cpm=38.0,
        offset_cm=2.8,
        diameter_cm=2.6,
    ),
    Form(
        "both-thumbs",
        "Kedua ibu jari, leher sampai belikat",
        "Both thumbs, neck to shoulder blades",
        "both thumbs, hands open",
        seed=20_072,
        tempo_cpm=42.0,
        offset_cm=2.6,
        diameter_cm=2.4,
        descent_s=16.0,
    ),
)


def make_recording(form: Form) -> Recording:
    """The thumbs' positions for `form`, frame by frame, in back coordinates.

    Both hands circle as mirror images, outwards at the top (the circle's sense is not published; ours), while
    their centres travel down; then the hands go back up without circling and the next pass begins. Tempo,
    radius, centre and phase wander slowly (smoothed white noise).
    """
    rng = np.random.default_rng(form.seed)
    n = round(form.seconds * FPS)
    t = np.arange(n) / FPS
    progress, stroke = _passes(form, n, rng)
    tempo = form.tempo_cpm / 60 * (1 + form.tempo_sd * _wander(n, 1.5, rng)) * stroke
    phase = 2 * np.pi * np.cumsum(tempo) / FPS
    fade = np.convolve(stroke, np.ones(9) / 9, "same")
    u, v_cm = np.empty((n, 2)), np.empty((n, 2))
    for hand, outward in ((0, -1.0), (1, 1.0)):
        own = phase + np.deg2rad(form.phase_sd_deg) * _wander(n, 3.0, rng)
        radius = form.diameter_cm / 2 * (1 + form.radius_sd * _wander(n, 2.0, rng)) * fade
        along = form.path_sd_cm * _wander(n, 2.5, rng)
        across = form.path_sd_cm * _wander(n, 2.5, rng)
        level = form.start_u + (form.end_u - form.start_u) * progress
        u[:, hand] = level + (along - radius * np.cos(own)) / BACK_LENGTH_CM
        v_cm[:, hand] = outward * (form.offset_cm + across + radius * np.sin(own))
    nowhere = np.full((n, 2), np.nan, np.float32)  # there was no picture
    return Recording(
        t_s=t,
        u=u.astype(np.float32),
        v_cm=v_cm.astype(np.float32),
        confidence=np.ones((n, 2), np.float32),
        back_confidence=np.ones(n, np.float32),
        thumb_px=np.full((n, 2, 2), np.nan, np.float32),
        c7_px=nowhere,
        l5_px=nowhere.copy(),
        meta={
            "schema": 1,
            "source": {"kind": "generated", "name": form.key},
            "frame_size": None,
            "generator": {"name": "coach.scoring.generate", "version": VERSION, "seed": form.seed},
            "app_version": None,
            "models": {},
            "settings": {"back_length_cm": BACK_LENGTH_CM},
            "started_utc": None,
        },
    )


def _passes(form: Form, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """How far down (0 to 1) and whether it is the stroke (1) or the way back (0), per frame."""
    progress, stroke = np.zeros(n), np.zeros(n)
    i = 0
    while i < n:
        down = round(form.descent_s * (1 + 0.05 * rng.standard_normal()) * FPS)
        back = round(form.return_s * (1 + 0.05 * rng.standard_normal()) * FPS)
        steps = np.linspace(0, 1, down)
        part = slice(i, min(i + down, n))
        progress[part], stroke[part] = steps[: part.stop - part.start], 1.0
        i += down
        ease = np.linspace(0, 1, back)
        part = slice(min(i, n), min(i + back, n))
        progress[part] = (1 - ease * ease * (3 - 2 * ease))[: part.stop - part.start]
        i += back
    return progress, stroke


def _wander(n: int, tau_s: float, rng: np.random.Generator) -> np.ndarray:
    """Slow noise of unit standard deviation: white noise under a Hann window of 3 `tau_s`."""
    width = round(3 * tau_s * FPS)
    window = np.hanning(width + 2)[1:-1]
    white = rng.standard_normal(n + width - 1)
    return np.convolve(white, window / np.sqrt((window**2).sum()), "valid")


def write_reference(form: Form, parent: Path) -> Path:
    """Write the reference's folder under `parent`, in place of an older one; gives the folder."""
    folder = parent / form.key
    profile = replace(STANDARD, form=form.key, title={"id": form.title_id, "en": form.title_en})
    if folder.exists():
        shutil.rmtree(folder)
    origin = "Our own numbers for the published description; not yet confirmed by an instructor."
    write_folder(folder, make_recording(form), profile, origin, _readme(form))
    return folder


def _readme(form: Form) -> str:
    rows = (
        ("both sides of the spine, both hands at once, downwards", "", "published"),
        ("from", f"u {form.start_u:g}, just below C7", "published: the neck"),
        ("to", f"u {form.end_u:g}, between T7 and T8", "published: shoulder blade, bra line"),
        ("length", f"{form.seconds:g} s", "published: 2 to 3 minutes"),
        (
            "distance from the spine",
            f"{form.offset_cm:g} cm",
            "published: one or two finger widths, 1.5 to 4 cm",
        ),
        ("circles", f"{form.diameter_cm:g} cm across", "published: small; number our own choice"),
        ("tempo", f"{form.tempo_cpm:g} circles a minute", "our own choice; kneading has 30 to 90"),
        ("a pass", f"{form.descent_s:g} s down, {form.return_s:g} s back", "our own choice"),
        ("sense of the circles", "outwards at the top, mirrored", "our own choice"),
        ("unevenness (SD) of the tempo", f"{form.tempo_sd:.0%}", "our own choice: a practised person"),
        ("unevenness of the radius", f"{form.radius_sd:.0%}", "our own choice"),
        ("wandering of the centre (SD)", f"{form.path_sd_cm:g} cm", "our own choice"),
        ("phase between the hands (SD)", f"{form.phase_sd_deg:g}°", "our own choice"),
    )
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"""# Reference: {form.title_en}

**Generated, not recorded.** `recording.parquet` was computed by `python -m coach.scoring.generate`
(version {VERSION}, seed {form.seed}) from the published description of the massage. Nobody was filmed. It
stands here until an instructor records a better one with `massage-coach reference add`.

"Published" means the steps of Depkes 2007 as quoted in Indonesian teaching texts, which follow WHO/UNICEF
1993; no published text states a tempo, a circle size or a time per pass.

Hands: {form.hands}. The file holds the thumb tips in back coordinates (u along the spine, 0 at C7 and
1 at L5; v in cm across it, positive towards the receiver's right) at {FPS:g} frames a second; pixel columns
are empty.

| | value | where it comes from |
|---|---|---|
{table}

`profile.toml` says what full marks mean; every number in it has its own note.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write all generated references."""
    parser = argparse.ArgumentParser(description="Make the generated references again.")
    parser.add_argument(
        "--out", type=Path, default=resource_folder("reference_poses"), help="folder to write to"
    )
    out = parser.parse_args(arguments).out
    for form in FORMS:
        print(write_reference(form, out))


if __name__ == "__main__":
    main()
