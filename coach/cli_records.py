"""The commands for the records: `massage-coach keep`, `massage-coach records …`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from coach.errors import InputError, StoreError
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

    if ("picture" in args.agreed) != (args.film is not None):
        raise InputError(
            N_("`--film` names a video and `--agreed picture` is her consent to it: give both, or neither.")
        )
    recording, reference = Recording.from_parquet(args.recording), load_reference(args.reference)
    consent = Consent.read(["practice", *args.agreed])
    with opened() as store:
        number = keep_video(store, recording, reference, args.code, consent, args.film)
    print(args.say(N_("In the records as practice {number}.")).format(number=number))
    if args.film is not None:
        print(
            args.say(
                N_(
                    "The video is kept with it. {file} itself stays where it is; delete it when it is not needed."
                )
            ).format(file=args.film)
        )


def instructors(args: argparse.Namespace) -> None:
    """List who may open the review."""
    from coach.store import access

    with opened() as store:
        print("\n".join(access.names(store)) or args.say(N_("There is no instructor yet.")))


def reset_password(args: argparse.Namespace) -> None:
    """Give an instructor who forgot the password a new one."""
    from coach.console import ask_secret
    from coach.store import access

    with opened() as store:
        access.find(store, args.name)  # a wrong name is told before anything is typed
        password = ask_secret(
            "COACH_PASSWORD",
            args.say(N_("Password, at least {count} characters")).format(count=access.SHORTEST),
            args.say(N_("The password once more")),
        )
        name = access.reset_password(store, args.name, password)
    print(args.say(N_("{name} has a new password. This stands in the trail, too.")).format(name=name))


def link_account(args: argparse.Namespace) -> None:
    """Let an instructor sign in with an account of the campus."""
    from coach.store import accounts

    with opened() as store:
        name = accounts.link(store, args.name, email=args.email, subject=args.subject)
    print(args.say(N_("{name} may sign in with that account now.")).format(name=name))


def unlink_account(args: argparse.Namespace) -> None:
    """Take an instructor's account of the campus away."""
    from coach.store import accounts

    with opened() as store:
        name = accounts.unlink(store, args.name)
    print(args.say(N_("{name} signs in with the password alone now.")).format(name=name))


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
        args.say(
            N_(
                "Deleted: movement data of {movements} practices, {films} videos, {practices} whole practices."
            )
        ).format(movements=gone.movements, films=gone.films, practices=gone.practices)
    )


def withdraw(args: argparse.Namespace) -> None:
    """Delete a participant and show the proof."""
    from coach.store.removal import withdraw as delete_everywhere

    with opened() as store:
        receipt = delete_everywhere(store, args.code)
    print(
        args.say(
            N_(
                "Deleted: {practices} practices, {recordings} recordings, {films} videos. {searched} files searched "
                "afterwards."
            )
        ).format(
            practices=receipt.practices,
            recordings=receipt.recordings,
            films=receipt.films,
            searched=receipt.searched,
        )
    )
    if not receipt.proved:
        raise StoreError(
            N_("The code is still found in: {places}. Delete these yourself."), places=", ".join(receipt.left)
        )
    print(args.say(N_("Nothing of this participant is left on this computer, apart from backups.")))


def backup(args: argparse.Namespace) -> None:
    """Write a backup."""
    from coach.store import access
    from coach.store.backup import SEALED, SHORTEST
    from coach.store.backup import backup as write

    passphrase = None
    if args.file.suffix.lower() == SEALED:
        passphrase = _passphrase(
            args.say(N_("Passphrase, at least {count} characters")).format(count=SHORTEST),
            args.say(N_("The passphrase once more")),
        )
    with opened() as store:
        saved = write(store, args.file, passphrase)
        access.log(store, access.COMMAND, "backup")
    print(
        args.say(N_("{file}: {practices} practices, {recordings} recordings.")).format(
            file=args.file, practices=saved.practices, recordings=saved.recordings
        )
    )


def _passphrase(prompt: str, again: str | None = None) -> str:
    from coach.console import ask_secret

    return ask_secret("COACH_PASSPHRASE", prompt, again)


def restore(args: argparse.Namespace) -> None:
    """Replace the records by a backup's."""
    from coach.store import access
    from coach.store.backup import is_sealed
    from coach.store.backup import restore as read

    with opened() as store:
        if store.count() and not args.replace:
            raise InputError(
                N_("There are {count} practices already. Give --replace to put the backup in their place."),
                count=store.count(),
            )
        passphrase = _passphrase(args.say(N_("Passphrase"))) if is_sealed(args.file) else None
        saved = read(store, args.file, passphrase)
        access.log(store, access.COMMAND, "restored")
    print(
        args.say(N_("Restored: {practices} practices, {recordings} recordings.")).format(
            practices=saved.practices, recordings=saved.recordings
        )
    )


def remove_reference(args: argparse.Namespace) -> None:
    """Delete a reference, unless practices refer to it."""
    from coach.scoring.own_references import remove
    from coach.store.rescoring import referring

    with opened() as store:
        used = referring(store, args.name)
    if used and not args.used:
        raise InputError(
            N_("{count} practices were compared with it. Give --used to delete it all the same."), count=used
        )
    remove(args.name)
    print(args.say(N_("“{title}” was removed.")).format(title=args.name))


def rescore(args: argparse.Namespace) -> None:
    """Score again, with progress."""
    from coach.console import Progress
    from coach.store.entries import clean_code
    from coach.store.listing import Filter
    from coach.store.rescoring import rescore as score_again

    wanted = Filter(code=clean_code(args.code)) if args.code else None
    workers = max(1, args.workers)
    with (
        opened() as store,
        _executor(args.dask, workers) as pool,
        Progress(args.say(N_("Scoring"))) as progress,
    ):
        done = score_again(
            store,
            pool,
            reference=args.reference,
            profile=args.profile,
            wanted=wanted,
            workers=workers,
            progress=progress,
        )
    print(
        args.say(N_("New results: {done}. Already by these rules: {known}.")).format(
            done=done.done, known=done.known
        )
    )
    for number, error in done.failed:
        print(args.say(N_("Practice {number}: {why}")).format(number=number, why=error.text(args.say)))


@contextmanager
def _executor(dask: str | None, workers: int) -> Iterator[Executor]:
    """Processes of this computer, or a Dask cluster."""
    if dask is None:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield pool
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            N_("Dask is not installed. Install it with `pip install 'massage-coach[dask]'`.")
        ) from error
    try:
        client = Client(dask, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(N_("The Dask cluster {address} does not answer."), address=dask) from error
    with client:
        yield client.get_executor()
