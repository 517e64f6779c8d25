"""Who may open the review: instructors with a password each, and a trail of what they did.

Passwords are hashed with Argon2id (argon2-cffi's own parameters, RFC 9106's for little memory). Wrong ones are
counted with the instructor, so that neither a new window nor a restart gives further tries.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from coach.errors import AccessError
from coach.i18n import N_
from coach.store.models import Access, Instructor
from coach.store.repository import Store

SHORTEST = 8
"""Characters of a password (NIST SP 800-63B's lower limit)."""
TRIES = 5
LOCKED = timedelta(minutes=15)
"""So long is an instructor shut out after `TRIES` wrong passwords in a row (our own choice)."""
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody")


def names(store: Store) -> list[str]:
    """All instructors."""
    with store.reading() as session:
        return list(session.scalars(select(Instructor.name).order_by(Instructor.name)))


def add(store: Store, name: str, password: str, *, by: str | None = None) -> None:
    """Add an instructor; the first one needs nobody's leave.

    Raises
    ------
    AccessError
        The name is taken or empty, the password too short, or there are instructors already and `by` is none of
        them.
    """
    name = " ".join(name.split())
    if not 2 <= len(name) <= 64:
        raise AccessError(N_("Give the instructor's name, 2 to 64 letters."))
    if len(password) < SHORTEST:
        raise AccessError(N_("The password needs at least {count} characters."), count=SHORTEST)
    hashed = _HASHER.hash(password)
    with store.writing() as session:
        known = set(session.scalars(select(Instructor.name)))
        if known and by not in known:
            raise AccessError(N_("Only an instructor who is signed in can add another one."))
        if name.casefold() in {other.casefold() for other in known}:
            raise AccessError(N_("There is already an instructor called {name}."), name=name)
        session.add(Instructor(name=name, password=hashed, failures=0, made_utc=datetime.now(UTC)))
        session.add(_line(by or name, "instructor added", name))


def sign_in(store: Store, name: str, password: str, *, now: datetime | None = None) -> str:
    """The instructor's name when the password is right.

    Raises
    ------
    AccessError
        It is wrong, or too many wrong ones were tried.
    """
    now = now or datetime.now(UTC)
    refusal = None
    with store.writing() as session:
        person = session.get(Instructor, name)
        if person is not None and person.locked_until is not None and now < person.locked_until:
            minutes = int((person.locked_until - now).total_seconds() // 60) + 1
            refusal = AccessError(
                N_("Too many wrong passwords. Try again in {minutes} minutes."), minutes=minutes
            )
        elif not _fits(person, password) or person is None:
            if person is not None:
                person.failures += 1
                if person.failures >= TRIES:
                    person.failures, person.locked_until = 0, now + LOCKED
            # Not what was typed: it may be a password in the wrong field.
            session.add(_line(person.name if person is not None else "-", "wrong password", None))
            refusal = AccessError(N_("Name and password do not match."))
        else:
            person.failures, person.locked_until = 0, None
            if _HASHER.check_needs_rehash(person.password):
                person.password = _HASHER.hash(password)
            session.add(_line(person.name, "signed in", None))
    if refusal is not None:  # raised here: the count of wrong passwords must be written
        raise refusal
    return name


def change_password(store: Store, name: str, old: str, new: str) -> None:
    """Give an instructor a new password.

    Raises
    ------
    AccessError
        The old one is wrong, or the new one too short.
    """
    sign_in(store, name, old)
    if len(new) < SHORTEST:
        raise AccessError(N_("The password needs at least {count} characters."), count=SHORTEST)
    with store.writing() as session:
        person = session.get_one(Instructor, name)
        person.password = _HASHER.hash(new)
        session.add(_line(name, "password changed", None))


def log(store: Store, who: str, what: str, detail: str | None = None) -> None:
    """Add a line to the trail. It names practices by number, participants never: it outlives them."""
    with store.writing() as session:
        session.add(_line(who, what, detail))


def trail(store: Store, most: int = 200) -> list[Access]:
    """The newest lines of the trail."""
    with store.reading() as session:
        return list(session.scalars(select(Access).order_by(Access.id.desc()).limit(most)))


def _fits(person: Instructor | None, password: str) -> bool:
    """Whether the password is right; for an unknown name the same work is done, so that time tells nothing."""
    try:
        _HASHER.verify(person.password if person is not None else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return person is not None


def _line(who: str, what: str, detail: str | None) -> Access:
    return Access(at_utc=datetime.now(UTC), who=who, what=what, detail=detail)
