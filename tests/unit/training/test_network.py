from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from training_given import write_scenes

from training.layout import CELL_PX, HEIGHT, POINTS, VALIDATION_SEED, WIDTH

torch = pytest.importorskip("torch", reason="needs the extra 'training'")

from training.dataset import Pictures  # noqa: E402
from training.evaluate import judge  # noqa: E402
from training.export import as_onnx  # noqa: E402
from training.network import INPUT_SHAPE, Network, as_model, loss, with_todays_names  # noqa: E402
from training.train import Trainer, batches, make_batch  # noqa: E402

N = len(POINTS)
ROWS, COLUMNS = HEIGHT // CELL_PX, WIDTH // CELL_PX


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def sure_of(x: int, y: int) -> tuple:
    places = torch.full((1, N, ROWS, COLUMNS), -20.0)
    places[:, :, y // CELL_PX, x // CELL_PX] = 10.0
    flags = torch.zeros(1, N, 2)
    flags[..., 0] = -20.0
    return places, flags


def test_a_right_answer_costs_less_than_a_wrong_one():
    points = torch.tensor([[[41.0, 61.0]] * N])
    there = torch.ones(1, N, dtype=torch.bool)
    right, near, wrong = (loss(sure_of(x, 61), points, there, there)[1].item() for x in (41, 43, 101))
    assert right < near < wrong
    gone = loss(sure_of(41, 61), points, ~there, ~there)[1].item()
    assert gone > 20


def test_no_preference_costs_the_logarithm_of_all_answers():
    answer = torch.zeros(1, N, ROWS, COLUMNS), torch.zeros(1, N, 2)
    there = torch.ones(1, N, dtype=torch.bool)
    total, of_places = loss(answer, torch.full((1, N, 2), 50.0), there, there)
    assert of_places.item() == pytest.approx(np.log(ROWS * COLUMNS + 1), rel=1e-4)
    assert total.item() == pytest.approx(of_places.item() + 0.3 * np.log(2), rel=1e-4)


def test_a_picture_gives_a_map_and_two_flags_per_point():
    places, flags = Network().eval()(torch.zeros(INPUT_SHAPE))
    assert places.shape == (1, N, ROWS, COLUMNS)
    assert flags.shape == (1, N, 2)


def test_former_names_are_understood():
    state = {"s8.1.a.0.weight": 1, "d4.0.weight": 2, "head.bias": 3, "s4.1.b.1.bias": 4}
    assert with_todays_names(state) == {
        "eighth.1.first.0.weight": 1,
        "at_quarter.0.weight": 2,
        "places.bias": 3,
        "quarter.1.second.1.bias": 4,
    }
    today = Network().state_dict()
    assert list(with_todays_names(today)) == list(today)


def test_the_exported_network_takes_a_picture_and_its_mirror_image(tmp_path: Path):
    onnxruntime = pytest.importorskip("onnxruntime", reason="needs onnxruntime")
    pytest.importorskip("onnx", reason="needs the extra 'training'")
    trainer = Trainer(seed=4, whole=1, by_steps=True)
    trainer.save(tmp_path / "untrained.pt")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # PyTorch would rather be asked for its new exporter
        content = as_onnx(tmp_path / "untrained.pt")
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    places, flags = session.run(None, {"picture": np.zeros((2, *INPUT_SHAPE[1:]), np.float32)})
    assert places.shape == (2, N, ROWS, COLUMNS)
    assert flags.shape == (2, N, 2)


def test_training_goes_on_as_if_it_had_not_stopped(tmp_path: Path):
    write_scenes(tmp_path, 1, 2)
    pictures = Pictures(tmp_path, validation=False)

    def trained(steps: int, trainer: Trainer) -> Trainer:
        for _ in range(steps):
            trainer.step(make_batch(pictures, trainer.seed, trainer.progress.step, 2))
        return trainer

    whole = trained(3, Trainer(seed=4, whole=3, by_steps=True))
    first = trained(2, Trainer(seed=4, whole=3, by_steps=True))
    first.progress.elapsed_s = 12.5
    first.save(tmp_path / "half.pt")
    again = Trainer(seed=4, whole=3, by_steps=True)
    again.resume(tmp_path / "half.pt")
    assert (again.progress.step, again.progress.seen, again.progress.elapsed_s) == (2, 4, 12.5)
    trained(1, again)
    for name, value in whole.average.items():
        torch.testing.assert_close(again.average[name], value)
    with pytest.raises(SystemExit, match="--seed 4"):
        Trainer(seed=5, whole=3, by_steps=True).resume(tmp_path / "half.pt")


def test_a_checkpoint_can_be_judged(tmp_path: Path):
    write_scenes(tmp_path, VALIDATION_SEED, 1)
    pictures = Pictures(tmp_path, validation=True)
    told = judge(as_model(Network().eval()), pictures)
    assert told.offsets_cm.shape == (len(pictures), N, 2)
    assert np.isfinite(told.offsets_cm).all()


def test_batches_come_in_order_and_can_be_made_again(tmp_path: Path):
    write_scenes(tmp_path, 1, 2)
    pictures = Pictures(tmp_path, validation=False)
    source = batches(pictures, seed=9, first=3, size=2, workers=2)
    for number in (3, 4, 5):
        for made, expected in zip(next(source), make_batch(pictures, 9, number, 2), strict=True):
            assert torch.equal(made, expected)
    source.close()
