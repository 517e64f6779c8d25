"""What every route beside Streamlit's own must look at first: custom routes get none of its checks."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_HERE = {"127.0.0.1", "localhost", "::1"}


def is_foreign(request: Request) -> bool:
    """Whether the request names another machine than this one in its Host header, or comes from another page."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    origin = request.headers.get("origin")
    other = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    return host not in _HERE or other


def refused(status: int) -> Response:
    """The answer that says no more than its status."""
    return Response(status_code=status, headers=HEADERS)
