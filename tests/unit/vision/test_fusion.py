"""One hand over time: circles keep their size and time, outliers are passed over, lost hands are lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.vision import fusion
from coach.vision.evidence import Candidate
from coach.vision.fusion import GAP_S, HandTrack

PX_PER_CM = 4.0
STEP = 1 / 15
PLACE = np.array([300.0, 200.0])
# Wrist, thumb, then the fingers, in centimetres from the thumb tip: only the thumb's own points matter here.
SHAPE = np.random.default_rng(1).uniform(-6, 0, (21, 2)) * PX_PER_CM
SHAPE[2:5] = np.array([[-4.0, 1.0], [-2.0, 0.5], [-0.5, 0.0]]) * PX_PER_CM


def candidate(thumb: np.ndarray, confidence: float = 0.8, source: str = "fake") -> Candidate:
    return Candidate(np.array(thumb, float), confidence, 0, np.asarray(thumb) + SHAPE, source)


def born(thumb: np.ndarray = PLACE, step: float = STEP, confidence: float = 0.8) -> tuple[HandTrack, float]:
    """A track that is sure of a hand at `thumb`, and the time."""
    track, t = HandTrack(), 0.0
    for _ in range(fusion._BIRTH + round(5.0 / step)):
        track.take([candidate(thumb, confidence)], t, step, PX_PER_CM)
        t += step
    assert track.seen
    return track, t - step


def move(track: HandTrack, step_px: np.ndarray, rng: np.random.Generator | None = None) -> None:
    points, thumb_points = track.flow_points()
    steps = np.tile(np.asarray(step_px, float), (len(points), 1))
    if rng is not None:
        steps += rng.normal(0, 0.3, steps.shape)
        steps[rng.random(len(steps)) < 0.2] = np.nan
    track.carry(steps, thumb_points)


# --- circles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fps", [15, 30])
@pytest.mark.parametrize("seed", [0, 1])
def test_small_fast_circles_are_neither_flattened_nor_delayed(fps: int, seed: int) -> None:
    # 2 cm across, twice a second; candidates wrong by 6 mm each way and missing in a quarter of the frames.
    rng = np.random.default_rng(seed)
    t = np.arange(0, 12, 1 / fps)
    turn = np.exp(2j * np.pi * 2.0 * t)
    true = PLACE + PX_PER_CM * np.stack([turn.real, turn.imag], 1)
    track, seen = HandTrack(), np.full(len(t), np.nan + 0j)
    for k in range(len(t)):
        if track.thumb_px is not None:
            move(track, true[k] - true[k - 1], rng)
        missing = k > 10 and rng.random() < 0.25
        found = [] if missing else [candidate(true[k] + rng.normal(0, 0.6 * PX_PER_CM, 2)) for _ in range(2)]
        track.take(found, t[k], 1 / fps, PX_PER_CM)
        if track.seen and track.thumb_px is not None:
            seen[k] = complex(*(track.thumb_px - PLACE)) / PX_PER_CM
    late = t >= 2.0
    assert np.isfinite(seen[late]).all()
    response = np.mean(seen[late] * np.conj(turn[late]))
    assert 0.90 < abs(response) < 1.10
    lag_s = -np.angle(response) / (2 * np.pi * 2.0)
    assert abs(lag_s) < 1 / fps
    assert np.sqrt(np.mean(np.abs(seen[late] - turn[late]) ** 2)) < 0.6  # closer than the candidates are


def test_without_flow_candidates_alone_lead_the_thumb() -> None:
    track, t = born()
    goal = PLACE + np.array([1.0, -0.5]) * PX_PER_CM
    for k in range(1, 20):
        track.take([candidate(goal)], t + k * STEP, STEP, PX_PER_CM)
    assert track.thumb_px == pytest.approx(goal, abs=0.3)


def test_without_candidates_the_flow_alone_carries_the_thumb() -> None:
    track, t = born()
    start = np.array(track.thumb_px)
    for k in range(1, 4):
        move(track, [3.0, 2.0])
        track.take([], t + k * STEP, STEP, PX_PER_CM)
    assert track.thumb_px == pytest.approx(start + np.array([9.0, 6.0]))


def test_the_thumb_moves_with_its_own_points_and_the_hand_with_its_own() -> None:
    track, _ = born()
    thumb, hand = np.array(track.thumb_px), np.array(track.hand_px)
    points, thumb_points = track.flow_points()
    steps = np.zeros((len(points), 2))
    steps[:thumb_points] = [5.0, 0.0]
    steps[thumb_points:] = [0.0, 2.0]
    steps[0] = np.nan
    track.carry(steps, thumb_points)
    assert track.thumb_px == pytest.approx(thumb + np.array([5.0, 0.0]))
    assert track.hand_px == pytest.approx(hand + np.array([0.0, 2.0]))
    # One point gone astray is outvoted; with every point lost nothing moves.
    steps = np.zeros((len(points), 2))
    steps[1] = [80.0, 80.0]
    track.carry(steps, thumb_points)
    track.carry(np.full((len(points), 2), np.nan), thumb_points)
    assert track.thumb_px == pytest.approx(thumb + np.array([5.0, 0.0]))


# --- outliers and jumps ---------------------------------------------------------------------------


def test_an_outlier_beside_candidates_that_agree_is_ignored() -> None:
    track, t = born()
    far = PLACE + np.array([10.0, 0.0]) * PX_PER_CM
    for k in range(1, 30):
        found = [candidate(PLACE, 0.6), candidate(far, 0.95), candidate(PLACE + np.array([1.0, 0.0]), 0.6)]
        track.take(found, t + k * STEP, STEP, PX_PER_CM)
    assert np.linalg.norm(track.thumb_px - PLACE) < 1.5


def test_a_lone_outlier_now_and_then_is_ignored() -> None:
    track, t = born(confidence=0.95)
    rng = np.random.default_rng(3)
    for k in range(1, 60):
        far = PLACE + 8.0 * PX_PER_CM * np.array([np.cos(k), np.sin(k)])
        place = far if k % 3 == 0 else PLACE + rng.normal(0, 1.0, 2)
        track.take([candidate(place, 0.9)], t + k * STEP, STEP, PX_PER_CM)
        assert np.linalg.norm(track.thumb_px - PLACE) < 0.7 * PX_PER_CM
    assert track.seen


@pytest.mark.parametrize("step", [1 / 15, 1 / 30])
@pytest.mark.parametrize("jump_cm", [fusion._GATE_CM + 1.0, 11.0])
@pytest.mark.parametrize("confidence", [0.4, 0.7])
def test_a_lasting_jump_is_followed_after_its_time_and_not_before(
    step: float, jump_cm: float, confidence: float
) -> None:
    # Either the repeated candidate is believed, the sooner the surer, or the hand is lost there and born anew here.
    track, t = born(step=step)
    there = PLACE + np.array([0.0, jump_cm]) * PX_PER_CM
    moved_at = None
    for k in range(1, round(2.0 / step)):
        track.take([candidate(there, confidence)], t + k * step, step, PX_PER_CM)
        if moved_at is None and track.seen and np.linalg.norm(track.thumb_px - there) < 2.0:
            moved_at = k * step
        elif moved_at is None and track.seen:
            assert track.thumb_px == pytest.approx(PLACE, abs=0.5)
    assert moved_at is not None
    trust = fusion._TRUST_S * (1.0 - confidence)
    earliest, latest = min(trust, GAP_S), max(trust, GAP_S)
    assert earliest - 1e-9 <= moved_at <= latest + (fusion._BIRTH + 1) * step + 1e-9
    assert track.thumb_px == pytest.approx(there, abs=0.5)


@pytest.mark.parametrize("jump_cm", [fusion._GATE_CM + 1.0, 11.0])
def test_a_sure_jump_is_followed_at_its_second_or_third_sight(jump_cm: float) -> None:
    track, t = born(confidence=0.95)
    there = PLACE + np.array([0.0, jump_cm]) * PX_PER_CM
    track.take([candidate(there, 0.95)], t + STEP, STEP, PX_PER_CM)
    assert track.thumb_px == pytest.approx(PLACE, abs=0.5)
    for k in (2, 3):
        track.take([candidate(there, 0.95)], t + k * STEP, STEP, PX_PER_CM)
    assert track.thumb_px == pytest.approx(there, abs=0.5)


def test_where_the_flow_lost_the_thumb_a_sure_candidate_leads() -> None:
    """A thumb that moves fast while nothing follows it but sure candidates, 2 cm a frame."""
    track, t = born(confidence=0.95)
    for k in range(1, 8):
        there = PLACE + np.array([2.0 * k, 0.0]) * PX_PER_CM
        track.take([candidate(there, 0.95)], t + k * STEP, STEP, PX_PER_CM)
        assert np.linalg.norm(track.thumb_px - there) < 1.0 * PX_PER_CM


# --- birth and loss -------------------------------------------------------------------------------


def test_a_hand_is_believed_only_after_several_sightings() -> None:
    assert fusion._BIRTH >= 2
    track = HandTrack()
    for k in range(fusion._BIRTH):
        assert not track.seen
        track.take([candidate(PLACE)], k * STEP, STEP, PX_PER_CM)
    assert track.seen


def test_a_single_sighting_leaves_nothing_behind() -> None:
    track = HandTrack()
    track.take([candidate(PLACE)], 0.0, STEP, PX_PER_CM)
    track.take([], 10 * GAP_S, STEP, PX_PER_CM)
    assert track.thumb_px is None
    assert not track.seen


def test_a_candidate_without_a_hand_starts_nothing() -> None:
    track = HandTrack()
    track.take([Candidate(PLACE, 0.9, 0, None, "fake")], 0.0, STEP, PX_PER_CM)
    assert track.thumb_px is None


@pytest.mark.parametrize("step", [1 / 15, 1 / 60])
def test_a_hand_unconfirmed_for_longer_than_the_gap_is_forgotten(step: float) -> None:
    track, t = born(step=step)
    sure = track.confidence
    last_seen = 0.0
    for k in range(1, round(3 * GAP_S / step)):
        track.take([], t + k * step, step, PX_PER_CM)
        if track.seen:
            last_seen = k * step
            assert track.confidence < sure
            sure = track.confidence
    assert GAP_S - step - 1e-9 <= last_seen <= GAP_S + 1e-9
    assert track.thumb_px is None
    assert track.confidence == 0.0


def test_a_hand_found_again_in_time_is_still_the_same() -> None:
    track, t = born()
    steps = int(GAP_S / STEP) - 1
    for k in range(1, steps):
        track.take([], t + k * STEP, STEP, PX_PER_CM)
    track.take([candidate(PLACE + np.array([2.0, 0.0]))], t + steps * STEP, STEP, PX_PER_CM)
    assert track.seen
    assert np.linalg.norm(track.thumb_px - PLACE) < 3.0


def test_confidence_and_standing_stay_within_0_and_1_and_grow_with_sure_candidates() -> None:
    sure, doubtful = HandTrack(), HandTrack()
    for k in range(60):
        sure.take([candidate(PLACE, 0.95)], k * STEP, STEP, PX_PER_CM)
        doubtful.take([candidate(PLACE, 0.3)], k * STEP, STEP, PX_PER_CM)
    assert 0.0 < doubtful.confidence < sure.confidence <= 1.0
    assert 0.0 < doubtful.standing < sure.standing <= 1.0


# --- several detectors ----------------------------------------------------------------------------


def confidence_in(found: list[Candidate]) -> tuple[float, float]:
    """How far right of `PLACE` the common opinion lies, cm, and its confidence."""
    track = HandTrack()
    for k in range(80):  # until the mean over time has settled
        track.take(found, k * STEP, STEP, PX_PER_CM)
    assert track.thumb_px is not None
    return float((track.thumb_px - PLACE)[0]) / PX_PER_CM, track.confidence


def said(cm: float, confidence: float, source: str) -> Candidate:
    return candidate(PLACE + np.array([cm, 0.0]) * PX_PER_CM, confidence, source)


@pytest.mark.parametrize(
    ("found", "cm", "confidence"),
    [
        ([said(0, 0.6, "a")], 0, 0.6),  # one alone is as sure as it says
        # Its two looks agree: that is one detector's opinion yet.
        ([said(0, 0.6, "a"), said(0, 0.6, "a")], 0, 0.6),
        # Its two looks contradict one another: either has half of its confidence.
        ([said(0, 0.9, "a"), said(4, 0.8, "a")], 0, 0.9 * 0.9 / 1.7),
        # 1.6 cm apart they say the same, though the place is the surer one's.
        ([said(0, 0.7, "a"), said(1.6, 0.6, "a")], 0, 0.7),
        # MediaPipe says 1.0 of hands that it misreads.
        ([said(0, 1.0, "mediapipe")], 0, 0.87),
        # Seconded it is surer: 4 · 0.87 · 0.6 against 0.13 · 0.4.
        ([said(0, 1.0, "mediapipe"), said(0, 0.6, "a")], 0, 2.088 / 2.14),
        # Two detectors agree: 4 · 0.6 · 0.7 against 0.4 · 0.3.
        ([said(0, 0.6, "a"), said(0, 0.7, "b")], 0, 1.68 / 1.80),
        # They contradict one another: 0.9 · 0.4 against 0.6 · 0.1, and 0.1 · 0.4 for neither.
        ([said(0, 0.9, "a"), said(4, 0.6, "b")], 0, 0.36 / 0.46),
    ],
)
def test_what_several_opinions_are_worth_together(found: list[Candidate], cm: float, confidence: float):
    assert confidence_in(found) == (pytest.approx(cm, abs=0.01), pytest.approx(confidence, abs=0.005))


@pytest.mark.parametrize(("sure", "stays"), [(0.3, False), (0.95, True)])
def test_a_hand_is_expected_where_it_was_as_much_as_it_is_sure(sure: float, stays: bool) -> None:
    # 5 cm on somebody sees a thumb more surely than here: 0.35 against 0.25.
    track, t = born(confidence=sure)
    for k in range(1, 15):
        track.take([said(0, 0.25, "a"), said(5, 0.35, "b")], t + k * STEP, STEP, PX_PER_CM)
    assert track.thumb_px is not None
    moved_cm = float((track.thumb_px - PLACE)[0]) / PX_PER_CM
    assert moved_cm == pytest.approx(0.0 if stays else 5.0, abs=0.5)


def test_a_new_hand_that_is_seen_is_not_given_up_for_one_seen_less_surely() -> None:
    """At first it has no standing, and everything that is said elsewhere is a rival."""
    track = HandTrack()
    found = [said(0, 0.95, "a"), said(12, 0.55, "b")]
    for k in range(20):
        track.take(found, k * STEP, STEP, PX_PER_CM)
        assert track.thumb_px == pytest.approx(PLACE)


# --- properties -----------------------------------------------------------------------------------


@given(seed=st.integers(0, 10**6), n=st.integers(1, 6), known=st.booleans(), order=st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_candidates_does_not_matter(seed: int, n: int, known: bool, order) -> None:
    rng = np.random.default_rng(seed)
    found = [
        candidate(PLACE + rng.normal(0, 1.5 * PX_PER_CM, 2), rng.uniform(0.1, 1), f"fake{k}")
        for k in range(n)
    ]
    shuffled = list(found)
    order.shuffle(shuffled)
    results = []
    for candidates in (found, shuffled):
        track, t = born() if known else (HandTrack(), 0.0)
        for k in range(1, 4):
            track.take(candidates, t + k * STEP, STEP, PX_PER_CM)
        results.append(track)
    first, second = results
    assert first.thumb_px == pytest.approx(second.thumb_px)
    assert first.hand_px == pytest.approx(second.hand_px)
    assert first.confidence == pytest.approx(second.confidence)
