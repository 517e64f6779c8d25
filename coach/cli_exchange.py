"""The commands for several laptops: `massage-coach exchange …`."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta

from coach.atomic import write_bytes
from coach.cli_records import opened
from coach.errors import InputError, StoreError
from coach.i18n import N_
from coach.store.exchange import conflicts as undecided
from coach.store.exchange import keys, parcel
from coach.store.exchange.merging import Merged
from coach.store.exchange.merging import merge as take_in
from coach.store.repository import Store


def card(args: argparse.Namespace) -> None:
    """Write this laptop's card and show its fingerprint."""
    with opened() as store:
        own = keys.make_keys(store.home, args.name) if args.name else keys.own_keys(store.home)
    if own is None:
        raise InputError(N_("This laptop has no name yet. Give one with --name."))
    write_bytes(args.file, own.card_bytes())
    print(
        args.say(N_("The card of “{name}” is in {file}. Its fingerprint: {fingerprint}")).format(
            name=own.card.name, file=args.file, fingerprint=own.card.fingerprint
        )
    )


def pair(args: argparse.Namespace) -> None:
    """Know another laptop."""
    try:
        other = keys.read_card(args.file.read_bytes()[: keys.LARGEST_CARD + 1])
    except OSError as error:
        raise InputError(N_("{file} cannot be read."), file=args.file) from error
    with opened() as store:
        keys.pair(store.home, other, args.fingerprint)
    print(args.say(N_("“{name}” is known here now.")).format(name=other.name))


def send(args: argparse.Namespace) -> None:
    """Write a parcel."""
    with opened() as store:
        sent = parcel.send(
            store,
            args.file,
            _own(store),
            keys.find(store.home, args.to),
            since=_start(args.since),
            until=_start(args.until, days=1),
        )
    print(
        args.say(N_("{file}: {practices} practices, {recordings} recordings.")).format(
            file=args.file, practices=sent.practices, recordings=sent.recordings
        )
    )


def merge(args: argparse.Namespace) -> None:
    """Take parcels in, one after the other."""
    with opened() as store:
        for file in args.files:
            with parcel.opened(file, _own(store), keys.known(store.home)) as whole:
                merged = take_in(store, whole, "-")
            print(f"{file.name}: {_told(args, merged)}")
        waiting = undecided.count(store)
    if waiting:
        print(
            args.say(N_("{count} entries wait for a decision: see Review, Several laptops.")).format(
                count=waiting
            )
        )


def conflicts(args: argparse.Namespace) -> None:
    """Show what waits for a decision."""
    with opened() as store:
        found = undecided.conflicts(store)
    if not found:
        print(args.say(N_("Nothing waits for a decision.")))
    for conflict in found:
        about = ", ".join(str(value) for value in conflict.about.values())
        print(f"{conflict.table}: {about}")
        for side in conflict.sides:
            who = side.came_from or args.say(N_("this laptop"))
            row = side.row
            told = (
                args.say(N_("taken away"))
                if row is None
                else ", ".join(f"{name} = {row[name]}" for name in conflict.columns)
            )
            print(f"  {who}: {told}")


def _told(args: argparse.Namespace, merged: Merged) -> str:
    return str(
        args.say(
            N_(
                "from “{sender}”: {new} new entries, {changed} changed, {recordings} recordings, "
                "{withdrawn} participants withdrawn, {conflicts} to decide."
            )
        ).format(
            sender=merged.sender,
            new=sum(merged.new.values()),
            changed=sum(merged.changed.values()),
            recordings=merged.recordings,
            withdrawn=merged.withdrawn,
            conflicts=merged.conflicts,
        )
    )


def _own(store: Store) -> keys.Keys:
    own = keys.own_keys(store.home)
    if own is None:
        raise StoreError(
            N_("This laptop has no name yet: run `massage-coach exchange card FILE --name NAME`.")
        )
    return own


def _start(day: date | None, *, days: int = 0) -> datetime | None:
    """The first moment of a day, here."""
    return None if day is None else datetime.combine(day + timedelta(days=days), time()).astimezone()
