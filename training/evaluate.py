"""Measure a network on the validation pictures, whose bodies and rooms it has never seen.

    python -m training.evaluate training/output/pictures training/output/keypoints.pt --out training/output/evaluation
    python -m training.evaluate training/output/pictures models/keypoints.onnx

Prints tables, and with --out writes them (evaluation.md) with the plot of the confidence (reliability.png). Thumbs, C7
and L5 count where they are in plain sight; the confidence is judged on all thumbs, the hidden and the missing ones too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coach.atomic import check_folder, replacing, write_bytes
from coach.vision.keypoints import NEAR_CELLS, likeliest, shares
from training.augment import validation_example
from training.dataset import About, Pictures
from training.layout import C7, CELL_PX, CM_PER_PX, GIVER_POINTS, L5, POINTS, SWAPPED, THUMB_TIPS

Model = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From pictures [shape=(n, 224, 160, 3), dtype=uint8] to logits, see `training.network.Network.forward`."""

THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)

_BATCH = 16
_APART_CM = 3.0  # thumbs that are nearer to each other than this cannot be told to be swapped
_SWAPPED_CM = 2.0
_SAME_PLACE_CM = (NEAR_CELLS + 0.5) * CELL_PX * CM_PER_PX
"""The confidence is the probability that a point lies within this, in each direction, of the place given."""
_BINS = np.linspace(0, 1, 11)


@dataclass(frozen=True)
class Judgement:
    """A network's answers beside the truth, n pictures.

    Attributes
    ----------
    offsets_cm : ndarray [shape=(n, 18, 2)]
        From the truth to the answer.
    truth_cm : ndarray [shape=(n, 18, 2)]
        Places in the picture.
    confidence : ndarray [shape=(n, 18)]
    visible, exists : ndarray of bool [shape=(n, 18)]
    giver : ndarray of bool [shape=(n,)]
        Whether anybody massages.
    about : list of About
    """

    offsets_cm: np.ndarray
    truth_cm: np.ndarray
    confidence: np.ndarray
    visible: np.ndarray
    exists: np.ndarray
    giver: np.ndarray
    about: list[About]

    @property
    def errors_cm(self) -> np.ndarray:
        """[shape=(n, 18)]"""
        return np.linalg.norm(self.offsets_cm, axis=2)

    def of_visible(self, points: tuple[int, ...], rows: np.ndarray) -> np.ndarray:
        """Errors in cm of `points` where they are visible, in the pictures `rows` [shape=(n,), dtype=bool]."""
        chosen = np.ix_(np.where(rows)[0], points)
        return self.errors_cm[chosen][self.visible[chosen]]

    def swapped(self, rows: np.ndarray) -> np.ndarray:
        """Per picture with both thumbs in sight and well apart: is one taken for the other? [dtype=bool]"""
        left, right = THUMB_TIPS
        gap = self.truth_cm[:, right] - self.truth_cm[:, left]
        usable = rows & self.visible[:, left] & self.visible[:, right]
        usable &= np.linalg.norm(gap, axis=1) >= _APART_CM
        wrong = np.zeros(len(rows), bool)
        for thumb, to_other in ((left, gap), (right, -gap)):
            from_other = np.linalg.norm(self.offsets_cm[:, thumb] - to_other, axis=1)
            wrong |= (from_other < _SWAPPED_CM) & (from_other < self.errors_cm[:, thumb])
        return wrong[usable]


@dataclass(frozen=True)
class Reliability:
    """How often a confidence is right.

    Attributes
    ----------
    count : ndarray [shape=(10,)]
        Points whose confidence lies in each tenth.
    said, true : ndarray [shape=(10,)]
        Mean confidence, and share of points that were where it said; NaN without points.
    error : float
        Mean distance of the two, weighted by the count.
    """

    count: np.ndarray
    said: np.ndarray
    true: np.ndarray
    error: float


