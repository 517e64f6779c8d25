"""How long a parcel takes to write and to take in: ``python benchmarks/exchange.py``.

The sample programme (40 participants, 200 rounds), taken for a real one, goes from one data folder to another, once as
new and once more as known. Printed is the processor's time, which other programs do not lengthen, and the file's size.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from sqlalchemy import update

from coach.export.words import Words
from coach.programme import sample
from coach.store.exchange import keys, parcel
from coach.store.exchange.merging import merge
from coach.store.models import Participant
from coach.store.programme_tables import Programme
from coach.store.repository import Store


def _laptop(home: Path, name: str) -> tuple[Store, keys.Keys]:
    return Store(home, f"sqlite:///{home}/records.sqlite"), keys.make_keys(home, name)


def main() -> None:
    """Make up, send, take in twice, print."""
    with tempfile.TemporaryDirectory() as folder:
        village, village_keys = _laptop(Path(folder) / "village", "Village")
        office, office_keys = _laptop(Path(folder) / "office", "Office")
        keys.pair(office.home, village_keys.card, village_keys.card.fingerprint)
        sample.load(village, Words("en"))
        with village.writing() as session:
            for kind in (Participant, Programme):
                session.execute(update(kind).values(sample=False))
        file = Path(folder) / "a.parcel"
        for name in ("written first", "written again"):
            start = time.process_time()
            sent = parcel.send(village, file, village_keys, office_keys.card)
            print(f"{name:16s} {time.process_time() - start:5.1f} s")
        print(f"{sent.practices} practices, {sent.rows} rows, {file.stat().st_size / 1e6:.1f} MB")
        for name in ("taken in first", "taken in again"):
            start = time.process_time()
            with parcel.opened(file, office_keys, keys.known(office.home)) as opened:
                merge(office, opened, "-")
            print(f"{name:16s} {time.process_time() - start:5.1f} s")
        village.close()
        office.close()


if __name__ == "__main__":
    main()
