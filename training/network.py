"""The network: a picture of a back in, for each point a map of places and two flags out.

A small encoder to a sixteenth of the picture's size, and a decoder back to a half of it. For each point the softmax
over all cells and one more answer, "not here", is the probability of where it is, so the confidence needs nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.layout import BACK_POINTS, CELL_PX, HAND_POINTS, HEIGHT, POINTS, WIDTH

CHANNELS = (16, 48, 96, 160)
"""Of the picture's half, quarter, eighth and sixteenth: 4 MB in half precision, 9 ms on one core."""

INPUT_SHAPE = (1, 3, HEIGHT, WIDTH)

_DECODER_CHANNELS = 48
_SPREAD_CELLS = 1.1  # of the target around the true place: a cell or two off is nearly right
_THUMB_TIP_WEIGHT, _HAND_WEIGHT, _BACK_WEIGHT = 3.0, 1.0, 0.7  # the tips are what is measured
_HIDDEN_WEIGHT, _ABSENT_WEIGHT = 0.5, 1.0  # of points that can only be guessed, and of those not there
_VISIBILITY_SHARE = 0.3  # of the visibility in the loss


class Block(nn.Sequential):
    """Convolution, normalisation, ReLU."""

    def __init__(self, inputs: int, outputs: int, size: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Two convolutions whose result is added to what came in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = Block(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)))


class Network(nn.Module):
    """See the module's docstring.

    Parameters
    ----------
    channels : sequence of 4
        See `CHANNELS`.
    """

    def __init__(self, channels: Sequence[int] = CHANNELS) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth = channels
        points = len(POINTS)
        self.stem = Block(3, half, stride=2)
        self.quarter = nn.Sequential(Block(half, quarter, stride=2), Residual(quarter))
        self.eighth = nn.Sequential(Block(quarter, eighth, stride=2), Residual(eighth), Residual(eighth))
        self.sixteenth = nn.Sequential(
            Block(eighth, sixteenth, stride=2),
            Residual(sixteenth),
            Residual(sixteenth),
            Residual(sixteenth),
        )
        self.from_sixteenth = Block(sixteenth, eighth, 1)
        self.at_eighth = Block(eighth, eighth)
        self.from_eighth = Block(eighth, _DECODER_CHANNELS, 1)
        self.from_quarter = Block(quarter, _DECODER_CHANNELS, 1)
        self.at_quarter = Block(_DECODER_CHANNELS, _DECODER_CHANNELS)
        self.places = nn.Conv2d(_DECODER_CHANNELS, points * 4, 1)
        self.to_half = nn.PixelShuffle(2)
        self.flags = nn.Linear(sixteenth, 2 * points)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Logits.

        Parameters
        ----------
        pictures : Tensor [shape=(n, 3, 224, 160)]
            RGB, 0 to 255.

        Returns
        -------
        places : Tensor [shape=(n, 18, 112, 80)]
        flags : Tensor [shape=(n, 18, 2)]
            Not in the picture; visible.
        """
        quarter = self.quarter(self.stem((pictures - 128) / 64))
        eighth = self.eighth(quarter)
        sixteenth = self.sixteenth(eighth)
        up = self.at_eighth(eighth + _doubled(self.from_sixteenth(sixteenth)))
        up = self.at_quarter(self.from_quarter(quarter) + _doubled(self.from_eighth(up)))
        absent, visible = self.flags(sixteenth.mean((2, 3))).chunk(2, dim=1)
        return self.to_half(self.places(up)), torch.stack([absent, visible], 2)


def loss(
    answer: tuple[Tensor, Tensor], points: Tensor, exists: Tensor, visible: Tensor
) -> tuple[Tensor, Tensor]:
    """How wrong an answer is.

    Parameters
    ----------
    answer : tuple
        See `Network.forward`.
    points : Tensor [shape=(n, 18, 2)]
        Pixels.
    exists, visible : Tensor of bool [shape=(n, 18)]

    Returns
    -------
    total, places : Tensor
        What is to be made small, and the part of it that tells about places (cross entropy).
    """
    places, flags = answer[0].float(), answer[1].float()
    rows, columns = places.shape[2:]
    logits = torch.cat([places.flatten(2), flags[..., :1]], 2)
    log_probability = functional.log_softmax(logits, 2)
    # A bell around the true place is the product of one along x and one along y.
    across = _bell(points[..., 0] / CELL_PX, columns)
    down = _bell(points[..., 1] / CELL_PX, rows)
    maps = log_probability[..., :-1].reshape(places.shape)
    found = torch.einsum("bnhw,bnh,bnw->bn", maps, down, across)
    cross_entropy = -torch.where(exists, found, log_probability[..., -1])
    weight = _point_weights() * torch.where(visible, 1.0, torch.where(exists, _HIDDEN_WEIGHT, _ABSENT_WEIGHT))
    of_places = (cross_entropy * weight).sum() / weight.sum()
    of_visibility = functional.binary_cross_entropy_with_logits(
        flags[..., 1], visible.float(), reduction="none"
    )
    of_visibility = (of_visibility * exists).sum() / exists.sum()
    return of_places + _VISIBILITY_SHARE * of_visibility, of_places


def as_input(images: Tensor) -> Tensor:
    """From pictures [shape=(n, 224, 160, 3), dtype=uint8] to what `Network` takes."""
    pictures = images.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    return pictures.float()


def as_model(network: Network) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """`network` as `training.evaluate.judge` takes it."""

    def run(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with torch.inference_mode():
            places, flags = network(as_input(torch.from_numpy(images)))
        return places.numpy(), flags.numpy()

    return run


def load_network(path: Path) -> Network:
    """The averaged network of a checkpoint that `training.train` wrote."""
    checkpoint = torch.load(path, weights_only=True)
    network = Network(checkpoint.get("channels") or checkpoint["c"])
    network.load_state_dict(with_todays_names(checkpoint["ema"]))
    return network.eval()


def with_todays_names(state: Mapping[str, Any]) -> dict[str, Any]:
    """Weights under the names of this module; the first networks were trained when its parts had other names."""
    renamed = {}
    for name, value in state.items():
        part, _, rest = name.partition(".")
        rest = re.sub(r"\ba\.", "first.", re.sub(r"\bb\.", "second.", rest))
        renamed[f"{_FORMER_NAMES.get(part, part)}.{rest}"] = value
    return renamed


_FORMER_NAMES = {
    "s4": "quarter",
    "s8": "eighth",
    "s16": "sixteenth",
    "l16": "from_sixteenth",
    "d8": "at_eighth",
    "l8": "from_eighth",
    "k4": "from_quarter",
    "d4": "at_quarter",
    "head": "places",
    "pool": "flags",
}


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def _bell(centre: Tensor, cells: int) -> Tensor:
    """A bell of sum one around `centre` [shape=(n, 18)] over `cells` cells [shape=(n, 18, cells)]."""
    middles = torch.arange(cells) + 0.5
    bell = torch.exp(-0.5 * ((middles - centre[..., None]) / _SPREAD_CELLS) ** 2)
    return bell / bell.sum(2, keepdim=True).clamp_min(1e-6)


def _point_weights() -> Tensor:
    hand = [_THUMB_TIP_WEIGHT] + [_HAND_WEIGHT] * (len(HAND_POINTS) - 1)
    return torch.tensor(hand * 2 + [_BACK_WEIGHT] * len(BACK_POINTS))
