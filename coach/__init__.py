"""Massage Coach: measures the oxytocin massage from a video and explains the result.

>>> import coach
>>> analysis = coach.analyze_video("practice.mp4")  # doctest: +SKIP
>>> analysis.report.overall  # doctest: +SKIP
78.4

Each name below is loaded when it is first used, so that ``import coach`` costs nothing and scoring a recording
never loads what sees.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coach.analysis import analyze_video as analyze_video
    from coach.motion.recording import Recording as Recording
    from coach.scoring.reference import load_reference as load_reference
    from coach.scoring.report import Report as Report
    from coach.scoring.report import score_recording as score_recording

__version__ = "0.1.0"

_HOME = {
    "analyze_video": "coach.analysis",
    "score_recording": "coach.scoring.report",
    "load_reference": "coach.scoring.reference",
    "Recording": "coach.motion.recording",
    "Report": "coach.scoring.report",
}

__all__ = [*_HOME]


def __getattr__(name: str) -> object:  # PEP 562
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
