"""The standard profile: the numbers that every reference starts from. docs/scoring.md gives the reasons."""

from __future__ import annotations

import math

from coach.scoring.bands import Band
from coach.scoring.profile import Criterion, Gate, Profile, Stretch, Thresholds

STANDARD = Profile(
    form="standard",
    title={"id": "Pijat oksitosin, leher sampai belikat", "en": "Oxytocin massage, neck to shoulder blades"},
    path=Stretch(start_u=0.09, end_u=0.34),
    criteria={
        "offset": Criterion(Band(1.0, 1.5, 4.0, 6.5), 15),
        "reach": Criterion(Band(0.3, 0.85, 1.0, 1.0), 10),
        "coverage": Criterion(Band(0.2, 0.8, 1.0, 1.0), 10),
        "direction": Criterion(Band(0.2, 0.8, 1.0, 1.0), 10),
        "balance": Criterion(Band(0.2, 0.75, 1.0, 1.0), 12),
        "together": Criterion(Band(0.4, 0.85, 1.0, 1.0), 8),
        "tempo": Criterion(Band(15, 30, 60, 90), 15),
        "regularity": Criterion(Band(0.0, 0.0, 0.12, 0.32), 10),
        "circles": Criterion(Band(1.0, 2.0, 4.0, 6.0), 5),
        "duration": Criterion(Band(45, 120, math.inf, math.inf), 5),
    },
    gate=Gate(free=0.15, full=0.5, floor=0.4),
    faults=Thresholds(
        too_fast_cpm=80,
        too_slow_cpm=25,
        irregular_cv=0.17,
        uneven_cv=0.12,
        uneven_regularity=0.75,
        steady_regularity=0.9,
        one_sided_ratio=0.4,
        not_circling_share=0.2,
        on_spine_share=0.3,
        on_spine_cm=1.4,
        too_wide_cm=5.7,
        late_start_u=0.12,
        early_end_u=0.07,
        too_short_s=105,
        critical=(
            "not_circling",
            "one_sided",
            "wrong_direction",
            "incomplete_path",
            "too_wide",
            "too_fast",
            "too_slow",
            "irregular",
        ),
        critical_factor=0.75,
    ),
)
