"""Scripts and styles of the page's own components."""

from importlib import resources


def asset(name: str) -> str:
    """The text of a script or a style."""
    return (resources.files(__name__) / name).read_text(encoding="utf-8")