def judge(model: Model, pictures: Pictures) -> Judgement:
    """Let `model` look at every picture."""
    points, confidence, examples = [], [], []
    for start in range(0, len(pictures), _BATCH):
        some = [validation_example(pictures, i) for i in range(start, min(start + _BATCH, len(pictures)))]
        images = np.stack([example.image for example in some])
        mirror = np.ascontiguousarray(images[:, :, ::-1])
        looks = [model(images), model(mirror)]  # plain and mirrored, as the product does
        for k in range(len(some)):
            plain, mirrored = (shares(places[k], flags[k, :, 0]) for places, flags in looks)
            found, sure = likeliest((plain + mirrored[SWAPPED, :, ::-1]) / 2)
            points.append(found)
            confidence.append(sure)
        examples += some
    truth = np.stack([example.points for example in examples])
    return Judgement(
        offsets_cm=(np.stack(points) - truth) * CM_PER_PX,
        truth_cm=truth * CM_PER_PX,
        confidence=np.stack(confidence),
        visible=np.stack([example.visible for example in examples]),
        exists=np.stack([example.exists for example in examples]),
        giver=np.array([one[:GIVER_POINTS].any() for one in pictures.exists]),
        about=pictures.about,
    )


def groups(about: list[About]) -> dict[str, np.ndarray]:
    """Kinds of pictures, and which belong to each [shape=(n,), dtype=bool]."""
    azimuth = np.abs([one.azimuth for one in about])
    lean = np.array([one.lean for one in about])
    grip, top = np.array([one.grip for one in about]), np.array([one.top for one in about])
    out = {"all": np.ones(len(about), bool)}
    out |= {f"grip: {name}": grip == name for name in ("fist", "open")}
    out |= {
        "view: under 20° aside": azimuth < 20,
        "view: 20 to 40°": (azimuth >= 20) & (azimuth <= 40),
        "view: over 40°": azimuth > 40,
    }
    for whose, tones in (
        ("her skin", np.array([one.skin for one in about])),
        ("giver's skin", np.array([one.giver_skin for one in about])),
    ):
        out |= {
            f"{whose}: light": tones < 1 / 3,
            f"{whose}: medium": (tones >= 1 / 3) & (tones < 2 / 3),
            f"{whose}: dark": tones >= 2 / 3,
        }
    out |= {f"wears: {name}": top == name for name in sorted(set(top.tolist()))}
    out |= {
        "leans: under 15°": lean < 15,
        "leans: 15 to 35°": (lean >= 15) & (lean <= 35),
        "leans: over 35°": lean > 35,
    }
    return out


def reliability(judgement: Judgement, points: tuple[int, ...]) -> Reliability:
    """How well the confidence of `points` tells whether they are right; a point that is not there cannot be."""
    said = judgement.confidence[:, points].ravel()
    near = (np.abs(judgement.offsets_cm[:, points]) <= _SAME_PLACE_CM).all(2)
    right = (near & judgement.exists[:, points]).ravel()
    tenth = np.clip(np.digitize(said, _BINS) - 1, 0, len(_BINS) - 2)
    count = np.bincount(tenth, minlength=len(_BINS) - 1)
    with np.errstate(invalid="ignore"):
        mean_said = np.bincount(tenth, said, len(count)) / count
        mean_true = np.bincount(tenth, right, len(count)) / count
    error = np.nansum(count * np.abs(mean_said - mean_true)) / count.sum()
    return Reliability(count, mean_said, mean_true, float(error))


def one_line(judgement: Judgement) -> str:
    """The most important numbers: shares within 1 and 2 cm, and the median."""
    of = groups(judgement.about)
    parts = []
    for name, points, rows in (
        ("fist", THUMB_TIPS, of["grip: fist"]),
        ("open", THUMB_TIPS, of["grip: open"]),
        ("C7", (C7,), of["all"]),
        ("L5", (L5,), of["all"]),
    ):
        errors = judgement.of_visible(points, rows)
        parts.append(f"{name} {_percent(errors < 1)}/{_percent(errors < 2)} {_median(errors)} cm")
    return ", ".join(parts)


def report(judgement: Judgement) -> str:
    """All tables, in Markdown."""
    return "\n\n".join([_by_group(judgement), _by_threshold(judgement), _reliability_table(judgement)])


