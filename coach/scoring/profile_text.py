"""Profiles as commented TOML, so that whoever edits one reads beside each number where it comes from."""

from __future__ import annotations

import math
from string import Template

from coach.scoring.profile import Profile

_TEXT = Template("""\
# Technique profile: $form
# $origin
#
# Change the numbers freely. Each criterion gets 0 to 100 points from a band of four numbers [a0, a, b, b0]:
# full points between a and b, falling in a straight line to none at a0 and at b0. inf leaves a side open.
# "Published" below means written in descriptions of this massage; no published text states a tempo, a circle
# size or a time per pass, so those are our own choices: let your instructor decide, and note here who
# decided.

schema = 1
form = $form_text

[title]
id = $title_id
en = $title_en

[path]
# Along the spine: 0 is the neck bump (C7), 1 the lowest lumbar vertebra (L5).
# Published: from the neck, one or two fingers below the bump (up to 4 cm, u 0.09; starting higher is fine),
# down to the shoulder blades. u 0.34 is vertebra T7, the lower tip of the blade.
# Going further down is fine (some descriptions go to the waist).
start_u = $start_u
end_u = $end_u
direction = "$direction"          # published: downwards, both sides at the same time

# --- Criteria. The weights add up to 100: path 25 (offset + reach), coverage and order 20 (coverage +
# direction), both hands 20 (balance + together), tempo 15, regularity 10, circle 5, duration 5. Our own
# choice. What could not be measured is left out and the other weights share its part.

[criteria.offset]                 # distance of the circle centres from the spine, cm, mean of both hands
weight = $w_offset
# Published: one or two finger widths, about 1.5 to 4 cm. No points inside the keep-off strip of 1 cm (our
# choice).
band = $b_offset

[criteria.reach]                  # share of the stretch start_u to end_u that the passes reach
weight = $w_reach
# Our own choice: 0.85 forgives the two centimetres that a camera can be wrong along the back.
band = $b_reach

[criteria.coverage]               # share of all (side, level) parts of that stretch that were circled
weight = $w_coverage
band = $b_coverage

[criteria.direction]              # share of the passes that go the right way
weight = $w_direction
band = $b_direction

[criteria.balance]                # how long the less busy hand circles, as a share of the busier one
weight = $w_balance
band = $b_balance

[criteria.together]               # phase-locking value of the two hands, 0 to 1; needs 30 s of circling
weight = $w_together
# 0.9 and more counts as together (our own simulation); two unrelated hands reach 0.2 to 0.9 in 30 s.
# The texts ask for both sides at the same time, not for the same phase of the circle: hence the small weight.
band = $b_together

[criteria.tempo]                  # circles per minute while circling, mean of both hands
weight = $w_tempo
# Not published for this massage. Kneading: 30 to 90 a minute; slow-stroke back massage: 60. Our own choice.
band = $b_tempo

[criteria.regularity]             # spread of the time per circle (SD / mean)
weight = $w_regularity
# Our own choice: below 0.12 steady; a camera adds a few hundredths of its own.
band = $b_regularity

[criteria.circles]                # diameter of the circles, cm
weight = $w_circles
# Published: "small". The numbers are our own choice.
band = $b_circles

[criteria.duration]               # practised time, s; not rated for clips under a minute
weight = $w_duration
# Published: 2 to 3 minutes a round (some texts 3 to 5, 10 or 15 minutes in all).
band = $b_duration

[gate]
# Keep off the spine. Not a weight: the whole score is multiplied. The factor is 1 up to the share "free" of
# circling time within 1 cm of the spine, falls in a straight line, and stays at "floor" from the share "full"
# on. That one must not press on the spine itself is published for massage in general. The numbers are our own
# choice: a camera that misplaces the spine by 1 cm makes wide, sound circles look like a share of up to 0.15.
free = $g_free
full = $g_full
floor = $g_floor

[faults]
# From where on a shortfall is called a fault. All our own choice, each about midway between sound technique
# and a clear fault, so that a camera's error turns neither into the other (docs/scoring.md has the reasons).
# Circles per minute, mean of the hands that circle:
too_fast_cpm = $f_too_fast_cpm
too_slow_cpm = $f_too_slow_cpm
# Spread of the time per circle; from uneven_cv on, where circles are also unlike each other (regularity below
# uneven_regularity); never where they are alike (steady_regularity and more):
irregular_cv = $f_irregular_cv
uneven_cv = $f_uneven_cv
uneven_regularity = $f_uneven_regularity
steady_regularity = $f_steady_regularity
# The less busy hand's share of circling by the busier one's:
one_sided_ratio = $f_one_sided_ratio
# A hand that circles a smaller share of the time than this does not circle:
not_circling_share = $f_not_circling_share
# Share of circling time within 1 cm of the spine, or the mean distance of the circle centres from it:
on_spine_share = $f_on_spine_share
on_spine_cm = $f_on_spine_cm
too_wide_cm = $f_too_wide_cm
# Passes that start further than this below start_u, or end further than this above end_u, are incomplete:
late_start_u = $f_late_start_u
early_end_u = $f_early_end_u
# Published: at least 2 minutes. Told only for recordings of a minute or more:
too_short_s = $f_too_short_s
# Faults after which a round is to be repeated whatever the rest was: they multiply the score (once).
# on_spine is not among them because the gate above already stands for it.
critical = $f_critical
critical_factor = $f_critical_factor
""")


def profile_text(profile: Profile, origin: str) -> str:
    """`profile` as TOML with comments that say what is sourced and what is our own choice.

    Parameters
    ----------
    profile : Profile
    origin : str
        A sentence on where the numbers come from, written at the top.
    """
    values: dict[str, str] = {
        "form": profile.form,
        "origin": " ".join(origin.split()),
        "form_text": quoted(profile.form),
        "title_id": quoted(profile.title["id"]),
        "title_en": quoted(profile.title["en"]),
        "start_u": _number(profile.path.start_u),
        "end_u": _number(profile.path.end_u),
        "direction": profile.path.direction,
    }
    for key, criterion in profile.criteria.items():
        band = criterion.band
        values[f"w_{key}"] = _number(criterion.weight)
        values[f"b_{key}"] = f"[{', '.join(_number(x) for x in (band.a0, band.a, band.b, band.b0))}]"
    for key in ("free", "full", "floor"):
        values[f"g_{key}"] = _number(getattr(profile.gate, key))
    for key in profile.faults.__slots__:
        value = getattr(profile.faults, key)
        values[f"f_{key}"] = (
            f"[{', '.join(quoted(x) for x in value)}]" if isinstance(value, tuple) else _number(value)
        )
    return _TEXT.substitute(values)


def _number(x: float) -> str:
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    return f"{round(x, 4):g}" if abs(x) < 1e5 else repr(x)


def quoted(text: str) -> str:
    plain = "".join(c for c in text if c >= " " and c != "\x7f").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
