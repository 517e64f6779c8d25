"""The commands for the records: `massage-coach keep`, `massage-coach records …`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from coach.errors import StoreError
from coach.i18n import N_
from coach.store.repository import Store


@contextmanager
def opened() -> Iterator[Store]:
    """The records, for one command."""
    store = Store()
    try:
        yield store
    finally:
        store.close()


def keep(args: argparse.Namespace) -> None:
    """Score a recording and enter both."""
    from coach.motion.recording import Recording
    from coach.scoring.reference import load_reference
    from coach.store.entries import Consent
    from coach.store.videos import keep_video

    recording, reference = Recording.from_parquet(args.recording), load_reference(args.reference)
    consent = Consent.read(["practice", *args.agreed])
    with opened() as store:
        number = keep_video(store, recording, reference, args.code, consent)
    print(args.say(N_("In the records as practice {number}.")).format(number=number))


def take_in(args: argparse.Namespace) -> None:
    """Enter finished rounds."""
    from coach.store import inbox

    with opened() as store:
        taken = inbox.take_in(store)
    print(args.say(N_("New rounds in the records: {count}.")).format(count=taken.new))
    for _, error in taken.problems:
        print(error.text(args.say))


def check(args: argparse.Namespace) -> None:
    """Compare database and recordings."""
    with opened() as store:
        found, count = store.check(), store.count()
    if not found.sound:
        raise StoreError(
            N_(
                "{missing} recordings are missing and {damaged} are damaged. Restore the records from a backup."
            ),
            missing=len(found.missing),
            damaged=len(found.damaged),
        )
    print(args.say(N_("All {count} practices are in order.")).format(count=count))


def tidy(args: argparse.Namespace) -> None:
    """Delete what is past its time."""
    from coach.settings import load_settings
    from coach.store.removal import expire

    with opened() as store:
        gone = expire(store, load_settings())
    print(
        args.say(N_("Deleted: movement data of {movements} practices, {practices} whole practices.")).format(
            movements=gone.movements, practices=gone.practices
        )
    )


def withdraw(args: argparse.Namespace) -> None:
    """Delete a participant and show the proof."""
    from coach.store.removal import withdraw as delete_everywhere

    with opened() as store:
        receipt = delete_everywhere(store, args.code)
    print(
        args.say(
            N_(
                "Deleted: {practices} practices, {recordings} recordings. {searched} files searched afterwards."
            )
        ).format(practices=receipt.practices, recordings=receipt.recordings, searched=receipt.searched)
    )
    if not receipt.proved:
        raise StoreError(
            N_("The code is still found in: {places}. Delete these yourself."), places=", ".join(receipt.left)
        )
    print(args.say(N_("Nothing of this participant is left on this computer, apart from backups.")))
