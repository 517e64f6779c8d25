"""The detectors of hands that the program uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from coach.vision.evidence import Detector
from coach.vision.keypoints import Keypoints
from coach.vision.mediapipe_hands import MediaPipeHands
from coach.vision.models import member_path, network_path


@contextmanager
def detectors() -> Iterator[Sequence[Detector]]:
    """Our own network and MediaPipe's, for a `coach.vision.tracker.Tracker`.

    Raises
    ------
    ModelError
        A model file is missing and cannot be fetched.
    """
    keypoints = Keypoints(network_path())
    hands = MediaPipeHands(member_path("hand_detector.tflite"), member_path("hand_landmarks_detector.tflite"))
    try:
        yield [keypoints, hands]
    finally:
        hands.close()
