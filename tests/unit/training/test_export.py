from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import numpy as np
import pytest

from training.export import pinned, with_half_weights

OLD = """schema = 1

# Ours.
[network]
name = "old.onnx"
sha256 = "00"

[other]
kept = true
"""


def test_a_hash_is_replaced_and_the_rest_is_kept():
    text = pinned(OLD, "keypoints.onnx", b"network")
    table = tomllib.loads(text)
    assert table["network"] == {
        "name": "keypoints.onnx",
        "sha256": hashlib.sha256(b"network").hexdigest(),
    }
    assert table["other"] == {"kept": True}
    assert table["schema"] == 1
    assert "# Ours." in text
    assert pinned(text, "keypoints.onnx", b"network") == text


def test_a_manifest_without_a_network_gets_one():
    text = pinned("schema = 1\n\n[[member]]\nname = 'a'\n", "keypoints.onnx", b"network")
    table = tomllib.loads(text)
    assert table["member"] == [{"name": "a"}]
    assert table["network"]["name"] == "keypoints.onnx"


def test_the_projects_own_manifest_stays_readable():
    manifest = (Path(__file__).parents[3] / "models" / "manifest.toml").read_text(encoding="utf-8")
    table = tomllib.loads(pinned(manifest, "keypoints.onnx", b"network"))
    assert table["member"] == tomllib.loads(manifest)["member"]


def test_half_weights_halve_the_file_and_hardly_move_the_answer():
    onnx = pytest.importorskip("onnx", reason="needs the extra 'training'")
    onnxruntime = pytest.importorskip("onnxruntime", reason="needs onnxruntime")
    from onnx import TensorProto, helper, numpy_helper

    weight = np.random.default_rng(0).normal(0, 1, (32, 32)).astype(np.float32)
    given = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 32])
    answer = helper.make_tensor_value_info("places", TensorProto.FLOAT, [1, 32])
    node = helper.make_node("MatMul", ["picture", "weight"], ["places"])
    graph = helper.make_graph([node], "g", [given], [answer], [numpy_helper.from_array(weight, "weight")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    whole = model.SerializeToString()
    half = with_half_weights(whole)
    assert len(half) < 0.6 * len(whole)
    assert onnx.load_from_string(half).graph.initializer[0].data_type == TensorProto.FLOAT16
    x = np.ones((1, 32), np.float32)
    outputs = [
        onnxruntime.InferenceSession(m, providers=["CPUExecutionProvider"]).run(None, {"picture": x})[0]
        for m in (whole, half)
    ]
    np.testing.assert_allclose(
        outputs[1], x @ weight.astype(np.float16).astype(np.float32), rtol=1e-5, atol=1e-5
    )
    assert 0 < np.abs(outputs[0] - outputs[1]).max() < 0.02
