"""The commands for a programme: `massage-coach programme …`."""

from __future__ import annotations

import argparse
from datetime import datetime

from coach.atomic import check_folder, write_bytes
from coach.cli_records import opened
from coach.errors import InputError, StoreError
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


def report(args: argparse.Namespace) -> None:
    """Write the report of a programme, as the file's name says: PDF, Word or Excel."""
    from coach.programme.docx import to_docx
    from coach.programme.facts import read
    from coach.programme.findings import findings
    from coach.programme.pdf import to_pdf
    from coach.programme.report import document
    from coach.programme.xlsx import to_xlsx
    from coach.store.programmes import listed

    check_folder(args.file.parent)
    with opened() as store:
        known = [p for p in listed(store) if args.title is None or p.title == args.title]
        if len(known) != 1:
            raise InputError(
                N_("Say which programme with --title; there are: {titles}."),
                titles=", ".join(p.title for p in listed(store)) or "–",
            )
        found = findings(read(store, known[0].id), datetime.now().astimezone().date())
    write = {".pdf": to_pdf, ".docx": to_docx, ".xlsx": to_xlsx}[args.file.suffix.lower()]
    write_bytes(args.file, write(document(found, Words(args.language))))
    print(args.say(N_("The report is in {file}.")).format(file=args.file))
