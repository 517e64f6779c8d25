from dataclasses import replace

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from scoring_given import SOUND, nothing, one_hand, sound

from coach.motion.measures import Sync
from coach.scoring.rules import balance, find_faults, judge, offsets, reach, right_way, total
from coach.scoring.standard import STANDARD


def overall(measures, clip_s=175.0, profile=STANDARD, directions=()):
    scores = judge(measures, profile, clip_s=clip_s, directions=directions)
    faults = find_faults(measures, profile, clip_s=clip_s, directions=directions)
    return total(scores, faults, measures, profile)


def faults(measures, clip_s=175.0):
    return find_faults(measures, STANDARD, clip_s=clip_s)


def test_sound_technique_has_full_marks_and_no_fault():
    assert overall(SOUND) == pytest.approx(100)
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        (sound(tempo_cpm=(112.0, 110.0)), ["too_fast"]),
        (sound(tempo_cpm=(14.0, 14.5)), ["too_slow"]),
        (sound(cycle_cv=(0.4, 0.3), regularity=(0.8, 0.8)), ["irregular"]),
        (sound(cycle_cv=(0.4, 0.3), regularity=(None, None)), ["irregular"]),
        (sound(cycle_cv=(0.4, 0.3), regularity=(0.95, 0.95)), []),
        (sound(cycle_cv=(0.15, 0.15), regularity=(0.6, 0.6)), ["irregular"]),
        (sound(cycle_cv=(0.15, 0.15)), []),
        (sound(regularity=(0.6, 0.6)), []),
        (one_hand(), ["one_sided"]),
        (sound(active=(0.9, 0.3)), ["one_sided"]),
        (sound(spine_contact=0.45, lateral_offset_cm=(0.9, 1.1)), ["on_spine"]),
        (sound(spine_contact=0.1, lateral_offset_cm=(0.9, 1.1)), ["on_spine"]),
        (sound(spine_contact=0.45), ["on_spine"]),
        (sound(lateral_offset_cm=(7.0, 7.6)), ["too_wide"]),
        (sound(lateral_offset_cm=(3.0, 8.0)), ["too_wide"]),
        (sound(lateral_offset_cm=(None, 5.8)), ["too_wide"]),
        (
            sound(lateral_offset_cm=(2.9, 5.8)),
            [],
        ),  # as when the back was found 1.5 cm aside of hands at 4.35 cm
        (sound(direction="up", start_u=0.4, end_u=0.03), ["wrong_direction"]),
        (sound(end_u=0.18, coverage=0.5), ["incomplete_path"]),
        (sound(start_u=0.25), ["incomplete_path"]),
        (nothing(), ["not_circling"]),
        (sound(duration_s=80.0), ["too_short"]),
        (sound(tempo_cpm=(112.0, 110.0), lateral_offset_cm=(7.0, 7.6)), ["too_wide", "too_fast"]),
    ],
)
def test_each_fault_alone(measures, expected):
    assert faults(measures) == expected


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ((3.7, 3.7), (3.7, 3.7)),
        ((5.1, 2.3), (3.7, 3.7)),  # both at 3.7, the back found 1.4 cm to her right
        ((2.0, 6.0), (3.5, 4.5)),  # half of the difference is 2.0: 0.5 more than a back found aside explains
        ((6.0, 2.0), (4.5, 3.5)),
        ((None, 6.0), (None, 6.0)),  # one hand alone: nothing to hold it against
        ((None, None), (None, None)),
    ],
)
def test_a_back_found_aside_makes_no_difference_between_the_hands(measured, told):
    assert offsets(sound(lateral_offset_cm=measured)) == tuple(
        x if x is None else pytest.approx(x) for x in told
    )


def test_points_for_the_distance_are_not_lost_to_a_back_found_aside():
    """What was measured is still what is shown."""
    by = {c.id: c for c in judge(sound(lateral_offset_cm=(5.1, 2.3)), STANDARD, clip_s=175.0)}
    assert by["offset"].score == pytest.approx(100)
    assert by["offset"].hands == {"left": 5.1, "right": 2.3}
    assert by["offset"].value == pytest.approx(3.7)
    by = {c.id: c for c in judge(sound(lateral_offset_cm=(None, 5.25)), STANDARD, clip_s=175.0)}
    assert by["offset"].score == pytest.approx(50)  # halfway from 4 to 6.5


def test_further_down_than_asked_is_fine():
    far = sound(end_u=0.92)
    assert faults(far) == []
    assert overall(far) == pytest.approx(100)


def test_an_idle_hand_is_one_fault_also_in_a_short_clip():
    assert faults(one_hand(), clip_s=22) == ["one_sided"]


def test_a_clip_under_a_minute_is_not_judged_by_its_length():
    short = sound(duration_s=20.0)
    assert faults(short, clip_s=22) == []
    duration = next(s for s in judge(short, STANDARD, clip_s=22) if s.id == "duration")
    assert duration.value is None
    assert duration.score is None
    assert overall(short, clip_s=22) == pytest.approx(100)  # the others share its weight


def test_total_by_hand():
    # Tempo half way down its band (75: 50 points of 15), the rest full; no synchrony, no duration.
    measures = sound(tempo_cpm=(75.0, 75.0), sync=Sync(None, None, None))
    weights = 100 - 8 - 5
    assert overall(measures, clip_s=22) == pytest.approx((weights - 15 + 7.5) / weights * 100)


