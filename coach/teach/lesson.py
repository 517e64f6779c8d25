"""The lesson: one idea a screen, in the order in which it is taught.

The wording follows Depkes 2007 as quoted in Indonesian teaching texts and the collection of cautions in the
project's domain notes; where no published text gives a number, the sentence says so. A midwife's own rules come
first, and the lesson says that, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coach.i18n import N_

Kind = Literal["welcome", "text", "list", "movement", "rhythm", "quiz", "handout"]
View = Literal["behind", "diagonal"]


@dataclass(frozen=True)
class Figure:
    """How the movement is shown beside a screen's sentences; the visitor can change all of it.

    Attributes
    ----------
    view : str
        'behind' or 'diagonal'.
    speed : float
        1 is the reference's own tempo.
    hand : str
        The one that is highlighted: 'left', 'right' or 'both'.
    near : bool
        Close up on the stretch that is massaged.
    marks : tuple of str
        What is pointed out: 'start' and 'end' of the stretch, the 'spine' to keep off, the two 'strips', the
        'way' down and back.
    """

    view: View = "behind"
    speed: float = 1.0
    hand: Literal["left", "right", "both"] = "both"
    near: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Screen:
    """One idea.

    Attributes
    ----------
    id : str
    title : str
        Marked text.
    sentences : tuple of str
        Marked texts; they are shown, and read aloud one by one. ``{low}``, ``{high}`` and ``{own}`` stand for
        the tempo of the reference, in circles a minute.
    kind : str
    figure : Figure or None
    """

    id: str
    title: str
    sentences: tuple[str, ...]
    kind: Kind = "text"
    figure: Figure | None = None


HANDS_OF_FORM = {
    "fists": (
        N_("Make two fists with the thumbs pointing forward."),
        N_("The thumbs do the work; the fists guide them."),
        N_("Oil on both palms lets the hands glide."),
    ),
    "both-thumbs": (
        N_("Keep the hands open. Both thumbs do the work."),
        N_("The fingers rest loosely beside them."),
        N_("Oil on both palms lets the hands glide."),
    ),
}
"""The sentences on the hands, by form; published are both, and instructors differ."""

SCREENS: tuple[Screen, ...] = (
    Screen(
        "welcome",
        N_("Learn the massage"),
        (
            N_(
                "In about ten minutes: what the oxytocin massage is, when not to do it, and how the hands move."
            ),
            N_("No camera is needed, and nothing you do here is kept."),
        ),
        "welcome",
        Figure(),
    ),
    Screen(
        "what",
        N_("What it is"),
        (
            N_("The oxytocin massage is a massage of the back with small circles."),
            N_("It goes down on both sides of the spine, from the neck to the shoulder blades."),
            N_("A husband or someone of the family can give it. She sits and leans forward."),
            N_("Oxytocin helps milk come out. It does not change how much milk is made."),
        ),
        figure=Figure(marks=("strips",)),
    ),
    Screen(
        "not",
        N_("What it is not"),
        (
            N_("It is no treatment, and it does not replace the midwife's check-ups."),
            N_("It does not promise more milk."),
            N_("It is never a massage of the breasts, the belly or the lower back."),
            N_("More pain is not better. She says what is comfortable."),
        ),
        "list",
    ),
    Screen(
        "when_not",
        N_("When not to massage"),
        (
            N_("With any one of these: do not massage, ask the midwife."),
            N_("Bleeding, or leaking fluid"),
            N_("Cramps or pain in the pelvis"),
            N_("Fever or an infection"),
            N_("Suspected pre-eclampsia, or a high-risk pregnancy"),
            N_("One leg that is hot and swollen"),
            N_("The baby moves less than usual"),
            N_("Wounds, burns or irritated skin on the back"),
            N_("An injury or operation of the back, or pain where an anaesthetic was injected"),
        ),
        "list",
    ),
    Screen(
        "first_ask",
        N_("First ask, then massage"),
        (
            N_("A midwife is there or has agreed. Her own rules come before everything said here."),
            N_("Before 37 weeks: only a light demonstration, or practise with somebody who is not pregnant."),
            N_("Ask her whether she wants it. She can stop at any time, without a reason."),
        ),
        "list",
    ),
    Screen(
        "ready",
        N_("Get ready"),
        (
            N_("A clean, quiet place. Keep her private with a screen or a towel."),
            N_("Wash your hands and rub oil on both palms."),
            N_(
                "She leans forward and rests her arms and head on a table. A thin top or a towel is fine for practice."
            ),
            N_("You sit behind her, so that both hands reach her back."),
        ),
        "list",
    ),
    Screen(
        "hands",
        N_("The hands"),
        (),
        "movement",
        Figure(speed=0.5, near=True),
    ),
    Screen(
        "place",
        N_("Where to begin"),
        (
            N_("Find the bump at the base of the neck. Begin just below it."),
            N_("Put the thumbs one or two finger widths beside the spine, one on each side."),
            N_("Never press on the spine itself."),
        ),
        "movement",
        Figure(speed=0.5, near=True, marks=("start", "spine", "strips")),
    ),
    Screen(
        "circles",
        N_("Small circles"),
        (
            N_("The thumb makes small circles, about as wide as two fingers."),
            N_("Here it is slow. Look at the right hand alone first."),
            N_("Which way round is left to you or your instructor; keep to one."),
        ),
        "movement",
        Figure(speed=0.25, hand="right", near=True, marks=("spine",)),
    ),
    Screen(
        "down",
        N_("Down to the shoulder blades"),
        (
            N_("Circle by circle, move slowly down to the lower tip of the shoulder blades."),
            N_("Leave no part out."),
            N_("Then glide lightly back up to the neck and begin again."),
        ),
        "movement",
        Figure(marks=("start", "end", "way")),
    ),
    Screen(
        "together",
        N_("Both hands together"),
        (
            N_("Both hands work at the same time, at the same height."),
            N_("Neither hand rests while the other one works."),
            N_("Seen from the side you can check whether both go down together."),
        ),
        "movement",
        Figure(view="diagonal", speed=0.5, marks=("spine",)),
    ),
    Screen(
        "rhythm",
        N_("The rhythm"),
        (
            N_("Calm and even. This reference makes about {own} circles a minute."),
            N_("We found no published text that gives a tempo: your instructor decides."),
            N_("Tap once for every circle."),
        ),
        "rhythm",
    ),
    Screen(
        "round",
        N_("One round"),
        (
            N_("One round takes two to three minutes. Three rounds are usual."),
            N_("Ask in between: is it comfortable, does it hurt? If it hurts: gentler, or stop."),
            N_("Afterwards clean her back with a warm cloth, help her dress, and thank her."),
        ),
        "movement",
        Figure(view="diagonal"),
    ),
    Screen("quiz", N_("What do you know now?"), (), "quiz"),
    Screen(
        "handout",
        N_("Take it home"),
        (
            N_("Two pages to print: what it is, when not to do it, and the steps with drawings."),
            N_("Then practise: the first round with help, the last one without."),
        ),
        "handout",
    ),
)
"""All screens, first to last."""


def screen_at(place: int) -> Screen:
    """The screen at `place`, held to the first and the last one."""
    return SCREENS[min(max(place, 0), len(SCREENS) - 1)]


def sentences_of(screen: Screen, form: str) -> tuple[str, ...]:
    """The screen's sentences; those on the hands depend on the form that is shown."""
    if screen.id == "hands":
        return HANDS_OF_FORM.get(form, HANDS_OF_FORM["fists"])
    return screen.sentences
