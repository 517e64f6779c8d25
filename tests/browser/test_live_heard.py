"""What is heard in a live practice, and the sign that stands beside it; see `live_stage`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from live_stage import BACK, HERE, PHONE, expect, round_, setup, shown
from serving import IN_CHROMIUM, SCREEN

from coach.export.words import Words
from coach.live.coaching import CUES, MODES, TEST

pytestmark = IN_CHROMIUM


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_cue_is_spoken_and_stands_large_on_the_screen(browser, language: str):
    voices = (HERE, {"name": "Away", "lang": "en-GB", "localService": False},
              {"name": "Ben", "lang": "en-US", "localService": True})  # fmt: skip
    with shown(browser, language, voices=voices) as stage:
        stage.hang(round_())
        expect(stage.page.locator(".live[data-phase=round]")).to_be_visible()
        for cue in CUES.values():
            stage.cue(cue.id)
            text = Words(language)(cue.text)
            box = stage.part("cue")
            expect(box.locator("span")).to_have_text(text)
            voice = ("Damayanti", "id-ID") if language == "id" else ("Ben", "en-US")
            assert stage.page.evaluate("() => window.spoken.at(-1)") == [text, *voice]
            assert box.locator("path").get_attribute("d")
            for size in (SCREEN, PHONE):
                stage.page.set_viewport_size(size)
                expect(box).to_have_class("cue on")
                least = 60 if size is SCREEN else 32  # a letter of 15 mm on a laptop of 14 inches
                assert box.evaluate("b => parseFloat(getComputedStyle(b).fontSize)") >= least
                assert box.evaluate("b => b.scrollWidth <= b.clientWidth && b.scrollHeight <= b.clientHeight")
                expect(box).to_be_in_viewport(ratio=1)
        assert [tone for tone in stage.tones() if tone[0] != 880.0] == []  # no sounds beside the voice


@pytest.mark.parametrize(
    "voices",
    [(), ({**HERE, "localService": False},), ({"name": "Ben", "lang": "en-US", "localService": True},)],
    ids=["none", "far away", "of another language"],
)
def test_without_a_voice_there_are_signs_and_sounds(browser, voices):
    with shown(browser, voices=voices) as stage:
        stage.hang(setup())
        expect(stage.part("mute")).to_have_text("Tidak ada suara bahasa ini: tanda dan bunyi saja.")
        stage.part("tick").fill("0")
        stage.hang(round_())
        stage.cue("on_spine")
        expect(stage.part("cue")).to_have_class("cue on")
        assert [hz for hz, _, _ in stage.tones()] == [220.0] * 3
        stage.cue("good")
        stage.until(lambda: [round(hz) for hz, _, _ in stage.tones()][3:] == [523, 659])
        assert stage.page.evaluate("() => window.spoken") == []


def test_with_a_voice_nothing_is_said_to_be_missing(browser):
    with shown(browser) as stage:
        stage.hang(setup())
        expect(stage.page.locator("li")).to_have_count(6)
        expect(stage.part("mute")).to_have_text("")


@pytest.mark.parametrize("mode", MODES)
def test_the_beat_ticks_at_the_reference_s_tempo_with_its_own_volume_but_not_in_a_test(browser, mode: str):
    with shown(browser, mode=mode) as stage:
        stage.hang(setup())
        expect(stage.page.locator("li")).to_have_count(6)
        beat = stage.part("beat")
        if mode == TEST:
            expect(beat).to_be_hidden()
            stage.hang(round_())
            expect(stage.page.locator(".live[data-phase=round]")).to_be_visible()
            stage.page.wait_for_timeout(2_500)
            assert stage.tones() == []
            return
        stage.part("tick").fill("80")  # heard while it is chosen
        assert [tone[::2] for tone in stage.tones()] == [[880.0, pytest.approx(0.4)]]
        stage.hang(round_())
        stage.until(lambda: len(stage.tones()) >= 4)
        ticks = stage.tones()[1:]
        assert {hz for hz, _, _ in ticks} == {880.0}
        for (_, one, _), (_, next_, volume) in pairwise(ticks):
            assert next_ - one == pytest.approx(60 / BACK["tempo_cpm"])
            assert volume == pytest.approx(0.4)
        stage.part("tick").fill("0")
        stage.page.wait_for_timeout(300)
        before = len(stage.tones())
        stage.page.wait_for_timeout(2_500)
        assert len(stage.tones()) == before
