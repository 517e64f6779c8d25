import re

import pytest
from scoring_given import SOUND, nothing, one_hand, sound

from coach.i18n import LANGUAGES, translator
from coach.scoring.compare import Comparison
from coach.scoring.cues import MOST_CHANGES, MOST_PRAISE, sentences
from coach.scoring.report import Report
from coach.scoring.rules import find_faults, gate_factor, judge, total
from coach.scoring.standard import STANDARD
from coach.scoring.tracked import Tracking


def report(measures, clip_s=175.0, tracking=None):
    scores = judge(measures, STANDARD, clip_s=clip_s)
    faults = find_faults(measures, STANDARD, clip_s=clip_s)
    return Report(
        source={"name": "x", "frames": 1, "duration_s": clip_s},
        tracking=tracking or Tracking(1, 1, 1, True),
        measures=measures,
        comparison=Comparison("r"),
        criteria=tuple(scores),
        faults=tuple(faults),
        overall=total(scores, faults, measures, STANDARD),
        gate=gate_factor(measures, STANDARD),
        profile=STANDARD,
        settings={},
    )


CASES = [
    SOUND,
    nothing(),
    one_hand(),
    sound(tempo_cpm=(112.4, 111.6)),
    sound(tempo_cpm=(14.0, 14.0)),
    sound(tempo_cpm=(70.0, 70.0)),
    sound(cycle_cv=(0.4, 0.3), regularity=(0.5, 0.6)),
    sound(cycle_cv=(0.2, 0.2)),
    sound(spine_contact=0.45, lateral_offset_cm=(0.9, 1.1)),
    sound(lateral_offset_cm=(7.0, 7.6)),
    sound(lateral_offset_cm=(1.2, 1.2)),
    sound(direction="up", start_u=0.4, end_u=0.03),
    sound(direction="mixed"),
    sound(end_u=0.18, coverage=0.5),
    sound(start_u=0.24),
    sound(coverage=0.5),
    sound(active=(0.9, 0.5)),
    sound(circle_diameter_cm=(1.2, 1.2)),
    sound(circle_diameter_cm=(5.5, 5.5)),
    sound(duration_s=80.0),
]


@pytest.mark.parametrize("measures", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_speaks_plainly_in_both_languages(measures, language):
    told = sentences(report(measures))
    texts = [s.text(translator(language)) for s in told]
    assert 1 <= len(texts) <= MOST_CHANGES + MOST_PRAISE
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert not re.search(r"[{}]|None|\bnan\b", text)
        assert text.endswith(".")
        # a camera sees no force, and nothing is claimed about health
        assert not re.search(r"press|tekan|force|milk|ASI\b|sembuh|heal", text)
    changed = [s for s in told if s.kind != "good"]
    assert told[: len(changed)] == changed  # what to change comes first


@pytest.mark.parametrize(
    ("measures", "english", "indonesian"),
    [
        (
            sound(tempo_cpm=(112.4, 111.6)),
            "A little slower: 112 circles per minute, aim for 30–60.",
            "Pelan sedikit: 112 lingkaran per menit, sasaran 30–60.",
        ),
        (
            sound(tempo_cpm=(14.0, 14.0)),
            "A little faster: 14 circles per minute, aim for 30–60.",
            "Lebih cepat sedikit: 14 lingkaran per menit, sasaran 30–60.",
        ),
        (
            sound(lateral_offset_cm=(3.0, 7.6)),
            "Too far from the spine: 7.6 cm. Move closer, to 1.5–4.0 cm.",
            "Terlalu jauh dari tulang belakang: 7.6 cm. Dekatkan ke 1.5–4.0 cm.",
        ),
        (
            one_hand(),
            "Use both hands: the left hand circled 0 % of the time, the right hand 88 %.",
            "Gunakan kedua tangan: tangan kiri melingkar 0 % dari waktu, tangan kanan 88 %.",
        ),
        (SOUND, "Good, carry on like this.", "Bagus, lanjutkan."),
    ],
)
def test_the_first_sentence(measures, english, indonesian):
    first = sentences(report(measures))[0]
    assert first.text() == english
    assert first.text(translator("id")) == indonesian


def test_safety_then_path_then_hands_then_tempo():
    worst = sound(
        spine_contact=0.5,
        lateral_offset_cm=(0.8, 0.9),
        direction="up",
        active=(0.9, 0.2),
        tempo_cpm=(120.0, 120.0),
        cycle_cv=(0.5, 0.5),
        regularity=(0.5, 0.6),
    )
    assert [s.criterion for s in sentences(report(worst))][:3] == ["on_spine", "direction", "balance"]


def test_a_cause_is_told_once():
    told = sentences(report(one_hand()))
    assert [s.criterion for s in told if s.kind == "change"] == ["balance"]
    told = sentences(report(sound(end_u=0.18, coverage=0.4)))
    assert [s.criterion for s in told if s.kind == "change"] == ["reach"]


def test_start_and_end_of_the_path_are_told_apart():
    assert "further down" in sentences(report(sound(end_u=0.18)))[0].text()
    assert "Start higher" in sentences(report(sound(start_u=0.24)))[0].text()


def test_what_is_praised_is_no_fault():
    for measures in CASES:
        told = sentences(report(measures))
        good = {s.criterion for s in told if s.kind == "good"}
        assert not good & {s.criterion for s in told if s.kind == "change"}


def test_not_rated_says_why_and_nothing_else():
    unseen = Tracking(0.3, 0, 0, False, "The back was seen in only {share} % of the pictures.", {"share": 30})
    told = sentences(report(SOUND, tracking=unseen))
    assert [s.text() for s in told] == ["The back was seen in only 30 % of the pictures."]
    assert told[0].kind == "note"
