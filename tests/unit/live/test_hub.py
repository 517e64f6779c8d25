"""One visit has the camera; whoever lost it is told so from the first moment on."""

from __future__ import annotations

from collections.abc import Callable

from coach.live.hub import Hub


class Session:
    """Is over when it is closed; says so to whoever looks meanwhile."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.alive, self.ended, self._meanwhile = False, False, meanwhile

    def start(self) -> None:
        self.alive = True

    def close(self) -> None:
        self.ended = True
        self._meanwhile()
        self.alive = False


def opened(hub: Hub, session: Session, *, take_over: bool = False) -> str:
    found = hub.open(lambda: session, take_over=take_over)
    assert found is not None
    assert found[1] is session
    return found[0]


def test_a_second_visit_gets_nothing_unless_it_takes_over():
    hub, first, second = Hub(), Session(), Session()
    token = opened(hub, first)
    assert hub.open(lambda: second) is None
    assert not second.alive
    assert hub.get(token) is first
    assert hub.get("") is None
    other = opened(hub, second, take_over=True)
    assert (hub.get(token), hub.get(other)) == (None, second)
    assert (first.alive, second.alive) == (False, True)


def test_who_is_taken_over_is_out_before_the_session_says_that_it_is_over():
    hub, seen = Hub(), []
    token = opened(hub, Session(lambda: seen.extend((hub.get(token), hub.get("")))))
    opened(hub, Session(), take_over=True)
    assert seen == [None, None]


def test_a_session_that_is_over_is_in_nobody_s_way_though_it_is_tidying_up():
    hub, first, second = Hub(), Session(), Session()
    opened(hub, first)
    first.ended = True
    opened(hub, second)
    assert (first.alive, second.alive) == (False, True)


def test_a_page_that_is_loaded_anew_gets_a_new_token_and_the_old_one_is_out():
    hub, session = Hub(), Session()
    old = opened(hub, session)
    found = hub.rejoin()
    assert found is not None
    assert (hub.get(old), hub.get(found[0])) == (None, session)
    hub.close(old)
    assert session.alive
    hub.close(found[0])
    assert (session.alive, hub.current, hub.rejoin()) == (False, None, None)
