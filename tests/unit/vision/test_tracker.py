"""The tracker on a flat back, with detectors that say what each test wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from coach.motion.recording import LEFT, RIGHT, Observation
from coach.vision import fusion
from coach.vision.back import Back
from coach.vision.evidence import Candidate, Proposal, Scene, SpineEnds
from coach.vision.hands import INDEX_MCP, PINKY_MCP, WRIST
from coach.vision.sources import Frame
from coach.vision.torso import U_GRID, V_GRID
from coach.vision.tracker import Tracker

SIZE, LENGTH, PX_PER_CM, FPS = (640, 480), 45.0, 4.0, 15
C7 = np.array([320.0, 140.0])
# A hand's points in centimetres from its thumb tip, the left one's; the palm lies outwards and below.
LEFT_HAND = np.random.default_rng(4).uniform(-1.0, 1.0, (21, 2)) + np.array([-6.0, 2.0])
LEFT_HAND[2:5] = [[-4.0, 1.5], [-2.0, 0.8], [-0.3, 0.0]]


def flat_back(confidence: float = 0.9) -> Back:
    """A plane seen straight on: u down the picture, v to its right."""
    u, v = np.meshgrid(U_GRID, V_GRID, indexing="ij")
    skin = C7 + LENGTH * PX_PER_CM * np.stack([v, u], -1)
    corners = C7 + PX_PER_CM * np.array([[-15.0, 5.0], [15.0, 5.0], [12.0, 50.0], [-12.0, 50.0]])
    return Back(skin, np.zeros_like(skin), corners, LENGTH, confidence)


def px(u: float, v_cm: float) -> np.ndarray:
    return C7 + PX_PER_CM * np.array([v_cm, u * LENGTH])


def hand(side: int, u: float, v_cm: float, confidence: float = 0.9) -> Candidate:
    outwards = np.array([1.0 if side == LEFT else -1.0, 1.0])
    thumb = px(u, v_cm)
    return Candidate(thumb, confidence, side, thumb + PX_PER_CM * LEFT_HAND * outwards, "fake")


Says = Callable[[int], list[Candidate]]


class FakeDetector:
    """Says what it was told for each frame, and keeps what it was asked."""

    def __init__(self, says: Says, ends: SpineEnds | None = None) -> None:
        self.says, self.scenes, self.ends = says, [], ends

    def propose(self, image: np.ndarray, scene: Scene) -> Proposal:
        self.scenes.append(scene)
        return Proposal(tuple(self.says(len(self.scenes) - 1)), self.ends)


def texture() -> np.ndarray:
    noise = np.random.default_rng(8).normal(size=(2, SIZE[1], SIZE[0]))
    fields = [gaussian_filter(n, sigma) for n, sigma in zip(noise, (2.0, 7.0), strict=True)]
    field = sum(f / f.std() for f in fields)
    return np.repeat(np.clip(128 + 35 * field, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


SKIN = texture()


def watch(
    says: Says,
    n: int,
    back: Back | None = None,
    picture: Callable[[int], np.ndarray] = lambda k: SKIN,
) -> list[Observation]:
    back = flat_back() if back is None else back
    tracker = Tracker(back, Frame(0.0, picture(0)), [FakeDetector(says)])
    return [tracker.observe(Frame(k / FPS, picture(k))) for k in range(n)]


def both(k: int) -> list[Candidate]:
    return [hand(LEFT, 0.3, -4.0), hand(RIGHT, 0.35, 4.0)]


# --- what is written down -------------------------------------------------------------------------


def test_hands_are_written_in_back_coordinates_and_pixels() -> None:
    seen = watch(both, 20)[-1]
    assert seen.t_s == pytest.approx(19 / FPS)
    assert seen.u == pytest.approx([0.3, 0.35], abs=0.005)
    assert seen.v_cm == pytest.approx([-4.0, 4.0], abs=0.15)
    assert seen.thumb_px == pytest.approx(np.array([px(0.3, -4.0), px(0.35, 4.0)]), abs=0.5)
    assert seen.c7_px == pytest.approx(C7, abs=0.5)
    assert seen.l5_px == pytest.approx(px(1.0, 0.0), abs=0.5)
    assert (seen.confidence > 0.5).all()
    assert seen.back_confidence > 0.5


def test_circles_painted_on_the_skin_come_back_as_they_are() -> None:
    # Two patches of skin of another texture go round at 1.5 Hz, 2 cm across; the detector errs by 5 mm each way.
    rng = np.random.default_rng(5)
    patches = [np.roll(SKIN, (97, 211), (0, 1))[:90, :150], np.roll(SKIN, (211, 97), (0, 1))[:90, :150]]
    turn = np.exp(2j * np.pi * 1.5 * np.arange(90) / FPS)

    def place(side: int, k: int) -> tuple[float, float]:
        middle = -4.0 if side == LEFT else 4.0
        return 0.4 + turn[k].imag / LENGTH, middle + (turn[k].real if side == LEFT else -turn[k].real)

    def picture(k: int) -> np.ndarray:
        image = SKIN.copy()
        for side in (LEFT, RIGHT):
            # Whole pixels: the patch must move as the hand does, within half a pixel of an eighth of a centimetre.
            x, y = np.round(px(*place(side, k))).astype(int)
            left = x - 140 if side == LEFT else x - 10
            image[y - 30 : y + 60, left : left + 150] = patches[side]
        return image

    def says(k: int) -> list[Candidate]:
        found = []
        for side in (LEFT, RIGHT):
            u, v = place(side, k)
            found.append(hand(side, u + rng.normal(0, 0.5 / LENGTH), v + rng.normal(0, 0.5)))
        return found

    seen = watch(says, len(turn), picture=picture)[30:]
    for side in (LEFT, RIGHT):
        z = np.array([complex(s.v_cm[side], s.u[side] * LENGTH) for s in seen])
        wave = turn[30:] if side == LEFT else -np.conj(turn[30:])
        response = np.mean((z - z.mean()) * np.conj(wave))
        assert 0.88 < abs(response) < 1.12
        assert abs(np.angle(response)) / (2 * np.pi * 1.5) < 1 / FPS
        true_v, true_u = (-4.0 if side == LEFT else 4.0), 0.4 * LENGTH
        assert [z.mean().real, z.mean().imag] == pytest.approx([true_v, true_u], abs=0.4)


def test_what_is_not_seen_is_nan() -> None:
    for seen in watch(lambda k: [], 5):
        assert np.isnan(seen.u).all()
        assert np.isnan(seen.v_cm).all()
        assert np.isnan(seen.thumb_px).all()
        assert (seen.confidence == 0).all()
        assert np.isfinite(seen.c7_px).all()


def test_one_hand_is_written_and_the_other_is_nan() -> None:
    seen = watch(lambda k: [hand(RIGHT, 0.2, 3.0)], 10)[-1]
    assert np.isnan(seen.u[LEFT])
    assert np.isnan(seen.thumb_px[LEFT]).all()
    assert seen.confidence[LEFT] == 0
    assert seen.u[RIGHT] == pytest.approx(0.2, abs=0.005)


def test_a_hand_that_goes_away_is_nan_after_the_gap() -> None:
    gone = 20
    observations = watch(
        lambda k: both(k) if k < gone else both(k)[:1], gone + round(fusion.GAP_S * FPS) + 10
    )
    seen = np.array([np.isfinite(o.u) for o in observations])
    assert seen[10:, LEFT].all()
    held = np.flatnonzero(seen[:, RIGHT])[-1] - (gone - 1)  # frames after its last sighting
    # Half as sure after the gap; what is left of its confidence when that falls below a half is written down.
    sure = observations[gone - 1].confidence[RIGHT]
    until = fusion.GAP_S * np.log2(sure / 0.5)
    assert 0.5 * fusion.GAP_S < until <= fusion.GAP_S
    assert held / FPS <= until + 1e-6
    assert (held + 1) / FPS > until - 1e-6
    assert not seen[gone + held :, RIGHT].any()


def test_a_back_that_is_not_sure_gives_no_back_coordinates(monkeypatch: pytest.MonkeyPatch) -> None:
    tracker = Tracker(flat_back(), Frame(0.0, SKIN), [FakeDetector(both)])
    for k in range(8):
        seen = tracker.observe(Frame(k / FPS, SKIN))
    assert np.isfinite(seen.u).all()
    monkeypatch.setattr(tracker._follower, "update", lambda *_: replace(flat_back(), confidence=0.05))
    seen = tracker.observe(Frame(8 / FPS, SKIN))
    assert np.isnan(seen.u).all()
    assert np.isnan(seen.v_cm).all()
    assert np.isfinite(seen.thumb_px).all()  # where the thumbs are in the picture is known all the same
    assert seen.back_confidence == pytest.approx(0.05)


# --- what is not believed -------------------------------------------------------------------------


@pytest.mark.parametrize(("u", "v_cm"), [(0.4, -34.0), (0.4, 34.0), (-0.8, 2.0), (1.6, -2.0)])
def test_a_hand_off_the_back_is_ignored(u: float, v_cm: float) -> None:
    for side in (LEFT, RIGHT):
        assert all(np.isnan(o.thumb_px).all() for o in watch(lambda k, side=side: [hand(side, u, v_cm)], 10))


def test_a_hand_off_the_back_does_not_draw_the_one_on_it() -> None:
    seen = watch(lambda k: [*both(k), hand(LEFT, 0.3, -34.0, 1.0)], 20)[-1]
    assert seen.v_cm[LEFT] == pytest.approx(-4.0, abs=0.15)


def test_one_hand_is_not_written_twice() -> None:
    # The same hand claimed for both sides: one of the two lets go.
    def says(k: int) -> list[Candidate]:
        true = hand(LEFT, 0.3, -4.0)
        return [true, replace(true, side=RIGHT, confidence=0.7)]

    for seen in watch(says, 40)[5:]:
        assert np.isfinite(seen.u).sum() <= 1


def test_of_two_that_are_one_the_surer_stays_from_the_first_frame_on() -> None:
    """Neither has any standing yet."""

    def says(k: int) -> list[Candidate]:
        right = hand(RIGHT, 0.3, 4.0)
        return [replace(right, side=LEFT, confidence=0.4), right]

    for seen in watch(says, 10)[3:]:
        assert np.isfinite(seen.u).tolist() == [False, True]


# --- sides ----------------------------------------------------------------------------------------


def in_order(seen: Observation) -> bool:
    return bool(np.isnan(seen.v_cm).any() or seen.v_cm[LEFT] <= seen.v_cm[RIGHT])


def test_a_hand_beyond_the_spine_is_believed_of_a_detector_that_looks_at_the_whole_back() -> None:
    """Both hands on one side: wrong, but to be measured, not overlooked."""
    across = [hand(LEFT, 0.6, -3.0), hand(RIGHT, 0.2, -13.0)]  # the right palm lies 7 cm left of the spine
    overlooked = watch(lambda k: across, 20)[-1]
    assert np.isnan(overlooked.thumb_px[RIGHT]).all()
    weighed = watch(lambda k: [replace(c, side_weighed=True) for c in across], 20)[-1]
    assert weighed.v_cm == pytest.approx([-3.0, -13.0], abs=0.3)


def test_a_reading_beyond_the_spine_is_believed_where_such_a_detector_sees_the_same() -> None:
    """A giver at her head has his right hand there: one detector is hardly sure, the other reads it well."""
    glanced = replace(hand(RIGHT, 0.2, -13.0, 0.4), side_weighed=True)
    read = hand(RIGHT, 0.2, -13.5, 0.95)
    assert np.isnan(watch(lambda k: [glanced], 20)[-1].thumb_px[RIGHT]).all()  # sure enough of neither alone
    assert np.isnan(watch(lambda k: [read], 20)[-1].thumb_px[RIGHT]).all()
    together = watch(lambda k: [glanced, read], 20)[-1]
    assert together.v_cm[RIGHT] == pytest.approx(-13.35, abs=0.3)
    assert together.confidence[RIGHT] > 0.9
    elsewhere = watch(lambda k: [replace(hand(RIGHT, 0.5, -13.0, 0.4), side_weighed=True), read], 20)[-1]
    assert np.isnan(elsewhere.thumb_px[RIGHT]).all()


def from_her_head(side: int, u: float, v_cm: float, wrist_cm: float) -> Candidate:
    """A hand whose palm lies towards her head from its thumb, and whose wrist lies so far above the palm."""
    taught = hand(side, u, v_cm)
    assert taught.hand_px is not None
    hand_px = 2 * taught.thumb_px - taught.hand_px
    hand_px[WRIST] = hand_px[[INDEX_MCP, PINKY_MCP]].mean(0) - [0.0, wrist_cm * PX_PER_CM]
    return replace(taught, hand_px=hand_px)


def test_a_giver_at_her_head_has_his_left_hand_on_her_right() -> None:
    """Read by a detector that looks at one hand alone: where the arms come from tells on which side each belongs."""
    found = [from_her_head(LEFT, 0.3, 5.0, 9.0), from_her_head(RIGHT, 0.3, -5.0, 9.0)]
    assert watch(lambda k: found, 20)[-1].v_cm == pytest.approx([5.0, -5.0], abs=0.3)
    # Arms from below: both are the other hand's mirror image.
    below = [from_her_head(LEFT, 0.3, 5.0, -9.0), from_her_head(RIGHT, 0.3, -5.0, -9.0)]
    assert np.isnan(watch(lambda k: below, 20)[-1].v_cm).all()


def test_one_hand_may_lie_beyond_the_other_for_a_detector_that_tells_them_apart() -> None:
    """The giver stands beside her."""
    reversed_ = [hand(LEFT, 0.2, 9.0), hand(RIGHT, 0.6, -2.0)]
    one_of_them = watch(lambda k: reversed_, 20)[-1]
    assert np.isnan(one_of_them.v_cm).any()
    both_of_them = watch(lambda k: [replace(c, side_weighed=True) for c in reversed_], 20)[-1]
    assert both_of_them.v_cm == pytest.approx([9.0, -2.0], abs=0.3)


def test_sides_stay_when_hands_touch_and_the_detector_mixes_them_up() -> None:
    # Thumbs come together at the spine; for four frames the detector calls the left the right and the other
    # way round; then they part again.
    mixed = range(30, 34)

    def says(k: int) -> list[Candidate]:
        v = 4.0 - 3.5 * np.sin(np.pi * np.clip((k - 15) / 30, 0, 1))
        left, right = hand(LEFT, 0.3, -v), hand(RIGHT, 0.3, v)
        if k in mixed:
            return [replace(left, side=RIGHT), replace(right, side=LEFT)]
        return [left, right]

    observations = watch(says, 75)
    assert all(in_order(o) for o in observations)
    assert observations[-1].v_cm == pytest.approx([-4.0, 4.0], abs=0.3)
    seen = np.array([np.isfinite(o.u).all() for o in observations[10:]])
    assert seen.mean() > 0.8


@pytest.mark.parametrize("seed", range(2))
def test_however_wrong_the_sides_the_left_hand_is_never_written_right_of_the_right(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def says(k: int) -> list[Candidate]:
        places = (hand(LEFT, 0.3, -4.0, rng.uniform(0.3, 1)), hand(RIGHT, 0.3, 4.0, rng.uniform(0.3, 1)))
        return [replace(c, side=int(rng.integers(2))) for c in places]

    assert all(in_order(o) for o in watch(says, 45))


# --- what detectors are told ----------------------------------------------------------------------


def test_detectors_are_told_where_to_look() -> None:
    detector = FakeDetector(lambda k: [hand(LEFT, 0.3, -4.0)])
    tracker = Tracker(flat_back(), Frame(0.0, SKIN), [detector])
    for k in range(8):
        tracker.observe(Frame(k / FPS, SKIN))
    first, last = detector.scenes[0], detector.scenes[-1]
    assert (first.number, last.number) == (0, 7)
    assert first.thumbs_px == (None, None)
    assert first.px_per_cm == pytest.approx(PX_PER_CM, rel=0.01)
    assert first.square.centre == pytest.approx(px(0.5, 0.0), abs=0.5)
    assert first.square.side > LENGTH * PX_PER_CM
    assert last.thumbs_px[LEFT] == pytest.approx(px(0.3, -4.0), abs=0.5)
    assert last.thumbs_px[RIGHT] is None
    # The missing hand is looked for where the other one's mirror image at the spine lies.
    mirrored, own = last.mirrored_px[RIGHT], last.hands_px[LEFT]
    assert last.mirrored_px[LEFT] is None
    assert mirrored is not None
    assert own is not None
    assert mirrored[:, 0] - C7[0] == pytest.approx(C7[0] - own[:, 0], abs=1.5)
    assert mirrored[:, 1] == pytest.approx(own[:, 1], abs=1.5)


def test_several_detectors_are_fused() -> None:
    one, two = (
        FakeDetector(lambda k: [hand(LEFT, 0.3, -4.0)]),
        FakeDetector(lambda k: [hand(RIGHT, 0.3, 4.0)]),
    )
    tracker = Tracker(flat_back(), Frame(0.0, SKIN), [one, two])
    for k in range(10):
        seen = tracker.observe(Frame(k / FPS, SKIN))
    assert np.isfinite(seen.u).all()


def ends_off(cm: float) -> SpineEnds:
    return SpineEnds(np.array([px(0.0, cm), px(1.0, cm)]), np.array([0.9, 0.9]))


def test_the_back_goes_to_where_its_ends_are_seen():
    detector = FakeDetector(both, ends_off(2.0))
    tracker = Tracker(flat_back(), Frame(0.0, SKIN), [detector])
    first, *_, last = [tracker.observe(Frame(k / FPS, SKIN)) for k in range(60)]
    assert first.c7_px is not None
    assert last.c7_px is not None
    shift = 0.85 * 59 / 64 * 2.0
    assert (last.c7_px - first.c7_px) / PX_PER_CM == pytest.approx([shift, 0], abs=0.1)
    # The thumbs stay where they are in the picture, side by side, so they come to lie that much farther left.
    assert last.v_cm.mean() == pytest.approx(-shift, abs=0.15)


def test_a_back_given_by_hand_stays_where_it_was_put():
    tracker = Tracker(flat_back(), Frame(0.0, SKIN), [FakeDetector(both, ends_off(2.0))], back_by_hand=True)
    first, *_, last = [tracker.observe(Frame(k / FPS, SKIN)) for k in range(60)]
    np.testing.assert_allclose(last.c7_px, first.c7_px, atol=0.3)
