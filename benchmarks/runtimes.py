"""How fast our own network runs in ONNX Runtime and in OpenCV's DNN module, both on one thread, taking turns.

    python benchmarks/runtimes.py [--rounds N]

Prints the median of a picture's time in each, their ratio, and how far their answers lie apart.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import cv2
import numpy as np
import onnxruntime

from coach.vision.keypoints import HEIGHT, WIDTH
from coach.vision.models import network_path


def timed(run: Callable[[np.ndarray], list], picture: np.ndarray) -> tuple[float, list]:
    """Milliseconds, and the answer."""
    started = time.perf_counter()
    answer = run(picture)
    return 1e3 * (time.perf_counter() - started), answer


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(network_path()), options, providers=["CPUExecutionProvider"])
    cv2.setNumThreads(1)
    network = cv2.dnn.readNetFromONNX(str(network_path()))

    def in_opencv(picture: np.ndarray) -> list:
        network.setInput(picture)
        return list(network.forward(["places", "flags"]))

    def in_onnx_runtime(picture: np.ndarray) -> list:
        return list(session.run(None, {"picture": picture}))

    rng = np.random.default_rng(1)
    times = []
    apart = 0.0
    for _ in range(rounds):
        picture = rng.uniform(0, 255, (1, 3, HEIGHT, WIDTH)).astype(np.float32)
        ours, answer = timed(in_onnx_runtime, picture)
        theirs, other = timed(in_opencv, picture)
        times.append((ours, theirs))
        apart = max(apart, *(float(np.abs(a - b).max()) for a, b in zip(answer, other, strict=True)))
    ours, theirs = np.median(times, axis=0)
    print(
        f"ONNX Runtime {ours:.1f} ms, OpenCV {theirs:.1f} ms, ratio {theirs / ours:.2f}, answers apart {apart:.4f}"
    )


if __name__ == "__main__":
    main()