def plot(judgement: Judgement, path: Path) -> None:
    """Draw how often each confidence is right."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(4.6, 4.4), layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.7", lw=1)
    for name, points, marker in (
        ("thumb tips", THUMB_TIPS, "o"),
        ("all points", tuple(range(len(POINTS))), "s"),
    ):
        curve = reliability(judgement, points)
        axes.plot(curve.said, curve.true, marker=marker, label=f"{name} (off by {curve.error:.3f})")
    axes.set(xlabel="confidence", ylabel="share that was right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)
    plt.close(figure)


def load_model(path: Path) -> Model:
    """A network from a checkpoint (.pt) or as exported (.onnx)."""
    if path.suffix == ".onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

        def run(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            places, flags = session.run(None, {"picture": images.transpose(0, 3, 1, 2).astype(np.float32)})
            return places, flags

        return run
    from training.network import as_model, load_network

    return as_model(load_network(path))


# --- tables -----------------------------------------------------------------------------------------


def _by_group(judgement: Judgement) -> str:
    rows = [
        "| pictures | thumbs within 1 cm | within 2 cm | median, cm | left and right swapped "
        "| C7 within 2 cm | median, cm | L5 within 2 cm | median, cm |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, chosen in groups(judgement.about).items():
        if not chosen.any():
            continue
        thumbs, c7, l5 = (judgement.of_visible(points, chosen) for points in (THUMB_TIPS, (C7,), (L5,)))
        swapped = judgement.swapped(chosen)
        cells = [
            f"{name} ({chosen.sum()})",
            _counted(thumbs < 1),
            _counted(thumbs < 2),
            _median(thumbs),
            _counted(swapped, digits=1),
            _percent(c7 < 2),
            _median(c7),
            _percent(l5 < 2),
            _median(l5),
        ]
        rows.append(_row(cells))
    return "\n".join(rows)


def _by_threshold(judgement: Judgement) -> str:
    seen = judgement.visible[:, THUMB_TIPS]
    sure, errors = judgement.confidence[:, THUMB_TIPS], judgement.errors_cm[:, THUMB_TIPS]
    nobody = sure[~judgement.giver]
    rows = [
        "| confidence at least | thumbs in sight told | of these within 2 cm | "
        f"thumbs told where nobody massages ({len(nobody)} pictures) |",
        "|---|---|---|---|",
    ]
    for threshold in THRESHOLDS:
        told = seen & (sure >= threshold)
        cells = [
            f"{threshold:g}",
            _percent(told[seen]),
            _percent(errors[told] < 2),
            _percent(nobody.ravel() >= threshold, digits=1),
        ]
        rows.append(_row(cells))
    return "\n".join(rows)


def _reliability_table(judgement: Judgement) -> str:
    curve = reliability(judgement, THUMB_TIPS)
    rows = ["| confidence of thumbs | thumbs | said | true |", "|---|---|---|---|"]
    for low, high, count, said, true in zip(
        _BINS[:-1], _BINS[1:], curve.count, curve.said, curve.true, strict=True
    ):
        means = (f"{said:.2f}", f"{true:.2f}") if count else ("", "")
        rows.append(_row([f"{low:.1f} to {high:.1f}", str(count), *means]))
    return "\n".join(
        [*rows, "", f"Mean distance of said and true, weighted by the number of thumbs: {curve.error:.3f}"]
    )


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _percent(true: np.ndarray, digits: int = 0) -> str:
    return f"{true.mean() * 100:.{digits}f} %" if len(true) else "–"


def _counted(true: np.ndarray, digits: int = 0) -> str:
    return f"{true.sum()} of {len(true)}: {_percent(true, digits)}"


def _median(values: np.ndarray) -> str:
    return f"{np.median(values):.2f}" if len(values) else "–"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="the folder that training.dataset --validation filled")
    parser.add_argument("network", type=Path, help="a checkpoint (.pt) or an exported network (.onnx)")
    parser.add_argument("--out", type=Path, help="a folder for the tables and the plot")
    options = parser.parse_args(argv)
    pictures = Pictures(options.pictures, validation=True)
    if not len(pictures):
        raise SystemExit(
            f"no pictures: make some with  python -m training.dataset {options.pictures} --validation"
        )
    judgement = judge(load_model(options.network), pictures)
    text = report(judgement)
    print(text)
    if options.out:
        check_folder(options.out)
        write_bytes(options.out / "evaluation.md", (text + "\n").encode())
        plot(judgement, options.out / "reliability.png")


if __name__ == "__main__":
    main()
