"""The main job, from a video to a recording and its report; the only place where seeing meets scoring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from coach import __version__
from coach.motion.recording import SCHEMA, Observation, Recording
from coach.scoring import hand_form
from coach.scoring.reference import Reference, load_reference
from coach.scoring.report import Report, score_recording
from coach.settings import Settings, load_settings
from coach.vision.anthropometry import back_length_cm
from coach.vision.back import Back
from coach.vision.backfinder import BackFinder
from coach.vision.detectors import detectors
from coach.vision.filming_files import FileFilm
from coach.vision.handform import HandForms
from coach.vision.keypoints import KeypointNetwork
from coach.vision.models import member_path, model_hashes, network_path
from coach.vision.pose import PoseNetworks
from coach.vision.sources import Frame, VideoFile
from coach.vision.tracker import Tracker

_SAMPLE = 32  # frames that the back is looked for in, beside those of the first seconds
_EARLY_S, _EARLY = 2.0, 6  # she may be alone then, and nothing is easier to see

Progress = Callable[[int, int | None], None]
"""``progress(frames done, frames in all or None)``."""


@dataclass(frozen=True)
class Analysis:
    """What was seen, and what it is worth.

    Attributes
    ----------
    recording : Recording
        Where the back and the thumbs were, frame by frame.
    report : Report
        Measures, criteria and score, or why there is none.
    film : str or None
        'whole' when a video of her back was written, or why not: a key of `coach.vision.filming_files.NO_FILM`. None:
        none was wanted.
    """

    recording: Recording
    report: Report
    film: str | None = None


def analyze_video(
    path: Path | str,
    *,
    reference: Reference | str | None = None,
    back: Sequence[Sequence[float]] | np.ndarray | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    film: Path | str | None = None,
) -> Analysis:
    """Measure a video and compare it with a reference.

    Parameters
    ----------
    path : Path or str
        The video.
    reference : Reference, str or None
        What to compare with; default: the fists form.
    back : array [shape=(4, 2)] or None
        Left shoulder, right shoulder, right hip, left hip in pixels of the first frame; None finds the back.
    settings : Settings or None
        Default: those in the data folder.
    progress : callable or None
        Called after every frame.
    film : Path, str or None
        Where a video of her back and the hands alone is written (MP4; docs/records.md). Without one no picture is kept.

    Raises
    ------
    VideoError, BackError, ReferenceError, ModelError
        See `coach.errors`. A video in which nothing could be measured is no error: its report is not rated.

    Examples
    --------
    >>> from coach import analyze_video
    >>> analysis = analyze_video("practice.mp4", reference="fists")  # doctest: +SKIP
    >>> analysis.recording.to_parquet("practice.recording.parquet")  # doctest: +SKIP
    """
    settings = settings if settings is not None else load_settings()
    if not isinstance(reference, Reference):
        reference = load_reference(reference)
    filmed = None if film is None else FileFilm(Path(film))
    recording = record_video(path, back=back, settings=settings, progress=progress, film=filmed)
    outcome = None if filmed is None else filmed.outcome
    return Analysis(recording, score_recording(recording, reference), outcome)


def record_video(
    path: Path | str,
    *,
    back: Sequence[Sequence[float]] | np.ndarray | None = None,
    settings: Settings,
    progress: Progress | None = None,
    film: FileFilm | None = None,
) -> Recording:
    """What is seen in a video, frame by frame; parameters and errors as for `analyze_video`.

    A film that was written is named in the metadata by its hash, so that the two are known to belong together.
    """
    started = datetime.now(UTC)
    length_cm = back_length_cm(settings.receiver_height_cm)
    with ExitStack() as stack:
        video = stack.enter_context(VideoFile(path))
        observations, forms = [], None
        found = _back(video, back, length_cm)
        tracker = None
        if found is not None:
            tracker = Tracker(*found, stack.enter_context(detectors()), back_by_hand=back is not None)
            forms = HandForms(member_path("hand_landmarks_detector.tflite"))
            if film is not None:
                stack.enter_context(film).begin(tracker.back)
        for frame in video:
            seen = tracker.observe(frame) if tracker is not None else _nothing_seen(frame.t_s)
            if tracker is not None and forms is not None:
                forms.look(frame, seen, tracker)
            observations.append(in_original_pixels(seen, video.scale))
            if film is not None and tracker is not None:
                film.add(frame.image, frame.t_s, tracker.back)
            if progress is not None:
                progress(len(observations), video.expected_frames)
        source = {"kind": "file", "name": video.path.name}
        meta = recording_meta(source, video.size, settings, started, back_by_hand=back is not None)
        if forms is not None:
            meta[hand_form.META_KEY] = forms.counts()
        if film is not None:
            film.finish()
            meta |= {"film": film.sha} if film.sha else {}
    return Recording.from_observations(observations, meta)


def recording_meta(
    source: dict[str, str],
    frame_size: tuple[int, int],
    settings: Settings,
    started: datetime,
    *,
    back_by_hand: bool,
) -> dict[str, Any]:
    """What a recording says of how it was made, whatever its pictures came from."""
    length_cm = back_length_cm(settings.receiver_height_cm)
    return {
        "schema": SCHEMA,
        "source": source,
        "frame_size": list(frame_size),
        "app_version": __version__,
        "models": model_hashes(),
        "settings": {**asdict(settings), "back_length_cm": length_cm, "back_by_hand": back_by_hand},
        "started_utc": started.isoformat(timespec="seconds"),
    }


def in_original_pixels(seen: Observation, scale: float) -> Observation:
    """An observation of a reduced picture, in pixels of the original, which is `scale` times as large."""
    return replace(seen, thumb_px=seen.thumb_px * scale, c7_px=seen.c7_px * scale, l5_px=seen.l5_px * scale)


def _back(
    video: VideoFile, corners: Sequence[Sequence[float]] | np.ndarray | None, length_cm: float
) -> tuple[Back, Frame] | None:
    """The back, and the frame it was found in."""
    with PoseNetworks(
        member_path("pose_detector.tflite"), member_path("pose_landmarks_detector.tflite")
    ) as networks:
        finder = BackFinder(networks, length_cm, KeypointNetwork(network_path()))
        if corners is not None:
            first = video.sample(1)[0]
            return finder.from_corners(np.asarray(corners, float) / video.scale, first.image), first
        for frame in (*video.sample(_SAMPLE), *_early(video)):
            finder.add(frame)
        back = finder.estimate()
        return (back, finder.reference) if back is not None and finder.reference is not None else None


def _early(video: VideoFile) -> list[Frame]:
    """A few frames of the first seconds."""
    taken: list[Frame] = []
    for frame in video:
        if frame.t_s > _EARLY_S:
            break
        if not taken or frame.t_s - taken[-1].t_s >= _EARLY_S / _EARLY:
            taken.append(frame)
    return taken


def _nothing_seen(t_s: float) -> Observation:
    """A frame of a video in which no back was found: without it nothing has a place."""
    nowhere = np.full(2, np.nan)
    return Observation(t_s, nowhere, nowhere, np.zeros(2), 0.0, np.full((2, 2), np.nan), nowhere, nowhere)
