"""What the live view asks the server for, beside Streamlit: the newest state, the picture, and commands.

Custom routes get none of Streamlit's own checks. Each request must name this machine in its Host header, come from
a page of this server, and carry the token of the visit that owns the camera, in a header that no foreign page can
send without being asked first.
"""

from __future__ import annotations

import math
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from coach.live.hub import HUB
from coach.live.session import LiveSession
from coach.ui.route_guard import HEADERS, is_foreign, refused

TOKEN_HEADER = "x-live-token"
WAIT_S = 0.5
"""How long a request waits for something newer."""
_MOST_BYTES = 4096
_KNOWN = {"start", "stop", "look_again", "picture", "still", "corners"}


def routes() -> list[Route]:
    """The routes, for `streamlit.starlette.App`."""
    return [
        Route("/live/state", _state),
        Route("/live/frame", _frame),
        Route("/live/command", _command, methods=["POST"]),
        Route("/live/push", _push, methods=["POST"]),
    ]


async def _state(request: Request) -> Response:
    session = _session(request)
    if isinstance(session, Response):
        return session
    serial, state = await to_thread.run_sync(session.wait, _after(request), WAIT_S)
    return JSONResponse({"serial": serial, **state}, headers=HEADERS)


async def _frame(request: Request) -> Response:
    session = _session(request)
    if isinstance(session, Response):
        return session
    after = _after(request)
    serial, picture = await to_thread.run_sync(session.picture, after, WAIT_S)
    if picture is None or serial <= after:
        return Response(status_code=204, headers=HEADERS)
    return Response(picture, media_type="image/jpeg", headers={**HEADERS, "X-Frame": str(serial)})


async def _command(request: Request) -> Response:
    session = _session(request)
    if isinstance(session, Response):
        return session
    if _length(request) > _MOST_BYTES:
        return refused(413)
    try:
        what: Any = await request.json()
    except ValueError:
        return refused(400)
    if not isinstance(what, dict) or what.get("do") not in _KNOWN:
        return refused(400)
    session.command(**{key: what[key] for key in ("do", "on", "points") if key in what})
    return Response(status_code=204, headers=HEADERS)


async def _push(request: Request) -> Response:
    """A picture of the browser's own camera."""
    session = _session(request)
    if isinstance(session, Response):
        return session
    if session.pushed is None:
        return refused(409)
    if _length(request) > session.pushed.most_bytes:
        return refused(413)
    taken = await to_thread.run_sync(session.pushed.push, await request.body())
    return Response(status_code=204, headers=HEADERS) if taken else refused(400)


def _length(request: Request) -> float:
    """What the request says of its length; without a word it may be anything."""
    text = request.headers.get("content-length", "")
    return int(text) if text.isdecimal() and len(text) < 16 else math.inf


def _session(request: Request) -> LiveSession | Response:
    """The visit that the request belongs to, or the answer that refuses it."""
    if is_foreign(request):
        return refused(403)
    session = HUB.get(request.headers.get(TOKEN_HEADER, ""))
    return session if session is not None else refused(410)


def _after(request: Request) -> int:
    text = request.query_params.get("after", "0")
    return int(text) if text.isdecimal() and len(text) < 16 else 0
