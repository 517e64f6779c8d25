"""Legs, passes, and where the hands were."""

from itertools import pairwise

import numpy as np
import pytest

from coach.motion import legs, path


def zigzag(*levels, n=100):
    return np.concatenate([np.linspace(a, b, n, endpoint=False) for a, b in pairwise(levels)])


def test_legs_by_hand():
    found = legs.find_legs(zigzag(0, 20, 0, 20, 5))
    assert [(x.start, x.stop) for x in found] == [(0, 100), (100, 200), (200, 300), (300, 400)]
    assert [x.travel_cm > 0 for x in found] == [True, False, True, False]


def test_small_moves_are_one_leg():
    y = 5 + 0.8 * np.sin(np.arange(400) / 10)
    assert len(legs.find_legs(y)) == 1
    assert legs.find_legs(np.full(10, np.nan)) == []


def test_an_unseen_return_parts_two_legs():
    y = zigzag(0, 20, 0, 20)
    y[100:200] = np.nan
    found = legs.find_legs(y)
    assert [round(x.travel_cm) for x in found] == [20, -20, 20]


def test_the_turn_is_placed_exactly():
    # Down for 8 s at 2 cm/s, up in 1.5 s, with circles at 40/min; guessed half a second early.
    t = np.arange(0, 9.5, 0.05)
    y = np.where(t < 8, 2 * t, 16 - (t - 8) * 16 / 1.5) + np.where(
        t < 8, 1.3 * np.sin(2 * np.pi * 40 / 60 * t), 0
    )
    rough = [legs.Leg(0, 150, 0, 15), legs.Leg(150, 190, 15, 0)]
    refined = legs.refine_legs(rough, y, np.full(190, 40 / 60))
    assert refined[0].stop == refined[1].start == pytest.approx(160, abs=3)


def circling_passes(y, on):
    return path.find_passes(y, on, on * 0.05, 45.0)


def test_strokes_and_returns():
    y = np.concatenate([zigzag(0, 18, n=200), zigzag(18, 0, n=30), zigzag(0, 18, n=200), zigzag(18, 0, n=30)])
    on = np.zeros(len(y), bool)
    on[10:195] = on[240:425] = True
    found = circling_passes(y, on)
    assert [p.direction for p in found] == ["down", "down"]
    assert found[0].start_u == pytest.approx(0, abs=0.02)
    assert found[0].end_u == pytest.approx(0.4, abs=0.02)
    assert path.direction(found) == "down"
    # The same practice upside down goes up.
    assert path.direction(circling_passes(18 - y, on)) == "up"


def test_circling_both_ways_is_mixed():
    y = zigzag(0, 18, 0, 18, 0, n=200)
    found = circling_passes(y, np.ones(800, bool))
    assert len(found) == 4
    assert path.direction(found) == "mixed"
    assert path.direction([]) is None


def test_without_circles_the_slower_way_is_the_stroke():
    y = np.concatenate([zigzag(0, 18, n=200), zigzag(18, 0, n=30)] * 2)
    found = circling_passes(y, np.zeros(len(y), bool))
    assert path.direction(found) == "down"
    assert path.direction(circling_passes(18 - y, np.zeros(len(y), bool))) == "up"


def test_a_pass_cut_off_by_the_end_does_not_count():
    y = np.concatenate([zigzag(0, 18, n=200), zigzag(18, 0, n=30), zigzag(0, 15, n=170)])
    on = np.ones(len(y), bool)
    on[200:230] = False
    assert len(circling_passes(y, on)) == 1
    # It does when it is all there is.
    assert len(circling_passes(zigzag(0, 9, n=100), np.ones(100, bool))) == 1


def test_offset_and_contact_by_hand():
    v = np.array([[-3.0, 2.0], [-0.5, 2.5], [-3.5, 0.9], [-9.0, 9.0]])
    on = np.array([[1, 1], [1, 1], [1, 1], [0, 0]], bool)
    assert path.lateral_offset_cm(v[:, 0], on[:, 0]) == 3.0
    assert path.lateral_offset_cm(v[:, 1], on[:, 1]) == 2.0
    assert path.spine_contact(v, on) == pytest.approx(2 / 6)
    assert path.lateral_offset_cm(v[:, 0], np.zeros(4, bool)) is None
    assert path.spine_contact(v, np.zeros((4, 2), bool)) is None


def test_coverage_by_hand():
    # 10 cm are four levels, so eight bins. The right hand circles over the upper half only.
    y = np.linspace(0, 10, 100)
    centre = np.stack([-3 + 1j * y, 3 + 1j * y / 2], axis=1)
    turned = np.full((100, 2), 0.06)
    assert path.coverage(centre, np.full((100, 2), 1.0), turned, 10.0) == pytest.approx(6 / 8)
    assert path.coverage(centre, np.full((100, 2), 1.0), np.zeros((100, 2)), 10.0) == 0
    assert path.coverage(centre, np.full((100, 2), 1.0), turned, 0.0) is None


def test_common_path():
    y = np.array([[1.0, 2.0], [2.0, 3.0], [np.nan, 4.0], [np.nan, np.nan]])
    both = path.common_path(y, np.array([True, True]))
    assert both[:3] == pytest.approx([1.5, 2.5, 3.5])
    assert np.isnan(both[3])
    assert path.common_path(y, np.array([False, True]))[:3] == pytest.approx([2, 3, 4])
