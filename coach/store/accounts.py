"""Accounts of a campus (OpenID Connect): which instructor one belongs to. It never makes an instructor.

An account is written down as ``email:…`` or ``sub:…``. An address counts only if the provider says that it has verified
it; a subject is the provider's own name for a person, for ever the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from coach.errors import AccessError
from coach.i18n import N_
from coach.store.access import COMMAND, find, line
from coach.store.models import Instructor
from coach.store.repository import Store

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def link(store: Store, name: str, *, email: str | None = None, subject: str | None = None) -> str:
    """Let an instructor sign in with an account, by the verified address or the subject; gives the name.

    Only who has the computer itself can do it.

    Raises
    ------
    AccessError
        There is no such instructor, no such address, or the account is another instructor's.
    """
    name = find(store, name)
    if subject:
        account = f"sub:{subject}"
    elif email and _EMAIL.fullmatch(email.strip()):
        account = f"email:{email.strip().casefold()}"
    else:
        raise AccessError(N_("“{email}” is not an e-mail address."), email=email or "")
    if len(account) > 300:
        raise AccessError(N_("“{email}” is not an e-mail address."), email=account[:40])
    with store.writing() as session:
        other = session.scalar(select(Instructor.name).where(Instructor.account == account))
        if other not in (None, name):
            raise AccessError(N_("This account is {name}'s already."), name=other)
        session.get_one(Instructor, name).account = account
        session.add(line(COMMAND, "account linked", name))
    return name


def unlink(store: Store, name: str) -> str:
    """Let an instructor sign in with the password alone; gives the name.

    Raises
    ------
    AccessError
        There is no such instructor.
    """
    name = find(store, name)
    with store.writing() as session:
        session.get_one(Instructor, name).account = None
        session.add(line(COMMAND, "account unlinked", name))
    return name


def sign_in(store: Store, claims: Mapping[str, Any]) -> str:
    """The instructor whose account the provider vouches for.

    Parameters
    ----------
    store : Store
    claims : mapping
        Of the identity token, checked already: ``sub``, ``email``, ``email_verified``.

    Raises
    ------
    AccessError
        It is nobody's.
    """
    subject, email = claims.get("sub"), claims.get("email")
    known = [f"sub:{subject}"] if subject else []
    if email and claims.get("email_verified") is True:
        known.append(f"email:{str(email).casefold()}")
    with store.writing() as session:
        name = (
            session.scalar(select(Instructor.name).where(Instructor.account.in_(known)).limit(1))
            if known
            else None
        )
        # Not whose account it was: the trail names instructors only.
        session.add(line(name or "-", "signed in by account" if name else "account refused", None))
    if name is None:
        raise AccessError(N_("This account belongs to no instructor of this computer."))
    return name
