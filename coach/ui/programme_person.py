"""One participant: where this person stands, who it is by code, what was asked, the ten questions, practice at home."""

from __future__ import annotations

import html
from datetime import date, datetime

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme import words
from coach.programme.criteria import GROUPS
from coach.programme.facts import Facts, Member
from coach.programme.levels import LEVELS, Standing
from coach.store.enrolments import OCCASIONS, Person, QuizResult, enrol, leave, record_home, record_quiz
from coach.store.entries import AGE_BANDS, ROLES, STATUS_BANDS, Consent
from coach.ui import forms, look
from coach.ui.records import records

_OPEN = "programme_person"


def show(say: Words, facts: Facts, member: Member, standing: Standing, who: str) -> None:
    """The page of one participant, with the way back."""
    back, title = st.columns([1, 4], vertical_alignment="center")
    if back.button("← " + say(N_("All participants")), key="programme_back", width="stretch"):
        del st.session_state[_OPEN]
        st.rerun()
    role = f" · {say(words.ROLES[member.role])}" if member.role else ""
    title.subheader(member.code + role, anchor=False)
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        _who(say, facts, member, who)
    with right:
        _standing(say, facts, standing)
        _numbers(say, facts, member)
        _quiz(say, facts, member, who)
        _home(say, facts, member, who)
        _leave(say, facts, member, who)


def _standing(say: Words, facts: Facts, standing: Standing) -> None:
    lines = []
    for i, name in enumerate(LEVELS):
        mark = "✓" if i < standing.level else "○"
        weight = "600" if i < standing.level else "400"
        lines.append(
            f'<div style="font-weight:{weight};padding:.1rem 0">{mark} {html.escape(say(GROUPS[name]))}</div>'
        )
        if i == standing.level:
            needs = "".join(
                f"<li>{html.escape(words.setting(say, m, facts.criteria))}</li>" for m in standing.missing
            )
            head = html.escape(say(N_("still needed:")))
            lines.append(
                f'<div class="mc-quiet" style="padding-left:1.4rem">{head}<ul style="margin:.1rem 0">{needs}</ul></div>'
            )
    st.html("".join(lines))


def _numbers(say: Words, facts: Facts, member: Member) -> None:
    scores = [r.overall for r in member.rounds if r.overall is not None]
    parts = [say(N_("Sessions: {count} of {all}"), count=len(member.present), all=len(facts.meetings))]
    parts.append(say(N_("Rounds: {count}"), count=len(member.rounds)))
    if scores:
        parts.append(
            say(
                N_("first {first}, last {last} points"),
                first=say.number(scores[0], 0),
                last=say.number(scores[-1], 0),
            )
        )
    look.lead(" · ".join(parts), "mc-quiet")


def _box(say: Words, label: str, options: list, value: object, names: dict, key: str) -> str | None:
    """A box of stored values with their names; the first, None, is nothing written down."""
    choices = [None, *options]
    return st.selectbox(
        label, choices, choices.index(value) if value in choices else 0,
        format_func=lambda o: "–" if o is None else names.get(o) or str(o), key=key,
    )  # fmt: skip


def _who(say: Words, facts: Facts, member: Member, who: str) -> None:
    key = f"programme_person_{member.code}"
    others = [m.code for m in facts.members if m.code != member.code]
    teachers = {k: name for k, (name, _) in facts.staff.items()}
    with st.form(key, border=False):
        one, two = st.columns(2)
        with one:
            role = _box(
                say, say(N_("Role")), list(ROLES), member.role, _said(say, words.ROLES), f"{key}_role"
            )
            status = _box(
                say, say(N_("Pregnancy or birth")), list(STATUS_BANDS), member.status_band,
                _said(say, words.STATUSES), f"{key}_status",
            )  # fmt: skip
            partner = _box(say, say(N_("Practises with")), others, member.partner, {}, f"{key}_partner")
        with two:
            age = _box(
                say, say(N_("Age")), list(AGE_BANDS), member.age_band, _said(say, words.AGES), f"{key}_age"
            )
            site = _box(
                say, say(N_("Site")), list(facts.sites), member.site_id, dict(facts.sites), f"{key}_site"
            )
            trained = _box(
                say, say(N_("Trained by")), [*teachers, *others], member.trained_by or member.trained_by_staff,
                teachers, f"{key}_trained",
            )  # fmt: skip
        consent = st.pills(
            say(N_("Agreed to, each by itself")), list(words.CONSENTS), selection_mode="multi",
            default=list(member.consent), format_func=lambda c: say(words.CONSENTS[c]), key=f"{key}_consent",
        )  # fmt: skip
        guide = st.checkbox(
            say(N_("I say: this person may guide others")), member.may_guide, key=f"{key}_guide"
        )
        if st.form_submit_button(say(N_("Save")), type="primary"):
            person = Person(
                member.code, role=role, age_band=age, status_band=status, consent=Consent.read(list(consent)),
                site_id=site, partner=partner, trained_by=trained if trained in others else None,
                trained_by_staff=trained if trained in teachers else None, may_guide=guide,
            )  # fmt: skip
            if "practice" not in consent:
                st.error(
                    say(
                        N_(
                            "Without consent to the practice everything must go: use Review, Records, Withdrawal."
                        )
                    )
                )
            else:
                _try(say, lambda: enrol(records(), facts.id, person, who))


