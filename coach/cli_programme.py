"""The commands for a programme: `massage-coach programme …`."""

from __future__ import annotations

import argparse

from coach.cli_records import opened
from coach.errors import StoreError
from coach.export.words import Words
from coach.i18n import N_


def sample(args: argparse.Namespace) -> None:
    """Load the sample programme, or take everything of it away."""
    from coach.programme.sample import PEOPLE, ROUNDS, load
    from coach.store import samples

    with opened() as store:
        if args.remove:
            gone = samples.remove(store)
            if gone.left:
                raise StoreError(
                    N_("Of the sample something is left in: {places}."), places=", ".join(gone.left)
                )
            print(
                args.say(N_("Sample participants deleted: {count}. Nothing of the sample is left.")).format(
                    count=gone.participants
                )
            )
            return
        load(store, Words(args.language))
    print(
        args.say(
            N_(
                "The sample programme is there: {people} participants, {rounds} rounds. "
                "`massage-coach programme sample --remove` deletes all of it."
            )
        ).format(people=PEOPLE, rounds=ROUNDS)
    )
