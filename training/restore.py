"""Make a checkpoint out of an exported network, to train on from it where the checkpoint itself is gone.

    python -m training.restore models/keypoints.onnx --out OUT.pt --pictures training/output/pictures

The export has put each normalisation into the convolution before it. Here every convolution gets its weights back, and
the normalisation after it is made to do nothing but add the convolution's offset. For that it has to know what comes
out of the convolution: with --pictures that is measured on pictures as training sees them, and training begins where
the exported network stood. Without, the checkpoint answers the same, but training would at once normalise otherwise.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from coach.atomic import check_folder, replacing
from training.dataset import Pictures
from training.evaluate import load_model
from training.network import CHANNELS, INPUT_SHAPE, Network, as_input, as_model
from training.train import make_batch

ALLOWED_DIFFERENCE = 0.01
"""Of a logit, between the exported network and the checkpoint."""

_MEASURED_BATCHES, _BATCH = 20, 48
_SEED = 0  # of the pictures that are measured, and of those that both networks are compared on


def restored(path: Path, looks: Iterable[Tensor] = ()) -> Network:
    """The network that was exported to `path`.

    Parameters
    ----------
    looks : iterable of Tensor [shape=(n, 3, 224, 160)]
        Pictures on which is measured what comes out of each convolution; without any it is taken to be normalised.
    """
    network = Network(CHANNELS).eval()
    layers = _in_order(network)
    given = _weights(path)
    if [tuple(layer.weight.shape) for layer in layers] != [weight.shape for weight, _ in given]:
        raise SystemExit(f"{path} is not a network of this shape")
    follows = _normalisations(network)
    with torch.no_grad():
        for layer, (weight, offset) in zip(layers, given, strict=True):
            layer.weight.copy_(torch.from_numpy(weight))
            if layer.bias is not None:
                layer.bias.copy_(torch.from_numpy(offset))
            else:
                norm = follows[layer]
                norm.running_var.fill_(1 - norm.eps)
                norm.bias.copy_(torch.from_numpy(offset))
        _normalise(network, follows, looks)
    return network


def _normalise(network: Network, follows: dict[nn.Module, nn.BatchNorm2d], looks: Iterable[Tensor]) -> None:
    """Give the normalisations the mean and the spread of what comes to them, without a change to any answer."""
    measured: dict[nn.Module, list[tuple[Tensor, Tensor]]] = {conv: [] for conv in follows}

    def measure(conv: nn.Module) -> Callable[..., None]:
        def hook(_module: nn.Module, _given: tuple[Tensor, ...], out: Tensor) -> None:
            measured[conv].append((out.mean((0, 2, 3)), out.square().mean((0, 2, 3))))

        return hook

    hooks = [conv.register_forward_hook(measure(conv)) for conv in follows]
    for pictures in looks:
        network(pictures)
    for hook in hooks:
        hook.remove()
    for conv, norm in follows.items():
        if not measured[conv]:
            continue
        mean, square = (torch.stack(values).mean(0) for values in zip(*measured[conv], strict=True))
        variance = (square - mean.square()).clamp_min(1e-6)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.add_(mean)


def _weights(path: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights and offsets of an exported network's convolutions and matrices, in the order in which they are used."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    held = {tensor.name: numpy_helper.to_array(tensor).astype(np.float32) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in held:
            held[node.output[0]] = held[node.input[0]]
    used = [node for node in graph.node if node.op_type in ("Conv", "Gemm")]
    return [(held[node.input[1]], held[node.input[2]]) for node in used]


def _in_order(network: Network) -> list[nn.Module]:
    """Convolutions and matrices in the order in which they are used, which is that of the exported file."""
    used: list[nn.Module] = []
    hooks = [
        module.register_forward_hook(lambda module, *_: used.append(module))
        for module in network.modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    ]
    with torch.inference_mode():
        network(torch.zeros(INPUT_SHAPE))
    for hook in hooks:
        hook.remove()
    return used


def _normalisations(network: Network) -> dict[nn.Module, nn.BatchNorm2d]:
    """For each convolution the normalisation right after it."""
    modules = list(network.modules())
    return {before: module for before, module in pairwise(modules) if isinstance(module, nn.BatchNorm2d)}


def difference(path: Path, network: Network) -> float:
    """The largest difference of a logit between an exported network and `network`, on pictures of noise."""
    noise = np.random.default_rng(_SEED).uniform(0, 255, (2, *INPUT_SHAPE[2:], 3)).astype(np.uint8)
    answers = zip(load_model(path)(noise), as_model(network)(noise), strict=True)
    return max(float(np.abs(a - b).max()) for a, b in answers)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("exported", type=Path, help="what training.export wrote")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint, for train's --start-from")
    parser.add_argument("--pictures", type=Path, help="the folder that training.dataset filled")
    options = parser.parse_args(argv)
    check_folder(options.out.parent)
    looks: Iterable[Tensor] = ()
    if options.pictures:
        pictures = Pictures(options.pictures, validation=False)
        if not len(pictures):
            raise SystemExit(f"no pictures: make some with  python -m training.dataset {options.pictures}")
        looks = (
            as_input(make_batch(pictures, _SEED, number, _BATCH)[0]) for number in range(_MEASURED_BATCHES)
        )
    network = restored(options.exported, looks)
    off = difference(options.exported, network)
    if off > ALLOWED_DIFFERENCE:
        raise SystemExit(f"the checkpoint answers otherwise than {options.exported}: {off:.3f} of a logit")
    with replacing(options.out) as temporary:
        torch.save({"channels": CHANNELS, "ema": network.state_dict()}, temporary)
    print(f"{options.out}: a logit differs by at most {off:.4f}")


if __name__ == "__main__":
    main()
