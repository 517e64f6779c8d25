import numpy as np
import pytest

from coach.scoring.compare import POINTS, PassTrack, align, compare, mean_pass, resample, spread, steps


def line(offset_cm=3.0, shift_cm=0.0, power=1.0):
    """Both hands 16 cm down, `offset_cm` beside the spine; `power` changes how the time is spent."""
    along = 16 * np.linspace(0, 1, POINTS) ** power + shift_cm
    xy = np.empty((POINTS, 2, 2))
    xy[:, :, 0] = along[:, None]
    xy[:, 0, 1], xy[:, 1, 1] = -offset_cm, offset_cm
    return xy


def track(xy, start=0.0):
    return PassTrack(start, start + 10, xy, "down")


def lay(tracks, model, **changes):
    given = {
        "name": "r",
        "back_length_cm": 45.0,
        "reference_spread": None,
        "tempo": None,
        "reference_tempo": None,
        **changes,
    }
    return compare(tracks, model, **given)


def test_a_path_against_itself_has_no_distance():
    distances, index = align(line(), line())
    assert distances.max() == 0
    assert list(index) == list(range(POINTS))


def test_distance_in_cm_by_hand():
    # Everywhere 1 cm further out, both hands: 1 cm.
    result = lay([track(line(4.0))], line(3.0))
    assert result.trajectory_distance_cm == pytest.approx(1.0)
    assert result.by_pass[0]["left_cm"] == pytest.approx(1.0)
    assert [row["distance_cm"] for row in result.along] == pytest.approx([1.0] * 10)
    # 3 cm further down (beyond what warping forgives at the ends) and 4 cm further out: 5 cm where both hold.
    result = lay([track(line(7.0, shift_cm=3.0))], line(3.0))
    assert 4.0 <= result.trajectory_distance_cm <= 5.0


def test_lingering_is_not_being_elsewhere():
    uneven = lay([track(line(power=1.2))], line()).trajectory_distance_cm
    without_warping = np.abs(line(power=1.2) - line())[:, 0, 0].mean()
    assert uneven < without_warping / 4


def test_where_along_the_spine():
    xy = line()
    xy[POINTS // 2 :, :, 1] *= 2  # the lower half 3 cm too far out
    rows = lay([track(xy)], line()).along
    assert [round(row["distance_cm"]) for row in rows] == [0] * 5 + [3] * 5
    assert rows[0]["u"] == pytest.approx(0.8 / 45, abs=1e-3)


def test_the_other_direction_is_far():
    assert lay([track(line()[::-1].copy())], line()).trajectory_distance_cm > 4


def test_a_hand_that_was_not_seen_is_left_out():
    xy = line(4.0)
    xy[:, 0] = np.nan
    result = lay([track(xy)], line(3.0))
    assert result.trajectory_distance_cm == pytest.approx(1.0)
    assert result.by_pass[0]["left_cm"] is None
    nobody = np.full((POINTS, 2, 2), np.nan)
    assert lay([track(nobody)], line()).trajectory_distance_cm is None


def test_nothing_to_compare_with():
    result = lay([], line(), tempo=44.0, reference_tempo=40.0)
    assert result.trajectory_distance_cm is None
    assert result.tempo_ratio == pytest.approx(1.1)
    assert result.to_dict()["by_pass"] == []
    assert lay([track(line())], None).trajectory_distance_cm is None


def test_spread_by_hand():
    # Two passes 1 cm either side of their mean: each 1 cm away from it.
    passes = [track(line(2.0)), track(line(4.0))]
    assert spread(passes, mean_pass(passes)) == pytest.approx(1.0)
    assert spread(passes[:1], mean_pass(passes[:1])) is None
    assert lay(passes, line(), reference_spread=0.5).spread_ratio == pytest.approx(2.0)


def test_resampling_bridges_gaps_and_drops_what_was_hardly_seen():
    t = np.arange(100) / 10
    xy = np.empty((100, 2, 2))
    xy[:, :, 0], xy[:, :, 1] = t[:, None], 3.0
    xy[40:60, 0] = np.nan  # bridged
    xy[10:, 1] = np.nan  # hardly seen
    got = resample(t, xy, "down")
    assert np.allclose(got.xy[:, 0, 0], np.linspace(0, 9.9, POINTS))
    assert np.isnan(got.xy[:, 1]).all()
    assert resample(t[:3], xy[:3], "down") is None


def test_going_on_below_the_reference_is_left_out():
    t = np.arange(200) / 10
    xy = np.empty((200, 2, 2))
    xy[:, :, 0] = (1.6 * t)[:, None]  # down to 32 cm
    xy[:, 0, 1], xy[:, 1, 1] = -3, 3
    got = resample(t, xy, "down", until_cm=16.0)
    assert got.xy[:, :, 0].max() <= 16.0
    assert got.end_s == pytest.approx(10.0)
    assert lay([got], line()).trajectory_distance_cm < 0.2


def test_mean_of_passes_leaves_out_what_one_of_them_lacks():
    a, b = line(2.0), line(4.0)
    b[:, 1] = np.nan
    mean = mean_pass([track(a), track(b)])
    assert mean[0, 0, 1] == -3
    assert mean[0, 1, 1] == 2
    assert mean_pass([]) is None


def test_steps_follow_a_pass_that_lingers():
    # The learner stays at the top for the first third, then goes down evenly; the model goes evenly all the way.
    share = np.linspace(0, 1, POINTS)
    model = np.zeros((POINTS, 2, 2))
    model[:, :, 0] = 16 * share[:, None]
    late = model.copy()
    late[:, :, 0] = 16 * np.clip((share - 1 / 3) * 1.5, 0, 1)[:, None]
    pairs = steps(PassTrack(10.0, 28.0, late, "down"), model)
    assert (np.diff(pairs, axis=0) >= 0).all()
    assert pairs[0].tolist() == [10.0, 0.0]
    assert pairs[-1].tolist() == [28.0, 1.0]
    at_middle = np.interp(22.0, pairs[:, 0], pairs[:, 1])  # two thirds of the time: half way down
    assert at_middle == pytest.approx(0.5, abs=0.1)
