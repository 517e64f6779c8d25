"""Measures made by hand, for tests."""

from dataclasses import replace

from coach.motion.measures import Measures, PerHand, Sync

SOUND = Measures(
    tempo_cpm=PerHand(42.0, 43.0),
    regularity=PerHand(0.92, 0.9),
    cycle_cv=PerHand(0.06, 0.07),
    circle_diameter_cm=PerHand(2.7, 2.9),
    lateral_offset_cm=PerHand(2.8, 3.0),
    spine_contact=0.0,
    start_u=0.03,
    end_u=0.4,
    coverage=0.97,
    passes=8,
    pass_s=17.0,
    direction="down",
    sync=Sync(plv=0.95, phase_deg=8.0, tempo_gap=0.01),
    active=PerHand(0.9, 0.88),
    duration_s=170.0,
)
"""Sound technique: full marks under the standard profile, no fault."""


def sound(**changes):
    """`SOUND` with some measures changed; a pair stands for both hands."""
    given = {k: PerHand(*v) if isinstance(v, tuple) else v for k, v in changes.items()}
    return replace(SOUND, **given)


def nothing():
    """What is measured of a hand pair that does not circle."""
    none = PerHand(None, None)
    return replace(
        SOUND,
        tempo_cpm=none,
        regularity=none,
        cycle_cv=none,
        circle_diameter_cm=none,
        lateral_offset_cm=none,
        spine_contact=None,
        coverage=0.0,
        sync=Sync(None, None, None),
        active=PerHand(0.0, 0.02),
    )


def one_hand():
    """The left hand rests, the right one works soundly, in a clip of half a minute and more."""
    return sound(
        tempo_cpm=(None, 43.0),
        regularity=(None, 0.9),
        cycle_cv=(None, 0.07),
        circle_diameter_cm=(None, 2.9),
        lateral_offset_cm=(None, 3.0),
        coverage=0.5,
        sync=Sync(None, None, None),
        active=(0.0, 0.88),
    )
