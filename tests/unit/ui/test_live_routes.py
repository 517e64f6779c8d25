"""What the live view's routes refuse: other machines, other pages, other visits, and what is none of their business."""

from __future__ import annotations

from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette

from coach.ui import live_routes
from coach.vision.camera import Pushed

HERE = "http://127.0.0.1:8501"
TOKEN = "the visit's own"
ROUTES = [("GET", "/live/state"), ("GET", "/live/frame"), ("POST", "/live/command"), ("POST", "/live/push")]


class Session:
    """A visit; remembers what reaches it."""

    def __init__(self) -> None:
        self.pushed: Pushed | None = None
        self.commands: list[dict[str, Any]] = []
        self.asked = 0
        self.seen: bytes | None = b"\xff\xd8 a picture"

    def wait(self, after: int, timeout_s: float) -> tuple[int, dict[str, Any]]:
        self.asked += 1
        return 7, {"phase": "setup"}

    def picture(self, after: int, timeout_s: float) -> tuple[int, bytes | None]:
        self.asked += 1
        return 7, self.seen

    def command(self, **what: Any) -> None:
        self.commands.append(what)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    made = Session()

    class Hub:
        def get(self, token: str) -> Session | None:
            return made if token == TOKEN else None

    monkeypatch.setattr(live_routes, "HUB", Hub())
    return made


class Client:
    """Asks the routes, without a server."""

    def __init__(self) -> None:
        self._app = Starlette(routes=live_routes.routes())

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
                return await client.request(method, path, **how)

        return anyio.run(ask)

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.request("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        return self.request("POST", path, **how)


@pytest.fixture
def client(session: Session) -> Client:
    return Client()


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 410),
        ({"X-Live-Token": "guess"}, 410),
        ({"X-Live-Token": TOKEN, "Host": "evil.example"}, 403),
        ({"X-Live-Token": TOKEN, "Host": "192.168.1.5:8501"}, 403),  # another machine of the same network
        ({"X-Live-Token": TOKEN, "Host": "127.0.0.1.evil.example"}, 403),
        ({"X-Live-Token": TOKEN, "Origin": "http://evil.example"}, 403),
        ({"X-Live-Token": TOKEN, "Origin": "http://127.0.0.1:8502"}, 403),  # another program of this machine
    ],
)
def test_whoever_is_not_the_visit_is_refused(
    client: Client, session: Session, method: str, path: str, headers: dict[str, str], status: int
):
    answer = client.request(method, path, headers=headers, content=b'{"do": "stop"}')
    assert answer.status_code == status
    assert answer.content == b""
    assert (session.commands, session.asked) == ([], 0)


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501"])
def test_the_visit_itself_is_answered(client: Client, host: str):
    headers = {"X-Live-Token": TOKEN, "Host": host, "Origin": f"http://{host}"}
    answer = client.get("/live/state?after=3", headers=headers)
    assert answer.json() == {"serial": 7, "phase": "setup"}
    assert answer.headers["cache-control"] == "no-store"


def test_a_picture_is_given_when_there_is_a_newer_one(client: Client, session: Session):
    headers = {"X-Live-Token": TOKEN}
    answer = client.get("/live/frame?after=6", headers=headers)
    assert (answer.content, answer.headers["x-frame"]) == (session.seen, "7")
    assert client.get("/live/frame?after=7", headers=headers).status_code == 204
    session.seen = None  # nobody has switched it on
    assert client.get("/live/frame?after=6", headers=headers).status_code == 204


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"do": "stop"}', 204), (b'{"do": "corners", "points": [[0, 0]], "close": 1}', 204),
        (b'{"do": "close"}', 400), (b"[]", 400), (b"no json", 400),
        (b'{"do": "stop", "points": "' + b"x" * 5000 + b'"}', 413),
    ],
)  # fmt: skip
def test_only_what_is_known_is_passed_on(client: Client, session: Session, body: bytes, status: int):
    answer = client.post("/live/command", headers={"X-Live-Token": TOKEN}, content=body)
    assert answer.status_code == status
    assert len(session.commands) == (status == 204)
    assert all(set(what) <= {"do", "on", "points"} for what in session.commands)


def test_pictures_are_taken_from_a_browser_that_films_and_from_no_other(client: Client, session: Session):
    headers = {"X-Live-Token": TOKEN}
    assert client.post("/live/push", headers=headers, content=b"\xff\xd8").status_code == 409
    session.pushed = Pushed()
    assert client.post("/live/push", headers=headers, content=b"GIF89a").status_code == 400
    large = b"\xff\xd8" + b"\0" * Pushed.most_bytes
    assert client.post("/live/push", headers=headers, content=large).status_code == 413
