"""Write the network as the product runs it, and pin it.

    python -m training.export training/output/keypoints.pt

ONNX with its weights in half precision (they are widened again when it is loaded), which halves the file; checked
against the checkpoint before it is written. The SHA-256 goes into models/manifest.toml.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
from pathlib import Path

import numpy as np

from coach.atomic import write_bytes

MODELS = Path(__file__).parents[1] / "models"
MOST_BYTES = 5_000_000
"""The file lies in the repository and in every installation."""

_OPSET = 17
_KEPT_WHOLE = 64  # arrays up to this many numbers stay in single precision: they weigh nothing
_ALLOWED_DIFFERENCE = 0.05  # of a logit: half precision moves them by about a hundredth
_NETWORK_SECTION = re.compile(r"^\[network\]\n(?:(?!\[).*\n?)*", re.MULTILINE)


def as_onnx(checkpoint: Path) -> bytes:
    """The averaged network of a checkpoint as an ONNX file.

    Its input ``picture`` is [shape=(n, 3, 224, 160), dtype=float32], RGB, 0 to 255, for any n (the product looks at a
    picture and its mirror image together); its outputs ``places`` and ``flags`` are those of
    `training.network.Network.forward`.
    """
    import torch

    from training.network import INPUT_SHAPE, load_network

    network = load_network(checkpoint)
    file = io.BytesIO()
    torch.onnx.export(
        network,
        (torch.zeros(INPUT_SHAPE),),
        file,
        input_names=["picture"],
        output_names=["places", "flags"],
        dynamic_axes={name: {0: "n"} for name in ("picture", "places", "flags")},
        dynamo=False,
        opset_version=_OPSET,
    )
    content = with_half_weights(file.getvalue())
    two_pictures = (2, *INPUT_SHAPE[1:])
    picture = np.random.default_rng(0).uniform(0, 255, two_pictures).astype(np.float32)
    with torch.inference_mode():
        wanted = [answer.numpy() for answer in network(torch.from_numpy(picture))]
    difference = _difference(content, picture, wanted)
    print(f"largest difference of a logit by half precision: {difference:.4f}")
    if difference > _ALLOWED_DIFFERENCE:
        raise SystemExit("the exported network answers otherwise than the checkpoint")
    return content


def with_half_weights(content: bytes) -> bytes:
    """The same ONNX network with weights in half precision, each cast back where it is used."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load_from_string(content)
    weights, casts = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size > _KEPT_WHOLE:
            name = f"{tensor.name}_half"
            weights.append(numpy_helper.from_array(values.astype(np.float16), name))
            casts.append(helper.make_node("Cast", [name], [tensor.name], to=TensorProto.FLOAT))
        else:
            weights.append(tensor)
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(weights)
    model.graph.node.extend(nodes)
    model.doc_string = model.producer_name = model.producer_version = ""
    onnx.checker.check_model(model)
    return model.SerializeToString()


def pinned(manifest: str, name: str, content: bytes) -> str:
    """The manifest's text with a section [network] for this file."""
    section = f'[network]\nname = "{name}"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    if _NETWORK_SECTION.search(manifest):
        return _NETWORK_SECTION.sub(section, manifest, count=1)
    return f"{manifest.rstrip()}\n\n{section}"


def _difference(content: bytes, picture: np.ndarray, wanted: list[np.ndarray]) -> float:
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    answers = session.run(None, {"picture": picture})
    return max(float(np.abs(a - b).max()) for a, b in zip(answers, wanted, strict=True))


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=MODELS / "keypoints.onnx")
    parser.add_argument("--manifest", type=Path, default=MODELS / "manifest.toml")
    options = parser.parse_args(argv)
    content = as_onnx(options.checkpoint)
    if len(content) > MOST_BYTES:
        raise SystemExit(f"{len(content)} bytes are more than {MOST_BYTES}")
    text = pinned(options.manifest.read_text(encoding="utf-8"), options.out.name, content)
    write_bytes(options.out, content)
    write_bytes(options.manifest, text.encode())
    print(f"{options.out}: {len(content) / 1e6:.1f} MB, pinned in {options.manifest}")


if __name__ == "__main__":
    main()