def _said(say: Words, names: dict[str, str]) -> dict[str, str]:
    return {key: say(text) for key, text in names.items()}


def _today() -> date:
    return datetime.now().astimezone().date()


def _quiz(say: Words, facts: Facts, member: Member, who: str) -> None:
    lines = []
    for occasion, name in OCCASIONS.items():
        taken = member.quiz.get(occasion)
        text = (
            say(N_("{right} of {all} right"), right=taken.correct, all=taken.total)
            + f" · {words.short_day(say, taken.on_date)}"
            if taken
            else "–"
        )
        lines.append(f'<tr><td>{html.escape(say(name))}</td><td class="n">{html.escape(text)}</td></tr>')
    st.html(
        f'<p style="font-weight:600;margin:.4rem 0 0">{html.escape(say(N_("Ten questions")))}</p>'
        f'<table class="mc-rows">{"".join(lines)}</table>'
    )
    with st.expander(say(N_("Enter or correct a paper"))):
        paper(say, facts, member.code, who, f"programme_paper_{member.code}")


def paper(say: Words, facts: Facts, code: str, who: str, key: str, occasion: str | None = None) -> None:
    """The score of a paper with the ten questions; `occasion` is asked for where it is not given."""
    form = key
    with st.form(form, border=False):
        key = forms.key_of(form)
        if occasion is None:
            occasion = st.segmented_control(
                say(N_("When")), list(OCCASIONS), default="after", format_func=lambda o: say(OCCASIONS[o]),
                key=f"{key}_when", required=True,
            )  # fmt: skip
        right = st.pills(say(N_("Right answers")), range(11), key=f"{key}_right", wrap=True)
        sure = st.pills(
            say(N_("How sure, 1 to 5, where it was asked")), range(1, 6), key=f"{key}_sure", wrap=True
        )
        on_date = st.date_input(say(N_("Date")), _today(), format="DD/MM/YYYY", key=f"{key}_date")
        if st.form_submit_button(say(N_("Enter"))):
            if right is None:
                st.error(say(N_("Say how many answers are right.")))
            else:
                result = QuizResult(on_date, int(right), confidence=sure)
                _try(say, lambda: record_quiz(records(), facts.id, code, str(occasion), result, who), form)


def _home(say: Words, facts: Facts, member: Member, who: str) -> None:
    home = member.home
    label = say(N_("Practice at home"))
    if home:
        label += " · " + say(
            N_("{days} days a week, {minutes} minutes, showed {taught} people"),
            days=home.days_a_week, minutes=home.minutes, taught=home.taught,
        )  # fmt: skip
    with st.expander(label), st.form(f"programme_home_{member.code}", border=False):
        one, two, three = st.columns(3)
        days = one.number_input(
            say(N_("Days a week")), 0, 7, home.days_a_week if home else 0, key=f"programme_days_{member.code}"
        )
        minutes = two.number_input(
            say(N_("Minutes a day")),
            0,
            600,
            home.minutes if home else 0,
            step=5,
            key=f"programme_minutes_{member.code}",
        )
        taught = three.number_input(
            say(N_("People shown")), 0, 99, home.taught if home else 0, key=f"programme_taught_{member.code}"
        )
        if st.form_submit_button(say(N_("Save"))):
            _try(
                say,
                lambda: record_home(
                    records(), facts.id, member.code, _today(), int(days), int(minutes), int(taught), who
                ),
            )


def _leave(say: Words, facts: Facts, member: Member, who: str) -> None:
    with st.expander(say(N_("Take out of the programme"))):
        look.lead(
            say(
                N_(
                    "The practices stay. To delete everything of this person, use Withdrawal of consent in the review."
                )
            ),
            "mc-quiet",
        )
        if st.button(say(N_("Take {code} out"), code=member.code), key=f"programme_leave_{member.code}"):
            leave(records(), facts.id, member.code, who)
            del st.session_state[_OPEN]
            st.rerun()


def _try(say: Words, change: object, form: str | None = None) -> None:
    try:
        change()  # type: ignore[operator]
    except CoachError as error:
        st.error(error.text(say.translate))
    else:
        if form:
            forms.taken_in(form)
        st.session_state["programme_said"] = say(N_("Saved."))
        st.rerun()
