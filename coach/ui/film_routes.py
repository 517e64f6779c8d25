"""The video of a practice, for the page of an instructor who is signed in, and for nobody else.

The address holds the video's hash, which nobody can guess, and opens nothing by itself: the visit's pass comes in a
header, which no link, no other page and no other browser can send. The answer is not to be stored by the browser.
"""

from __future__ import annotations

import re
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from coach.settings import load_settings
from coach.ui.route_guard import HEADERS, is_foreign, refused

PASS_HEADER = "x-review-pass"
ADDRESS = "/review-video/"
_SHA = re.compile(r"[0-9a-f]{64}")


def routes() -> list[Route]:
    """The route, for `streamlit.starlette.App`."""
    return [Route(ADDRESS + "{sha}", _film)]


async def _film(request: Request) -> Response:
    if is_foreign(request):
        return refused(403)
    found = await to_thread.run_sync(
        _find, request.headers.get(PASS_HEADER, ""), str(request.path_params["sha"])
    )
    # A part of it can be asked for: FileResponse answers Range.
    return (
        found if isinstance(found, Response) else FileResponse(found, media_type="video/mp4", headers=HEADERS)
    )


def _find(token: str, sha: str) -> Path | Response:
    from coach.ui import passes  # brings the database's libraries: not when the server starts

    store = passes.opened_by(token, 60 * load_settings().idle_minutes)
    if store is None:
        return refused(403)
    if not _SHA.fullmatch(sha) or not store.films.has(sha):
        return refused(404)
    return store.films.path(sha)
