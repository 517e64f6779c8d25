"""Which cue when: a pure policy over the running measures.

One cue at a time and five seconds apart at least; safety before path before both hands before tempo before shape; a
cue that has no effect is said three times at most, then the next matter has its turn. A *guided* round is told
whatever lies outside the profile's bands, a *quiet* one only what lies outside them by more than 15 %
(domain 2.3), and a *test* round nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from coach.i18n import N_
from coach.live.running import Now
from coach.scoring.profile import Profile
from coach.scoring.rules import spread_allowed

GUIDED, QUIET, TEST = "guided", "quiet", "test"
MODES = (GUIDED, QUIET, TEST)

APART_S = 5.0
"""Least time between two cues."""
PATIENCE_S = 9.0
"""Least time between two cues about the same matter: the window of the measures has to fill again."""
MOST_WITHOUT_EFFECT = 3
_BANDWIDTH = 0.15  # of the value at the band's edge
_TOLERANCE = 0.05  # of a guided round, so that a measure on the edge does not chatter
_EASES = 0.95  # of the deviation a second ago
_LASTING = 5  # times in a row that it must be smaller; a return alone disturbs the measures for a few
_EFFECT = 0.75  # a deviation that has become this much smaller shows that the cue was heard
# Times in a row that a fault must be measured before it is spoken of. Hands that rest or return look for a while
# as if they did not circle.
_HOLDS = {"no_circles": 4}
_OF_A_PASS = ("further_down", "start_higher")  # told when a pass has ended, not in the middle of the next
_GONE = 3  # times in a row without it, after which it counts as mended
_PRAISE_APART_S = 20.0
_LEAST_WINDOW_S = 5.0
_TEMPO_WINDOW_S = 8.0
_BUSY, _IDLE = 0.6, 0.25  # share of the window in which a hand circles clearly, and clearly does not
_STILL = 0.4  # of the other hand's to and fro: idle hands show 0.1 to 0.3 of it, circling ones 0.7 and more
_ALONE = 0.1  # less alike by so much must one hand's circles be where the other's rhythm is not found (our own choice)
_CIRCLE_CM = 0.8  # to and fro of the smallest circles that are asked for, a little less than their radius
_SIZE_ERROR = 0.25  # share by which the tracker may measure circles too small, on fists above all
_LOW_BACK_U = 0.75  # about T12 to L1 (domain 1.3: not the lower back)
_TRAVEL_CM = 3.0  # against the profile's way within the window: more than the tracker wanders


@dataclass(frozen=True)
class Cue:
    """What is said.

    Attributes
    ----------
    id : str
        A key of `CUES`.
    text : str
        At most four words, English; to be translated.
    kind : str
        'safety', 'path', 'hands', 'tempo', 'shape' or 'good'.
    """

    id: str
    text: str
    kind: str


RANKS = ("safety", "path", "hands", "tempo", "shape", "good")
"""Kinds of cues, the most urgent first."""

CUES: dict[str, Cue] = {
    cue.id: cue
    for cue in (
        Cue("on_spine", N_("Keep off the spine"), "safety"),
        Cue("low_back", N_("Back up, please"), "safety"),
        Cue("no_circles", N_("Make small circles"), "path"),
        Cue("wrong_direction", N_("Massage from the top"), "path"),
        Cue("further_down", N_("Further down"), "path"),
        Cue("start_higher", N_("Start at the neck"), "path"),
        Cue("too_wide", N_("Closer to the spine"), "path"),
        Cue("too_close", N_("A little outwards"), "path"),
        Cue("both_hands", N_("Both hands together"), "hands"),
        Cue("slower", N_("A little slower"), "tempo"),
        Cue("faster", N_("A little faster"), "tempo"),
        Cue("steady", N_("Follow the beat"), "tempo"),
        Cue("smaller", N_("Smaller circles"), "shape"),
        Cue("larger", N_("Larger circles"), "shape"),
        Cue("good", N_("Good, carry on"), "good"),
    )
}


@dataclass(frozen=True)
class Given:
    """A cue that was given, and when (s since the round began)."""

    t_s: float
    id: str


@dataclass
class _Matter:
    """What is known of one fault over time."""

    present: int = 0
    absent: int = 0
    said: int = 0  # without effect
    said_s: float = -1e9
    said_excess: float = 0.0
    excess: float = 0.0
    last: deque[float] = field(default_factory=lambda: deque(maxlen=_LASTING))
    easing: bool = False  # it is being mended; the window only lags behind
    owed: bool = False  # told, and not mended yet

    def heard(self) -> bool:
        """Whether the last cue about it had an effect that lasted."""
        return self.said > 0 and max(self.last) < _EFFECT * self.said_excess


@dataclass
class Coach:
    """Decides, once a second, whether something is to be said.

    Parameters
    ----------
    profile : Profile
    mode : str
        One of `MODES`.

    Attributes
    ----------
    given : list of Given
    """

    profile: Profile
    mode: str
    given: list[Given] = field(default_factory=list)
    _matters: dict[str, _Matter] = field(default_factory=lambda: {id_: _Matter() for id_ in CUES})
    _praised_s: float = -1e9

    def step(self, now: Now) -> Cue | None:
        """The cue to give now, or None."""
        if self.mode == TEST:
            return None
        measured = dict(deviations(now, self.profile))
        mended = self._follow(measured)
        if self.given and now.t_s - self.given[-1].t_s < APART_S:
            return None
        fresh_pass = now.last_pass is not None and now.t_s - now.last_pass[2] < PATIENCE_S
        for id_ in sorted(measured, key=lambda id_: RANKS.index(CUES[id_].kind)):
            if id_ in _OF_A_PASS and not fresh_pass:
                continue
            if self._due(id_, now.t_s):
                return self._give(id_, measured[id_], now.t_s)
        quiet_now = not any(matter.present for matter in self._matters.values())
        if mended and quiet_now and now.t_s - self._praised_s >= _PRAISE_APART_S:
            self._praised_s = now.t_s
            return self._give("good", 0.0, now.t_s)
        return None

    def _allowed(self) -> float:
        return _BANDWIDTH if self.mode == QUIET else _TOLERANCE

    def _follow(self, measured: dict[str, float]) -> bool:
        """Count how long each fault has been there or not; whether one that was told is mended now.

        What could not be measured just now stays as it was.
        """
        mended = False
        for id_, excess in measured.items():
            matter = self._matters[id_]
            matter.last.append(excess)
            matter.easing, matter.excess = excess < _EASES * matter.excess, excess
            if excess > self._allowed():
                matter.present, matter.absent = matter.present + 1, 0
                continue
            matter.absent += 1
            matter.present = 0
            if matter.absent == _GONE:
                mended |= matter.owed
                matter.owed, matter.said = False, 0
        return mended and self.mode == GUIDED

    def _due(self, id_: str, t_s: float) -> bool:
        matter = self._matters[id_]
        if matter.easing or matter.present < _HOLDS.get(id_, 2) or t_s - matter.said_s < PATIENCE_S:
            return False
        return matter.heard() or matter.said < MOST_WITHOUT_EFFECT

    def _give(self, id_: str, excess: float, t_s: float) -> Cue:
        matter = self._matters[id_]
        matter.said = 1 if matter.heard() else matter.said + 1
        matter.said_s, matter.said_excess, matter.owed = t_s, excess, id_ != "good"
        self.given.append(Given(round(t_s, 2), id_))
        return CUES[id_]


def deviations(now: Now, profile: Profile) -> Iterator[tuple[str, float]]:
    """Every fault that could be measured now, as (cue, deviation).

    0 is none, 0.15 is 15 % beyond the edge of the profile's band, and 1 stands for a fault that is there or not.
    """
    if now.window_s < _LEAST_WINDOW_S:
        return
    if now.level_u is not None:
        yield "low_back", float(now.level_u > max(_LOW_BACK_U, profile.path.end_u + 0.2))
    yield from _hands(now)
    if any((share or 0.0) > _IDLE for share in now.busy):
        yield from _pass(now, profile)
        yield from _place(now, profile)
        yield from _evenness(now, profile)
    if any((share or 0.0) > _BUSY for share in now.busy):
        yield from _tempo(now, profile)
        yield from _shape(now, profile)


def _pass(now: Now, profile: Profile) -> Iterator[tuple[str, float]]:
    if now.last_pass is None:
        return
    upper, lower, _ = now.last_pass
    short = lower is not None and profile.path.end_u - lower > profile.faults.early_end_u
    if lower is not None:
        yield "further_down", float(short)
    if upper is not None:
        yield "start_higher", float(not short and upper - profile.path.start_u > profile.faults.late_start_u)


def _hands(now: Now) -> Iterator[tuple[str, float]]:
    left, right = now.busy
    left_cm, right_cm = now.unrest_cm
    if left is None or right is None or left_cm is None or right_cm is None:
        return  # a hand that was not seen is not spoken of
    # A hand that moves about as the other does is circling, however badly its circles are seen.
    less, more = sorted(((left, left_cm), (right, right_cm)))
    still = less[1] < _STILL * more[1]
    yield "both_hands", float(more[0] > _BUSY and less[0] < _IDLE and still)
    yield "no_circles", float(more[0] < _IDLE and max(left_cm, right_cm) < _CIRCLE_CM)


def _place(now: Now, profile: Profile) -> Iterator[tuple[str, float]]:
    against = -now.travel_cm if profile.path.direction == "down" else now.travel_cm
    yield "wrong_direction", float(against > _TRAVEL_CM)
    offset, on_spine = _offset_cm(now), _on_spine(now, profile)
    if offset is None or on_spine is None:
        return
    yield "on_spine", float(on_spine)
    if not on_spine:
        band = profile.criteria["offset"].band
        yield from _beyond(offset, band.a, band.b, "too_close", "too_wide")


def _offset_cm(now: Now) -> float | None:
    left, right = now.offset_cm
    return None if left is None or right is None else (left + right) / 2


def _on_spine(now: Now, profile: Profile) -> bool | None:
    offset, limits = _offset_cm(now), profile.faults
    if offset is None or now.spine_share is None:
        return None
    return now.spine_share > limits.on_spine_share or offset < limits.on_spine_cm


def _tempo(now: Now, profile: Profile) -> Iterator[tuple[str, float]]:
    if now.window_s < _TEMPO_WINDOW_S or now.tempo_cpm is None:
        return
    band, limits = profile.criteria["tempo"].band, profile.faults
    low, high = band.a, band.b
    if _unlike(now, profile, hands=1):  # the tempo of uneven circles is measured badly
        low, high = min(low, limits.too_slow_cpm), max(high, limits.too_fast_cpm)
    yield from _beyond(now.tempo_cpm, low, high, "faster", "slower")


def _evenness(now: Now, profile: Profile) -> Iterator[tuple[str, float]]:
    """An uneven rhythm: by the report's rule once there are turns enough, before that by circles that are not alike.

    Circles interrupted are not alike either, which is why the rule has the last word.
    Of very fast and very slow circles neither can be told, and their tempo is the first thing to mend; nor of the small
    ones that there is room for on the spine, which the tracker's noise makes uneven.
    """
    limits = profile.faults
    if now.window_s < _TEMPO_WINDOW_S or now.tempo_cpm is None or _on_spine(now, profile):
        return
    if not limits.too_slow_cpm <= now.tempo_cpm <= limits.too_fast_cpm:
        return
    known = [x for x in now.regularity if x is not None]
    if now.cycle_cv is not None and known:
        yield "steady", float(now.cycle_cv > spread_allowed(sum(known) / len(known), profile))
    elif len(known) == 2:
        yield "steady", float(_unlike(now, profile, hands=2))
    elif known and all((share or 0.0) > _IDLE for share in now.busy):
        # The other hand circles as well, but so that there is no rhythm to be found in it.
        yield "steady", float(known[0] < limits.uneven_regularity - _ALONE)


def _unlike(now: Now, profile: Profile, hands: int) -> bool:
    """Whether no hand's circles are alike, of at least so many hands that are known.

    Misreadings make one hand look uneven, an uneven rhythm both.
    """
    known = [x for x in now.regularity if x is not None]
    return len(known) >= hands and max(known) < profile.faults.uneven_regularity


def _shape(now: Now, profile: Profile) -> Iterator[tuple[str, float]]:
    if _on_spine(now, profile):  # there is no room for larger ones before the hands have moved
        return
    known = [x for x in now.diameter_cm if x is not None]
    if known:
        band = profile.criteria["circles"].band
        for id_, excess in _beyond(sum(known) / len(known), band.a, band.b, "larger", "smaller"):
            yield id_, max(0.0, excess - _SIZE_ERROR)


def _beyond(value: float, low: float, high: float, below: str, above: str) -> Iterator[tuple[str, float]]:
    yield below, max(0.0, 1.0 - value / low)
    yield above, max(0.0, value / high - 1.0)
