"""Train the network.

    python -m training.train training/output/pictures --out training/output/keypoints.pt --minutes 240

When the checkpoint that --out names is there, training goes on where it stopped, with the optimizer's state and the
time spent so far. Batch number k is always the same for the same seed and the same pictures; a run of --steps can so be
repeated, one of --minutes does as many steps as the machine allows. New pictures in the folder are taken in while it
runs.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from coach.atomic import check_folder, replacing
from training.augment import training_example
from training.dataset import Pictures
from training.evaluate import judge, one_line
from training.network import CHANNELS, Network, as_input, as_model, loss, with_todays_names

LEARNING_RATE = 1.5e-3
"""The highest; a network that has learnt before is given less, or it forgets."""

_LAST_SHARE = 0.003
_WARM_UP_STEPS = 150
_WEIGHT_DECAY = 0.02
_GRADIENT_LIMIT = 5.0
_AVERAGE_DECAY = 0.998
_WAITING_BATCHES = 6
_FIRST_REPORT_STEP = 60

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
"""Pictures, points, exists, visible: what `loss` takes."""


@dataclass
class Progress:
    """How far training has come."""

    step: int = 0
    seen: int = 0
    elapsed_s: float = 0.0
    losses: list[tuple[float, float]] = field(default_factory=list)


class Trainer:
    """Network, its running average, optimizer, and how far they have come.

    Parameters
    ----------
    seed : int
        Of the first weights and of the batches.
    whole : float
        Steps or seconds that the whole training takes; the learning rate falls over them.
    by_steps : bool
        Whether `whole` counts steps.
    rate : float
        The highest learning rate.
    """

    def __init__(self, seed: int, whole: float, by_steps: bool, rate: float = LEARNING_RATE) -> None:
        torch.manual_seed(seed)
        self.seed, self._whole, self._by_steps, self._rate = seed, whole, by_steps, rate
        self.network = Network(CHANNELS).to(memory_format=torch.channels_last)
        self.average = {name: value.clone() for name, value in self.network.state_dict().items()}
        self._optimizer = torch.optim.AdamW(self.network.parameters(), weight_decay=_WEIGHT_DECAY)
        self.progress = Progress()

    @property
    def done(self) -> float:
        """Share of the training that is over: 0 to 1."""
        spent = self.progress.step if self._by_steps else self.progress.elapsed_s
        return spent / self._whole

    @property
    def learning_rate(self) -> float:
        """A short rise, then half a cosine."""
        rise = min(1, self.progress.step / _WARM_UP_STEPS)
        return self._rate * rise * (0.5 * (1 + math.cos(math.pi * min(self.done, 1))) + _LAST_SHARE)

    def step(self, batch: Batch) -> None:
        """Learn from one batch."""
        pictures, *truth = batch
        for group in self._optimizer.param_groups:
            group["lr"] = self.learning_rate
        with torch.autocast("cpu", torch.bfloat16):
            answer = self.network(as_input(pictures))
        total, of_places = loss(answer, *truth)
        self._optimizer.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _GRADIENT_LIMIT)
        self._optimizer.step()
        self.progress.losses.append((total.item(), of_places.item()))
        self.progress.step += 1
        self.progress.seen += len(pictures)
        self._average()

    def averaged(self) -> Network:
        """The network to be used: weights averaged over the last steps."""
        network = Network(CHANNELS)
        network.load_state_dict(self.average)
        return network.eval()

    def start_from(self, path: Path) -> None:
        """Take the averaged weights of another checkpoint, and nothing else of it."""
        weights = with_todays_names(torch.load(path, weights_only=True)["ema"])
        self.network.load_state_dict(weights)
        self.average = {name: value.clone() for name, value in weights.items()}

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        progress = asdict(self.progress) | {"losses": []}
        state = {
            "channels": CHANNELS,
            "ema": self.average,
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "progress": progress,
            "seed": self.seed,
        }
        with replacing(path) as temporary:
            torch.save(state, temporary)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state: dict[str, Any] = torch.load(path, weights_only=True)
        if "optimizer" not in state:
            raise SystemExit(f"{path} holds only weights; begin with them by  --start-from {path}")
        if state["seed"] != self.seed:
            raise SystemExit(f"{path} was begun with --seed {state['seed']}")
        self.network.load_state_dict(state["network"])
        self.average = state["ema"]
        self._optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])

    @torch.no_grad()
    def _average(self) -> None:
        # At first the average forgets faster, or it would keep the random beginning.
        step = self.progress.step
        decay = min(_AVERAGE_DECAY, (1 + step) / (10 + step))
        for name, value in self.network.state_dict().items():
            if value.dtype.is_floating_point:
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)


def make_batch(pictures: Pictures, seed: int, number: int, size: int) -> Batch:
    """Batch `number` of a training."""
    rng = np.random.default_rng([seed, number])
    chosen = rng.integers(0, len(pictures), size)
    examples = [training_example(pictures, index, rng) for index in chosen]
    fields = ("image", "points", "exists", "visible")
    images, points, exists, visible = (
        torch.from_numpy(np.stack([getattr(example, name) for example in examples])) for name in fields
    )
    return images, points, exists, visible


def batches(pictures: Pictures, seed: int, first: int, size: int, workers: int) -> Iterator[Batch]:
    """Batches from number `first` on, made ahead in threads, in order."""
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Batch]] = deque()
        number = first
        try:
            while True:
                while len(waiting) < _WAITING_BATCHES:
                    waiting.append(pool.submit(make_batch, pictures, seed, number, size))
                    number += 1
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def train(trainer: Trainer, learnt: Pictures, validation: Pictures, options: argparse.Namespace) -> None:
    """Train to the end; write the checkpoint and a line about the state every now and then."""
    began = time.monotonic() - trainer.progress.elapsed_s
    last_report = trainer.progress.elapsed_s
    source = batches(learnt, trainer.seed, trainer.progress.step, options.batch, options.workers)
    try:
        while trainer.done < 1:
            trainer.step(next(source))
            trainer.progress.elapsed_s = time.monotonic() - began
            due = trainer.progress.elapsed_s - last_report > options.report_every
            if due or trainer.progress.step == _FIRST_REPORT_STEP:
                learnt.refresh()
                _report(trainer, learnt, validation, options.out)
                last_report = trainer.progress.elapsed_s
    finally:
        source.close()
    if trainer.progress.losses:
        _report(trainer, learnt, validation, options.out)


def _report(trainer: Trainer, learnt: Pictures, validation: Pictures, out: Path) -> None:
    progress = trainer.progress
    total, of_places = np.mean(progress.losses, 0)
    print(
        f"{progress.elapsed_s / 60:.1f} min, step {progress.step}, {progress.seen} seen of {len(learnt)}, "
        f"rate {trainer.learning_rate:.1e}, loss {total:.3f} (places {of_places:.3f}) | "
        f"{one_line(judge(as_model(trainer.averaged()), validation))}",
        flush=True,
    )
    progress.losses.clear()
    trainer.save(out)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="the folder that training.dataset filled")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, help="of wall clock, those of earlier runs included")
    length.add_argument("--steps", type=int)
    parser.add_argument("--start-from", type=Path, help="a checkpoint whose weights are taken to begin with")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=48, help="pictures")
    parser.add_argument("--threads", type=int, default=2, help="of the network")
    parser.add_argument("--workers", type=int, default=2, help="threads that make batches")
    parser.add_argument("--report-every", type=float, default=120, help="seconds")
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)  # batches are made side by side
    check_folder(options.out.parent)
    learnt, validation = (Pictures(options.pictures, validation=v) for v in (False, True))
    for pictures, how in ((learnt, ""), (validation, " --validation")):
        if not len(pictures):
            raise SystemExit(
                f"no pictures: make some with  python -m training.dataset {options.pictures}{how}"
            )
    by_steps = options.steps is not None
    whole = options.steps if by_steps else options.minutes * 60
    trainer = Trainer(options.seed, whole, by_steps, options.rate)
    if options.out.exists():
        trainer.resume(options.out)
        print(f"going on at step {trainer.progress.step}, {trainer.progress.elapsed_s / 60:.1f} min")
        if trainer.done >= 1:
            raise SystemExit("that was the whole training; give more --minutes or --steps to go on")
    elif options.start_from:
        trainer.start_from(options.start_from)
    train(trainer, learnt, validation, options)


if __name__ == "__main__":
    main()
