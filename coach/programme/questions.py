"""The interview at the start: questions of ours, which an instructor changes, drops or adds to.

The source interviewed and listed the participants first; its form was not published. These questions ask what a
training needs to know, after the domains of Indonesian baselines (what it is, what it is for, how it is done), and
nothing in which a name could stand: a choice, a yes or a number.
"""

from __future__ import annotations

from dataclasses import dataclass

from coach.i18n import N_


@dataclass(frozen=True)
class Standard:
    """One question of ours; texts are marked, and translated where they are shown."""

    id: str
    kind: str
    text: str
    choices: tuple[str, ...] = ()


STANDARD = (
    Standard("heard", "yesno", N_("Have you heard of the oxytocin massage before?")),
    Standard(
        "purpose",
        "choice",
        N_("What do you think it is for?"),
        (N_("to help the milk flow"), N_("to relax only"), N_("to heal an illness"), N_("I do not know")),
    ),
    Standard("seen", "yesno", N_("Have you seen how it is done?")),
    Standard("done", "yesno", N_("Have you done it or received it yourself?")),
    Standard("children", "number", N_("How many children do you have?")),
    Standard(
        "feeding",
        "choice",
        N_("How was, or is, your youngest child fed in the first six months?"),
        (
            N_("breast milk only"),
            N_("breast milk and other"),
            N_("other only"),
            N_("no child yet"),
        ),
    ),
    Standard(
        "helper",
        "choice",
        N_("Who would massage at home?"),
        (N_("husband"), N_("mother or mother-in-law"), N_("someone else of the family"), N_("nobody")),
    ),
    Standard("time", "number", N_("How many minutes a day could you practise?")),
    Standard("midwife", "yesno", N_("Has the midwife agreed to the massage?")),
)
BY_ID = {question.id: question for question in STANDARD}
YES_NO = {"yes": N_("yes"), "no": N_("no")}
