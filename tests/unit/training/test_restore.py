from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from training_given import write_scenes

torch = pytest.importorskip("torch", reason="needs the extra 'training'")
pytest.importorskip("onnx", reason="needs the extra 'training'")
pytest.importorskip("onnxruntime", reason="needs onnxruntime")

from torch import nn  # noqa: E402

from training.export import as_onnx  # noqa: E402
from training.network import INPUT_SHAPE, Network, load_network  # noqa: E402
from training.restore import difference, main, restored  # noqa: E402
from training.train import Trainer  # noqa: E402


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Network, Path]:
    """A network whose normalisations are anything but trivial, and its export."""
    torch.set_num_threads(1)
    trainer = Trainer(seed=4, whole=1, by_steps=True)
    generator = torch.Generator().manual_seed(5)
    for module in trainer.network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values, middle in ((module.weight, 1), (module.bias, 0), (module.running_mean, 0)):
                values.data.normal_(middle, 0.2, generator=generator)
            module.running_var.uniform_(0.5, 2, generator=generator)
    trainer.average = trainer.network.state_dict()
    folder = tmp_path_factory.mktemp("learnt")
    trainer.save(folder / "learnt.pt")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # PyTorch would rather be asked for its new exporter
        (folder / "learnt.onnx").write_bytes(as_onnx(folder / "learnt.pt"))
    return load_network(folder / "learnt.pt"), folder / "learnt.onnx"


@pytest.fixture
def looks() -> torch.Tensor:
    """Four pictures of noise."""
    noise = np.random.default_rng(1).uniform(0, 255, (4, *INPUT_SHAPE[1:]))
    return torch.from_numpy(noise.astype(np.float32))


def test_a_restored_network_answers_as_the_exported_one(learnt: tuple[Network, Path], looks: torch.Tensor):
    before, exported = learnt
    for network in (restored(exported), restored(exported, [looks])):
        assert difference(exported, network) < 0.001
        with torch.inference_mode():
            for old, new in zip(before(looks), network(looks), strict=True):
                torch.testing.assert_close(new, old, atol=0.02, rtol=0.01)  # half precision


def test_training_begins_where_the_exported_network_stood(learnt: tuple[Network, Path], looks: torch.Tensor):
    _, exported = learnt

    def moved(network: Network) -> float:
        """How far answers move when a batch is normalised by itself, as training does."""
        with torch.inference_mode():
            stood, goes_on = network.eval()(looks), network.train()(looks)
        return float((stood[0] - goes_on[0]).abs().max())

    assert moved(restored(exported, [looks])) < 0.01
    assert moved(restored(exported)) > 0.1


def test_the_command_writes_what_training_starts_from(
    learnt: tuple[Network, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _, exported = learnt
    monkeypatch.setattr("training.restore._MEASURED_BATCHES", 1)
    monkeypatch.setattr("training.restore._BATCH", 4)
    write_scenes(tmp_path / "pictures", 1)
    out = tmp_path / "restored.pt"
    main([str(exported), "--out", str(out), "--pictures", str(tmp_path / "pictures")])
    Trainer(seed=0, whole=1, by_steps=True).start_from(out)
    assert difference(exported, load_network(out)) < 0.001
    with pytest.raises(SystemExit, match="no pictures"):
        main([str(exported), "--out", str(out), "--pictures", str(tmp_path / "nothing")])


def test_a_network_of_another_shape_is_refused(tmp_path: Path):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weight = numpy_helper.from_array(np.zeros((3, 3), np.float32), "weight")
    offset = numpy_helper.from_array(np.zeros(3, np.float32), "offset")
    given = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3])
    answer = helper.make_tensor_value_info("places", TensorProto.FLOAT, [1, 3])
    node = helper.make_node("Gemm", ["picture", "weight", "offset"], ["places"])
    graph = helper.make_graph([node], "g", [given], [answer], [weight, offset])
    onnx.save(helper.make_model(graph), tmp_path / "other.onnx")
    with pytest.raises(SystemExit, match="shape"):
        restored(tmp_path / "other.onnx")
