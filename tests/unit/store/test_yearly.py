"""What remains of a year: numbers that can be checked on paper, and none that tells of a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store_given import entry_of, round_of

from coach.settings import Settings
from coach.store import judgement
from coach.store.entries import Consent
from coach.store.removal import expire
from coach.store.repository import Store
from coach.store.yearly import ALL, FEWEST, Counted, summary, years

DAY = timedelta(days=1)
AGREED = Consent(True, False, False, True)
MARCH = datetime(2025, 3, 3, 3, tzinfo=UTC)


def rounds(count: int, mode: str = "test", start: int = 0, **changes: object) -> list[Counted]:
    """A round each of so many participants, of 60, 61, 62 … points."""
    return [
        Counted(
            **{
                "code": f"A-{start + i}", "mode": mode, "overall": 60.0 + i, "criteria": {"tempo": 50.0},
                "faults": frozenset(), "decision": None, "comfort": 4, "pain": None, **changes,
            }
        )
        for i in range(count)
    ]  # fmt: skip


def test_a_year_of_many_leaves_counts_and_medians():
    found = summary(rounds(7) + rounds(2))[ALL]  # two of the seven came twice
    assert found["practices"] == (9, 7)
    assert found["participants"] == (7, 7)
    assert found["median_score"] == (62, 7)
    assert found["median_tempo"] == (50, 7)
    assert found["median_comfort"] == (4, 7)
    assert found["scored"] == (9, 7)


def test_of_few_people_nothing_is_kept():
    assert summary(rounds(FEWEST - 1)) == {}
    assert summary(rounds(FEWEST - 1) * 10) == {}  # however often they came
    assert set(summary(rounds(FEWEST))) == {ALL, "test"}


def test_a_kind_of_few_is_not_in_the_whole_either():
    """Else it could be had by subtraction."""
    found = summary(rounds(6) + rounds(4, "guided", start=20))
    assert set(found) == {ALL, "test"}
    assert found[ALL]["practices"] == (6, 6)


def test_where_a_part_is_of_few_no_part_is_kept():
    passed, repeated = rounds(6, decision="pass"), rounds(5, decision="repeat", start=20)
    assert summary(passed + repeated)[ALL]["repeated"] == (5, 5)
    found = summary(passed + repeated[:4])[ALL]
    assert not {"passed", "repeated", "not_decided"} & set(found)
    assert found["practices"] == (10, 10)
    few, many = (
        rounds(4, faults=frozenset({"too_fast"}), start=20),
        rounds(5, faults=frozenset({"too_fast"}), start=20),
    )
    assert "fault_too_fast" not in summary(rounds(6) + few)[ALL]
    assert "fault_too_fast" not in summary(rounds(3) + many)[ALL]  # so few have it not
    assert summary(rounds(6) + many)[ALL]["fault_too_fast"] == (5, 5)


def test_a_measure_of_few_has_no_median():
    found = summary(rounds(6) + rounds(4, start=20, comfort=None, criteria={"circles": 10.0}))[ALL]
    assert "median_circles" not in found
    assert found["median_comfort"] == (4, 6)


def fill(store: Store, count: int, at: datetime, consent: Consent = AGREED) -> None:
    _, report = round_of()
    for i in range(count):
        store.keep(
            entry_of(report, key=f"{at:%Y%m%d}-{i}", code=f"Q-{at:%j}-{i}", started_utc=at, consent=consent),
            None,
        )


def test_a_year_is_summed_up_when_it_begins_to_go_and_nobody_is_left_in_it(store: Store):
    fill(store, 6, MARCH)
    fill(store, 2, MARCH + 200 * DAY)
    fill(store, 3, MARCH + DAY, Consent(True, False, False, False))  # did not agree to the report
    judgement.decide(store, 1, "Bidan Ani", "repeat")
    expire(store, Settings(), now=MARCH + 364 * DAY)
    assert years(store) == []
    assert expire(store, Settings(), now=MARCH + 367.5 * DAY).practices == 9
    figures = {(f.mode, f.figure): f.value for f in years(store)}
    assert {f.year for f in years(store)} == {2025}
    assert figures[ALL, "practices"] == 8  # of the whole year, those of September too
    assert (ALL, "repeated") not in figures
    assert len(store.codes()) == 2
    # When the rest goes, too, the year stays as it was summed up.
    before = [(f.figure, f.value) for f in years(store)]
    expire(store, Settings(), now=MARCH + 800 * DAY)
    assert store.count() == 0
    assert [(f.figure, f.value) for f in years(store)] == before
    assert not any("Q-" in f"{f.mode} {f.figure}" for f in years(store))


def test_a_year_of_few_leaves_nothing_and_is_not_summed_up_again(store: Store):
    fill(store, 3, MARCH)
    fill(store, 6, MARCH + 200 * DAY, Consent(True, False, False, False))
    expire(store, Settings(), now=MARCH + 367 * DAY)
    assert years(store) == []
    fill(store, 6, MARCH + 201 * DAY)  # comes too late: those of March are not in it any more
    expire(store, Settings(), now=MARCH + 700 * DAY)
    assert years(store) == []


def test_while_a_year_is_running_nothing_is_summed_up(store: Store):
    fill(store, 6, MARCH)
    assert expire(store, Settings(keep_scores_days=30.0), now=MARCH + 60 * DAY).practices == 6
    assert years(store) == []


def test_of_a_leap_year_the_first_day_is_summed_up_too(store: Store):
    first = datetime(2024, 1, 1, 8, tzinfo=UTC)
    fill(store, 6, first)
    expire(store, Settings(), now=datetime(2024, 12, 31, 23, tzinfo=UTC))
    assert store.count() == 6
    expire(store, Settings(), now=datetime(2025, 1, 2, tzinfo=UTC))
    assert store.count() == 0
    assert [f.value for f in years(store) if (f.mode, f.figure) == (ALL, "practices")] == [6]
