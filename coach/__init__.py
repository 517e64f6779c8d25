"""Massage Coach: measures the oxytocin massage from a video and explains the result."""

__version__ = "0.1.0"