def test_gate_and_critical_faults_multiply():
    # Contact 0.325 is half way from 0.15 to 0.5: factor 0.7.
    assert overall(sound(spine_contact=0.325)) == pytest.approx(70)
    # Too fast: no points for tempo, 85 of 100, and a critical fault, 0.75.
    assert overall(sound(tempo_cpm=(120.0, 120.0))) == pytest.approx(85 * 0.75)


def test_no_circling_has_no_points():
    assert overall(nothing()) == 0
    assert {s.score for s in judge(nothing(), STANDARD, clip_s=175)} == {0.0}


def test_one_hand_alone_is_not_together():
    together = next(s for s in judge(one_hand(), STANDARD, clip_s=22) if s.id == "together")
    assert (together.value, together.score) == (None, 0.0)


def test_reach_by_hand():
    # The profile's stretch is 0.09 to 0.34; from 0.09 to 0.215 is half of it.
    assert reach(sound(start_u=0.0, end_u=0.215), STANDARD) == pytest.approx(0.5)
    assert reach(sound(start_u=0.8, end_u=0.9), STANDARD) == 0
    assert reach(sound(start_u=None), STANDARD) is None


def test_balance_and_direction_by_hand():
    assert balance(sound(active=(0.8, 0.6)), STANDARD) == pytest.approx(0.75)
    assert balance(nothing(), STANDARD) is None
    assert right_way(SOUND, STANDARD, ["down", "down", "up", "down"]) == 0.75
    assert right_way(sound(direction="mixed"), STANDARD) == 0.5
    assert right_way(sound(direction=None), STANDARD) is None


def test_what_was_not_measured_is_left_out():
    none = sound(
        coverage=None,
        direction=None,
        start_u=None,
        end_u=None,
        spine_contact=None,
        circle_diameter_cm=(None, None),
        sync=Sync(None, None, None),
        duration_s=None,
    )
    assert overall(none) == pytest.approx(100)
    assert faults(none) == []


# --- One fault made worse never raises the score.

share = st.floats(0, 1)


def never_better(better, worse):
    assert overall(worse) <= overall(better) + 1e-9


@hypothesis_given(st.floats(45, 300), st.floats(0, 200))
def test_tempo_further_up(cpm, more):
    never_better(sound(tempo_cpm=(cpm, cpm)), sound(tempo_cpm=(cpm + more, cpm + more)))


@hypothesis_given(st.floats(1, 45), share)
def test_tempo_further_down(cpm, part):
    never_better(sound(tempo_cpm=(cpm, cpm)), sound(tempo_cpm=(cpm * part, cpm * part)))


@hypothesis_given(st.floats(2.75, 30), st.floats(2.75, 30), st.floats(0, 20))
def test_offset_further_out(left, right, more):
    never_better(sound(lateral_offset_cm=(left, right)), sound(lateral_offset_cm=(left + more, right)))


@hypothesis_given(st.floats(0, 2.75), st.floats(0, 2.75), share)
def test_offset_further_in(left, right, part):
    never_better(sound(lateral_offset_cm=(left, right)), sound(lateral_offset_cm=(left, right * part)))


@hypothesis_given(share, share)
def test_more_time_on_the_spine(contact, part):
    never_better(sound(spine_contact=contact * part), sound(spine_contact=contact))


@hypothesis_given(st.floats(0, 3), st.floats(0, 3))
def test_less_even(cv, more):
    never_better(sound(cycle_cv=(cv, 0.05)), sound(cycle_cv=(cv + more, 0.05)))


@hypothesis_given(share, share)
def test_less_covered(coverage, part):
    never_better(sound(coverage=coverage), sound(coverage=coverage * part))


@hypothesis_given(st.floats(0.03, 1), share)
def test_shorter_path(end, part):
    never_better(sound(end_u=end), sound(end_u=0.03 + (end - 0.03) * part))


@hypothesis_given(share, share, st.booleans())
def test_one_hand_idle_for_longer(active, part, stops):
    worse = sound(active=(0.9, active * part))
    never_better(sound(active=(0.9, active)), worse)
    if stops:  # in the end nothing of it can be measured any more
        never_better(worse, replace(one_hand(), active=sound(active=(0.9, 0.0)).active))


@hypothesis_given(share, share)
def test_less_together(plv, part):
    never_better(sound(sync=Sync(plv, 0.0, 0.0)), sound(sync=Sync(plv * part, 0.0, 0.0)))


@hypothesis_given(st.integers(0, 8), st.integers(1, 8))
def test_more_passes_the_wrong_way(ups, more):
    few, many = ["up"] * ups + ["down"] * 16, ["up"] * (ups + more) + ["down"] * (16 - more)
    assert overall(SOUND, directions=many) <= overall(SOUND, directions=few) + 1e-9


@hypothesis_given(st.floats(60, 600), share)
def test_shorter_practice(seconds, part):
    never_better(sound(duration_s=seconds), sound(duration_s=seconds * part))


@hypothesis_given(st.floats(2.8, 20), st.floats(0, 20))
def test_larger_circles(cm, more):
    never_better(sound(circle_diameter_cm=(cm, cm)), sound(circle_diameter_cm=(cm + more, cm)))
