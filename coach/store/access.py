"""Who may open the review: instructors with a password each, and a trail of what they did.

Passwords are hashed with Argon2id (argon2-cffi's own parameters, RFC 9106's for little memory). Wrong ones are
counted with the instructor, so that neither a new window nor a restart gives further tries.
"""

from __future__ import annotations

import hashlib
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
COMMAND = "command line"
"""Who did it, in the trail, where it was no instructor on the page but somebody at the computer itself."""
COUPLE = "couple"
"""Who did it, where the couple themselves did it after their round."""
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody")


def names(store: Store) -> list[str]:
    """All instructors."""
    with store.reading() as session:
        return list(session.scalars(select(Instructor.name).order_by(Instructor.name)))


def find(store: Store, name: str) -> str:
    """An instructor's name as it is written, for one typed in any case.

    Raises
    ------
    AccessError
        There is no such instructor.
    """
    wanted, known = " ".join(name.split()).casefold(), names(store)
    for other in known:
        if other.casefold() == wanted:
            return other
    raise AccessError(
        N_("There is no instructor called {name}. Known are: {known}."),
        name=name,
        known=", ".join(known) or "–",
    )


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
        session.add(line(by or name, "instructor added", name))


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
            session.add(line(person.name if person is not None else "-", "wrong password", None))
            refusal = AccessError(N_("Name and password do not match."))
        else:
            person.failures, person.locked_until = 0, None
            if _HASHER.check_needs_rehash(person.password):
                person.password = _HASHER.hash(password)
            session.add(line(person.name, "signed in", None))
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
        session.add(line(name, "password changed", None))


def reset_password(store: Store, name: str, new: str) -> str:
    """Give an instructor who forgot the password a new one, and open a locked door; gives the instructor's name.

    Only who has the computer itself can do it: the command asks for no password, and no page offers it.

    Raises
    ------
    AccessError
        There is no such instructor, or the password is too short.
    """
    if len(new) < SHORTEST:
        raise AccessError(N_("The password needs at least {count} characters."), count=SHORTEST)
    hashed, name = _HASHER.hash(new), find(store, name)
    with store.writing() as session:
        person = session.get_one(Instructor, name)
        person.password, person.failures, person.locked_until = hashed, 0, None
        session.add(line(COMMAND, "password reset", name))
    return name


def mark_of(store: Store, name: str) -> str | None:
    """A mark of what an instructor signs in by that tells nothing of it: another one after any change; None for nobody.

    By it a visit that is signed in notices that the password or the account it came in by holds no longer.
    """
    with store.reading() as session:
        person = session.get(Instructor, name)
    return (
        None if person is None else hashlib.sha256(f"{person.password} {person.account}".encode()).hexdigest()
    )


def log(store: Store, who: str, what: str, detail: str | None = None) -> None:
    """Add a line to the trail. It names practices by number, participants never: it outlives them."""
    with store.writing() as session:
        session.add(line(who, what, detail))


def trail(store: Store, most: int = 200, *, before: int | None = None) -> list[Access]:
    """The newest lines of the trail, or those before the line of that number."""
    query = select(Access).order_by(Access.id.desc()).limit(most)
    if before is not None:
        query = query.where(Access.id < before)
    with store.reading() as session:
        return list(session.scalars(query))


def _fits(person: Instructor | None, password: str) -> bool:
    """Whether the password is right; for an unknown name the same work is done, so that time tells nothing."""
    try:
        _HASHER.verify(person.password if person is not None else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return person is not None


def line(who: str, what: str, detail: str | None) -> Access:
    """A line of the trail, not yet written."""
    return Access(at_utc=datetime.now(UTC), who=who, what=what, detail=detail)
