"""Which cue when: simulated faults, sound technique with a camera's gaps and noise, and a recorded trace."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from live_given import TRACES, play
from motion_given import practice, with_gaps

from coach.live.coaching import APART_S, CUES, GUIDED, MODES, QUIET, RANKS, TEST, Coach
from coach.live.running import Now, seen_ends
from coach.motion.measures import analyse_motion
from coach.motion.recording import Recording
from coach.scoring.profile import load_profile
from coach.scoring.reference import load_reference

PROFILE = load_profile("fists")
LIVE = Path(__file__).parents[3] / "docs" / "live.md"
SOUND = {"seconds": 60.0, "pass_s": 20.0, "end_cm": 16.0}
FAULTS = [
    ({"cpm": (110.0, 110.0)}, "slower"),
    ({"cpm": (18.0, 18.0)}, "faster"),
    ({"offset": 0.6}, "on_spine"),
    ({"offset": 7.0}, "too_wide"),
    ({"circling": (True, False), "moving": (True, False)}, "both_hands"),
    ({"up": True}, "wrong_direction"),
    ({"radius": 0.5}, "larger"),
    ({"radius": 3.3, "offset": 3.8}, "smaller"),
    ({"end_cm": 8.0, "pass_s": 12.0}, "further_down"),
    ({"circling": (False, False)}, "no_circles"),
]


def joined(first: Recording, then: Recording, at_s: float) -> Recording:
    """`first` until `at_s`, `then` from there."""
    names = ("t_s", "u", "v_cm", "confidence", "back_confidence", "thumb_px", "c7_px", "l5_px")
    before = first.t_s < at_s
    after = then.t_s >= at_s
    parts = {n: np.concatenate([getattr(first, n)[before], getattr(then, n)[after]]) for n in names}
    return replace(first, **parts)


CLIPS_OF = {
    "slower": "too fast", "both_hands": "one-sided", "on_spine": "on the spine", "wrong_direction": "wrong direction",
    "further_down": "short", "steady": "irregular", "faster": "too slow", "too_wide": "too wide",
}  # fmt: skip
"""What docs/live.md calls the clips that are told this."""


def delays_in_the_docs() -> dict[str, str]:
    """The table of docs/live.md: kind of clip, and how long after the first circle it was told."""
    table = (
        LIVE.read_text(encoding="utf-8").split("| clip | delay (must 10 s, aim 5 s) |")[1].split("\n\n")[0]
    )
    cells = [cell.strip() for cell in table.replace("\n", "").split("|") if cell.strip()]
    return {kind.split(",")[0]: told for kind, told in pairwise(cells) if " s" in told}


def first_minute(recording: Recording) -> Recording:
    return joined(recording, replace(recording, t_s=np.full(len(recording), np.nan)), 60.0)


def sound_traces() -> dict[str, Recording]:
    return {
        "exact": practice(**SOUND),
        "gaps and noise": with_gaps(practice(**SOUND, noise=0.3)),
        "faster passes": with_gaps(practice(seconds=60, pass_s=15, end_cm=16, cpm=(50, 50), noise=0.2)),
        "fists": first_minute(load_reference("fists").recording),
        "both thumbs": first_minute(load_reference("both-thumbs").recording),
        "a live round": Recording.from_parquet(TRACES / "d01.recording.parquet"),
    }


@pytest.mark.parametrize("name", sound_traces())
def test_sound_technique_is_left_in_peace_in_quiet_mode(name: str):
    given, _, running = play(sound_traces()[name], PROFILE, QUIET)
    assert given == []
    assert running.coverage > 0.5


@pytest.mark.parametrize(("fault", "cue"), FAULTS)
def test_a_fault_is_told_and_at_most_three_times_without_effect(fault: dict, cue: str):
    given, _, _ = play(practice(**{**SOUND, **fault}), PROFILE, QUIET)
    assert given[0].id == cue
    assert given[0].t_s <= (15.0 if cue == "further_down" else 10.0)
    assert Counter(g.id for g in given)[cue] == 3
    assert all(b.t_s - a.t_s >= APART_S for a, b in pairwise(given))


# Rendered couples, as a live session saw them: with gaps, misreadings and all; twelve pictures a second, d13 six. Made
# by benchmarks/live_rounds.py (docs/live.md). `begins_s` is the first circle in the clip's truth.
@pytest.mark.parametrize(
    ("clip", "cue", "begins_s", "delay_s"),
    [
        ("d01", None, 2.87, None), ("d02", None, 2.87, None), ("d03", None, 0.87, None), ("d13", None, 2.87, None),
        ("d04", "slower", 2.87, 6.1), ("d05", "slower", 0.87, 8.1), ("d06", "both_hands", 2.87, 5.1),
        ("d07", "on_spine", 2.87, 4.1), ("d08", "wrong_direction", 0.87, 5.1), ("d09", "further_down", 2.87, 6.1),
        ("d10", "steady", 2.87, 6.1), ("d11", "faster", 2.87, 9.1), ("d12", "too_wide", 0.87, 6.1),
        ("d14", None, 2.87, None),  # the right hand's circles cannot be measured, nor the left one's in mid-pass
    ],
)  # fmt: skip
def test_a_recorded_trace_is_told_its_own_fault_and_no_other(
    clip: str, cue: str | None, begins_s: float, delay_s: float | None
):
    recording = Recording.from_parquet(TRACES / f"{clip}.recording.parquet")
    given, measured, _ = play(recording, PROFILE, QUIET)
    assert {g.id for g in given} == ({cue} if cue else set())
    assert all(g.t_s >= 5.0 for g in given)
    if delay_s is not None:
        delay = given[0].t_s - begins_s
        assert delay <= 10.0
        assert delay == pytest.approx(delay_s, abs=0.2)  # as docs/live.md says
        assert f"{delay_s} s" in delays_in_the_docs()[CLIPS_OF[cue]]
    guided = Coach(PROFILE, GUIDED)
    for now in measured:
        guided.step(now)
    assert {g.id for g in guided.given} == {g.id for g in given}


# A change of direction or of both hands has to fill half the window first; passes are judged at their end.
@pytest.mark.parametrize(("fault", "cue"), FAULTS[:1] + FAULTS[2:6])
def test_a_fault_that_begins_in_mid_round_is_told_in_time(fault: dict, cue: str):
    trace = joined(
        with_gaps(practice(**SOUND), 0.05), with_gaps(practice(**{**SOUND, **fault}, noise=0.2), 0.05), 40.0
    )
    given, _, _ = play(trace, PROFILE, GUIDED)
    assert all(g.t_s >= 40.0 for g in given)
    assert next(g.t_s for g in given if g.id == cue) <= 51.5


def test_a_test_round_is_silent():
    assert play(practice(**SOUND, cpm=(110.0, 110.0)), PROFILE, TEST)[0] == []


def test_a_fault_that_is_mended_is_praised_once():
    trace = joined(practice(**{**SOUND, "offset": 7.0}), practice(**SOUND), 30.0)
    given, _, _ = play(trace, PROFILE, GUIDED)
    assert [g.id for g in given][-1] == "good"
    assert Counter(g.id for g in given)["good"] == 1


NEAR_MISS = Now(
    20.0, 10.0, (True, True), (0.95, 0.95), tempo_cpm=66.0, offset_cm=(3.0, 3.0), spine_share=0.0,
    diameter_cm=(3.0, 3.0), unrest_cm=(1.5, 1.5), travel_cm=5.0,
)  # fmt: skip


@pytest.mark.parametrize(("mode", "cpm", "told"), [
    (GUIDED, 62.0, False), (GUIDED, 66.0, True), (QUIET, 66.0, False), (QUIET, 68.0, False), (QUIET, 72.0, True),
])  # fmt: skip
def test_quiet_mode_is_silent_inside_fifteen_per_cent(mode: str, cpm: float, told: bool):
    coach = Coach(PROFILE, mode)
    cues = [coach.step(replace(NEAR_MISS, t_s=t, tempo_cpm=cpm)) for t in (20.0, 21.0, 22.0)]
    assert [c.id for c in cues if c] == (["slower"] if told else [])


def test_safety_goes_before_path_before_hands_before_tempo_before_shape():
    worst = replace(
        NEAR_MISS, tempo_cpm=120.0, busy=(0.95, 0.1), offset_cm=(0.5, 0.8), spine_share=0.6, unrest_cm=(1.5, 0.2),
        diameter_cm=(6.5, 6.5), travel_cm=-8.0,
    )  # fmt: skip

    def kinds(now: Now) -> list[str]:
        coach = Coach(PROFILE, GUIDED)
        for t in range(20, 130):
            coach.step(replace(now, t_s=float(t)))
        return list(dict.fromkeys(CUES[g.id].kind for g in coach.given))

    # On the spine nothing is said of the circles' size: they are made small by what is said first.
    assert kinds(worst) == list(RANKS[:4])
    assert kinds(replace(worst, offset_cm=(3.0, 3.0), spine_share=0.0)) == list(RANKS[1:5])


def test_a_cue_that_has_an_effect_may_be_said_again():
    coach = Coach(PROFILE, GUIDED)
    for t in range(20, 90):
        coach.step(replace(NEAR_MISS, t_s=float(t), tempo_cpm=max(66.0, 150.0 - 1.2 * (t - 20))))
    assert len(coach.given) > 3


def test_a_hand_that_is_not_seen_is_not_spoken_of():
    coach = Coach(PROFILE, GUIDED)
    unseen = replace(NEAR_MISS, busy=(0.95, None), seen=(True, False), tempo_cpm=40.0)
    assert [coach.step(replace(unseen, t_s=20.0 + t)) for t in range(10)] == [None] * 10


def test_a_hand_whose_circles_are_badly_seen_is_not_called_idle():
    coach = Coach(PROFILE, GUIDED)
    blurred = replace(NEAR_MISS, busy=(0.95, 0.0), unrest_cm=(1.2, 1.1), tempo_cpm=40.0)
    assert [coach.step(replace(blurred, t_s=20.0 + t)) for t in range(10)] == [None] * 10
    idle = replace(blurred, unrest_cm=(1.2, 0.2))
    told = [cue for t in range(10) if (cue := coach.step(replace(idle, t_s=40.0 + t))) is not None]
    assert [cue.id for cue in told] == ["both_hands"]


@pytest.mark.parametrize(("now", "told"), [
    ({"regularity": (0.4, 0.6)}, True),
    ({"regularity": (0.4, 0.85)}, False),  # one hand's misreadings are no uneven rhythm
    ({"regularity": (0.6, None)}, True),  # and the other hand circles without a rhythm to be found
    ({"regularity": (0.7, None)}, False),
    ({"regularity": (0.6, None), "busy": (0.9, 0.1)}, False),  # the other one rests
    ({"regularity": (0.6, None), "busy": (0.9, None)}, False),  # or was not seen
    ({"regularity": (0.8, 0.8), "cycle_cv": 0.25}, True),
    ({"regularity": (0.7, 0.7), "cycle_cv": 0.07}, False),  # interrupted, each circle as long as the next
    ({"regularity": (0.95, 0.95), "cycle_cv": 0.25}, False),  # the circles are alike: a slip of the measure
    ({"regularity": (0.4, 0.6), "tempo_cpm": 120.0}, False),  # so fast it cannot be told, and slower is due
    ({"regularity": (0.4, 0.6), "window_s": 6.0}, False),
    ({"regularity": (0.4, 0.6), "busy": (0.4, 0.3)}, True),  # uneven hands count as circling for half of the time
])  # fmt: skip
def test_an_uneven_rhythm(now: dict, told: bool):
    coach = Coach(PROFILE, QUIET)
    seen = replace(NEAR_MISS, **{"tempo_cpm": 40.0, **now})
    cues = [coach.step(replace(seen, t_s=20.0 + t)) for t in range(4)]
    assert ("steady" in {cue.id for cue in cues if cue}) == told


@pytest.mark.parametrize(
    ("regularity", "told"),
    [((0.4, None), False), ((0.4, 0.6), False), ((0.9, 0.9), True), ((None, None), True)],
)
def test_the_tempo_of_uneven_hands_is_told_beyond_the_faults_limits_only(regularity: tuple, told: bool):
    coach = Coach(PROFILE, QUIET)
    cues = [
        coach.step(replace(NEAR_MISS, t_s=t, tempo_cpm=77.0, regularity=regularity)) for t in (20.0, 21.0)
    ]
    assert ("slower" in {cue.id for cue in cues if cue}) == told


# Strokes of 10 s from u 0.02 to 0.4, returns of 1.5 s; the second stroke, and what the camera did not see.
@pytest.mark.parametrize(
    ("hidden", "ends"),
    [
        ((0.0, 0.0), (0.02, 0.40)),
        ((21.4, 23.1), (0.02, 0.40)),  # in the air: seen again at the neck
        ((19.5, 23.1), None),  # where the stroke went from u 0.32 on nobody knows
        ((10.1, 13.5), (None, 0.40)),  # nor here where it began
    ],
    ids=["seen", "back in the air", "end hidden", "beginning hidden"],
)
def test_a_pass_has_ends_where_the_hands_were_seen_to_come_and_to_turn_back(hidden, ends):
    whole = practice(seconds=27.0)
    away = (whole.t_s > hidden[0]) & (whole.t_s < hidden[1])
    motion = analyse_motion(replace(whole, u=np.where(away[:, None], np.nan, whole.u).astype(np.float32)))
    found = seen_ends(motion, next(one for one in motion.passes if one.start_i > 200))
    assert (found is None) == (ends is None)
    for got, wanted in zip(found or (), ends or (), strict=True):
        assert got == (None if wanted is None else pytest.approx(wanted, abs=0.03))


def test_where_the_first_pass_began_is_not_known():
    # The round begins in the middle of a stroke.
    late = practice(seconds=14.0)
    motion = analyse_motion(replace(late, u=np.where(late.t_s[:, None] < 5.0, np.nan, late.u)))
    assert seen_ends(motion, motion.passes[0]) == (None, pytest.approx(0.4, abs=0.03))


def test_a_pass_goes_on_where_circles_cannot_be_measured():
    # From u 0.2 on the hands only slide, as far as the camera can tell; they reach u 0.4 all the same.
    circling, sliding = practice(seconds=16.0), practice(seconds=16.0, radius=0.0)
    late = (circling.t_s % 11.5) > 5.0
    motion = analyse_motion(replace(circling, u=np.where(late[:, None], sliding.u, circling.u)))
    assert motion.passes[0].end_u < 0.3
    ends = seen_ends(motion, motion.passes[0])
    assert ends is not None
    assert ends[1] == pytest.approx(0.4, abs=0.03)


def test_a_pass_under_way_has_no_ends():
    motion = analyse_motion(practice(seconds=8.0))
    assert [seen_ends(motion, one) for one in motion.passes] == [None]


def test_every_cue_has_at_most_four_words():
    assert all(len(cue.text.split()) <= 4 for cue in CUES.values())
    assert {cue.kind for cue in CUES.values()} == set(RANKS)
    assert MODES == (GUIDED, QUIET, TEST)
