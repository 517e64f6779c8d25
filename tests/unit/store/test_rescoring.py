"""New rules add results and leave the old ones; what was done is not done twice."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from store_given import entry_of, round_of

from coach.errors import ReferenceError, StoreError  # noqa: A004 - the field's word
from coach.scoring.reference import load_reference
from coach.store import rescoring
from coach.store.entries import Consent
from coach.store.listing import Filter
from coach.store.repository import Store
from coach.store.rescoring import reference_with, rescore, rules_of, score_again


@pytest.fixture
def filled(store: Store) -> Store:
    """Four practices scored by older rules, one of them without its movement."""
    recording, report = round_of()
    for i in range(4):
        consent = Consent(True, i != 3)
        store.keep(
            entry_of(report, key=f"an-older-round-{i}", code=f"A-{i}", consent=consent, rules="older rules"),
            recording,
        )
    return store


def test_an_old_result_stays_and_the_new_one_is_shown(filled: Store):
    before = filled.practice(1).results[0].report
    told = []
    with ThreadPoolExecutor(2) as pool:
        done = rescore(filled, pool, reference="both-thumbs", progress=lambda n, of: told.append((n, of)))
        again = rescore(filled, pool, reference="both-thumbs")
    assert (done.done, done.known, done.failed) == (3, 0, ())
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (again.done, again.known) == (0, 3)
    practice = filled.practice(1)
    assert [r.reference for r in practice.results] == ["fists", "both-thumbs"]
    assert practice.results[0].report == before
    assert practice.results[1].rules == rules_of(load_reference("both-thumbs"))
    assert practice.overall == practice.results[1].overall
    assert len(filled.practice(4).results) == 1


def test_one_is_scored_again_by_the_profile_of_another_reference(filled: Store, tmp_path):
    own, mixed = reference_with("fists"), reference_with("fists", "both-thumbs")
    assert score_again(filled, 1, own)
    assert score_again(filled, 1, mixed)
    practice = filled.practice(1)
    assert [r.profile_version for r in practice.results][1:] == [own.profile.version, mixed.profile.version]
    assert {r.reference_version for r in practice.results[1:]} == {own.version}
    assert practice.result.id == practice.results[2].id
    # Going back makes no third one: what is known counts again.
    assert not score_again(filled, 1, own)
    practice = filled.practice(1)
    assert len(practice.results) == 3
    assert practice.result.id == practice.results[1].id
    assert practice.overall == practice.results[1].overall

    file = tmp_path / "profile.toml"
    file.write_text(
        (own.folder / "profile.toml").read_text(encoding="utf-8").replace("floor = 0.4", "floor = 0.6"),
        encoding="utf-8",
    )
    edited = reference_with("fists", str(file))
    assert edited.profile.gate.floor == 0.6
    assert score_again(filled, 1, edited)


def test_without_its_movement_nothing_is_scored_again(filled: Store):
    with pytest.raises(StoreError, match="kept no longer"):
        score_again(filled, 4, reference_with("fists"))


def test_an_older_result_can_count_and_a_stranger_s_cannot(filled: Store):
    with ThreadPoolExecutor(1) as pool:
        rescore(filled, pool, reference="both-thumbs")
        first, second = filled.practice(1).results
        filled.count_result(1, first.id)
        assert filled.practice(1).result.id == first.id
        with pytest.raises(StoreError, match="no such result"):
            filled.count_result(1, filled.practice(2).results[0].id)
        # Asked for by name, the rules that are known count again, for everybody.
        assert rescore(filled, pool, reference="both-thumbs").known == 3
    assert filled.practice(1).result.id == second.id


def test_each_by_its_own_reference(filled: Store):
    with ThreadPoolExecutor(1) as pool:
        assert rescore(filled, pool).done == 3
    assert {r.reference for r in filled.practice(2).results} == {"fists"}
    with ThreadPoolExecutor(1) as pool:
        assert rescore(filled, pool, wanted=Filter(code="A-1"), reference="both-thumbs").done == 1


class Stops(Executor):
    """Does two tasks and is then cut off, as by a power cut."""

    def __init__(self) -> None:
        self.done = 0

    def submit(self, fn, /, *args, **kwargs):
        if self.done == 2:
            raise KeyboardInterrupt
        self.done += 1
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_it_goes_on_where_it_was_stopped(filled: Store, monkeypatch):
    monkeypatch.setattr(rescoring, "_AHEAD", 0)
    with pytest.raises(KeyboardInterrupt):
        rescore(filled, Stops(), workers=1)
    with ThreadPoolExecutor(1) as pool:
        rest = rescore(filled, pool)
    assert (rest.known, rest.done) == (2, 1)


def test_a_damaged_recording_is_told_and_the_rest_done(filled: Store):
    recording, report = round_of(tempo_cpm=75.0)
    number = filled.keep(entry_of(report, key="a-damaged-one", code="B-1", rules="older rules"), recording)
    filled.files.path(filled.practice(number).recording).write_bytes(b"PAR1")
    with ThreadPoolExecutor(1) as pool:
        done = rescore(filled, pool)
    assert done.done == 3
    assert [n for n, _ in done.failed] == [number]


def test_an_unknown_reference_is_a_sentence(filled: Store):
    with ThreadPoolExecutor(1) as pool, pytest.raises(ReferenceError):
        rescore(filled, pool, reference="nothing")


def test_an_unknown_profile_is_a_sentence_also_without_practices(store: Store):
    with ThreadPoolExecutor(1) as pool, pytest.raises(ReferenceError):
        rescore(store, pool, profile="nothing")


@pytest.mark.slow
def test_in_processes(filled: Store):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert rescore(filled, pool).done == 3


@pytest.mark.slow
def test_on_a_dask_cluster(filled: Store):
    distributed = pytest.importorskip(
        "distributed", reason="Dask is an extra: pip install massage-coach[dask]"
    )
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert rescore(filled, client.get_executor()).done == 3
