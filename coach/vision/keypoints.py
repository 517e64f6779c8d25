"""Our own network as a detector of thumb tips: trained on rendered massages, fists above all (docs/model-card.md).

It looks once at the whole back, turned upright and brought to one scale, and says for each point of both hands how
likely it lies where: a softmax over the places of the crop and one more answer, "not here". The probability within
about two centimetres of the likeliest place is the confidence.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from coach.motion.recording import LEFT, RIGHT
from coach.vision.evidence import Candidate, Proposal, Scene, SpineEnds

WIDTH, HEIGHT = 160, 224
CM_PER_PX = 0.3
"""The crop: 48 × 67 cm around a point on the upper back, upright."""

CELL_PX = 2
"""One place in the network's answer, in pixels of the crop."""

NEAR_CELLS = (
    3  # cells around a place that count as the same place: 1.8 cm to each side, about a thumb's breadth
)
_SPREAD_CELLS = 1.1  # of a point in what the network learns to answer (training/network.py)
_PEAK_REACH = 2  # cells around a peak whose mean is the place
_LEAST = 0.3  # thumbs less sure than this are wrong more often than right (docs/model-card.md)
_HANDS, _ENDS = (slice(0, 6), slice(6, 12)), slice(12, 14)  # of the network's points
_SWAP = [*range(6, 12), *range(6), 12, 13, 15, 14]  # in the mirror the left hand is a right one
_READ = len(_SWAP)  # its hips, which come after, are not used: clothes hide them (docs/back.md)


class KeypointNetwork:
    """Runs the network on one picture.

    Parameters
    ----------
    file : Path
        The network, ONNX.
    threads : int
        Threads for one picture.
    """

    def __init__(self, file: Path, threads: int = 2) -> None:
        onnxruntime.disable_telemetry_events()  # Windows' own tracing, on by default; elsewhere there is none to send
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def __call__(self, image: np.ndarray, upright: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points of the picture.

        Parameters
        ----------
        image : ndarray [shape=(height, width, 3), dtype=uint8]
            RGB.
        upright : ndarray [shape=(2, 3)]
            From pixels to centimetres in the picture's plane, see `Scene.upright`.

        Returns
        -------
        points : ndarray [shape=(16, 2)]
            Left hand then right: thumb tip, its joint, its base, index knuckle, little finger's knuckle, wrist;
            then the receiver's C7, L5, left and right shoulder joint. Pixels.
        confidence : ndarray [shape=(16,)]
            Probability that the point lies within about 2 cm.
        """
        to_crop = _crop(upright)
        picture = cv2.warpAffine(
            *_not_too_fine(image, to_crop),
            (WIDTH, HEIGHT),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        # Looked at a second time in the mirror: the two looks err differently, so their mean errs less.
        both = np.stack([picture, picture[:, ::-1]]).transpose(0, 3, 1, 2).astype(np.float32)
        places, flags = self._session.run(None, {"picture": both})
        plain, mirrored = (shares(places[k, :_READ], flags[k, :_READ, 0]) for k in range(2))
        chances = (plain + mirrored[_SWAP, :, ::-1]) / 2
        points, confidence = likeliest(chances)
        back = np.linalg.inv(np.vstack([to_crop, [0, 0, 1]]))
        return points @ back[:2, :2].T + back[:2, 2], confidence


class Keypoints:
    """The network as a `coach.vision.evidence.Detector`.

    Attributes
    ----------
    network : KeypointNetwork
    """

    def __init__(self, file: Path, threads: int = 2) -> None:
        self.network = KeypointNetwork(file, threads)

    def propose(self, image: np.ndarray, scene: Scene) -> Proposal:
        """See `coach.vision.evidence.Detector`."""
        if scene.upright is None:
            return Proposal()
        points, confidence = self.network(image, scene.upright)
        hands = [
            Candidate(
                points[hand][0],
                float(confidence[hand][0]),
                side,
                as_landmarks(points[hand]),
                "keypoints",
                True,
            )
            for side, hand in zip((LEFT, RIGHT), _HANDS, strict=True)
            if confidence[hand][0] >= _LEAST
        ]
        return Proposal(tuple(hands), SpineEnds(points[_ENDS], confidence[_ENDS]))


def as_landmarks(hand: np.ndarray) -> np.ndarray:
    """MediaPipe's 21 landmarks [shape=(21, 2)] from our six points of a hand [shape=(6, 2)].

    The knuckles between index and little finger are put on the line between them; fingers, which nobody follows,
    on their knuckles.
    """
    tip, joint, base, index, pinky, wrist = hand
    knuckles = [index + s * (pinky - index) for s in (0.0, 1 / 3, 2 / 3, 1.0)]
    out = [wrist, (wrist + base) / 2, base, joint, tip]
    for knuckle in knuckles:
        out += [knuckle] * 4
    return np.array(out)


def _crop(upright: np.ndarray) -> np.ndarray:
    to_crop = upright / CM_PER_PX
    to_crop[:, 2] += WIDTH / 2, HEIGHT / 2
    return to_crop


def _not_too_fine(image: np.ndarray, to_crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A picture finer than the crop is made coarser first, or every other pixel would be left out."""
    scale = float(np.sqrt(abs(np.linalg.det(to_crop[:, :2]))))
    if scale > 0.7:
        return image, to_crop
    height, width = image.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return small, np.hstack([to_crop[:, :2] * [width / size[0], height / size[1]], to_crop[:, 2:]])


def shares(places: np.ndarray, absent: np.ndarray) -> np.ndarray:
    """The probability of every place [shape=(n, rows, columns)]; what is missing to 1 is the answer "not here"."""
    top = np.maximum(places.max((1, 2)), absent)
    shares = np.exp(places - top[:, None, None])
    return shares / (shares.sum((1, 2)) + np.exp(absent - top))[:, None, None]


def likeliest(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The likeliest place of each point, crop pixels [shape=(n, 2)], and the probability near it [shape=(n,)].

    The place is the peak once the map is smoothed as widely as the network spreads a point (a matched filter), so that
    a lesser possibility beside it, the finger next to the thumb, does not draw the answer between the two. The
    confidence is what lies within `NEAR_CELLS`, either possibility.
    """
    points, confidence = np.empty((len(shares), 2)), np.empty(len(shares))
    for k, one in enumerate(shares):
        smooth = cv2.GaussianBlur(one, (0, 0), _SPREAD_CELLS, borderType=cv2.BORDER_CONSTANT)
        y, x = divmod(int(smooth.argmax()), one.shape[1])
        rows, columns = _around(y, _PEAK_REACH), _around(x, _PEAK_REACH)
        peak = one[rows, columns]
        total = max(float(peak.sum()), 1e-12)
        points[k] = (
            peak.sum(0) @ (np.arange(columns.start, columns.start + peak.shape[1]) + 0.5) / total,
            peak.sum(1) @ (np.arange(rows.start, rows.start + peak.shape[0]) + 0.5) / total,
        )
        near = one[_around(y, NEAR_CELLS), _around(x, NEAR_CELLS)]
        confidence[k] = min(float(near.sum()), 1.0)
    return points * CELL_PX, confidence


def _around(middle: int, reach: int) -> slice:
    return slice(max(middle - reach, 0), middle + reach + 1)
