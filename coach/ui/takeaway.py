"""Taking results out of the review: the list as a table, a practice as a sheet of paper or as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec

import streamlit as st

from coach.export.arrays import to_netcdf
from coach.export.tables import to_csv, to_parquet, to_xlsx
from coach.export.words import Words
from coach.i18n import N_
from coach.store import access
from coach.store.listing import Filter
from coach.store.models import Practice, Result
from coach.store.samples import apart, is_sample
from coach.store.takeout import Takeout, left_out, take_out
from coach.ui import look
from coach.ui.practice_sheet import sheet_of
from coach.ui.records import records

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table(say: Words, wanted: Filter, who: str) -> None:
    """The practices of the list, as tables."""
    with st.expander(say(N_("Take this list along"))):
        look.lead(
            say(
                N_(
                    "One row per practice with scores, checklist and versions, of participants who agreed to be in the "
                    "report. Codes only."
                )
            ),
            "mc-quiet",
        )

        made_up = apart(records(), wanted).sample
        name = say(N_("sample-practices")) if made_up else say(N_("practices"))
        if made_up:
            st.info(say(N_("These are sample data only; each row says so.")))
        # A table that can carry more than rows says itself what is missing; of CSV only the name can.
        without, total = left_out(records(), wanted)
        if without:
            look.lead(_without(say, without, total), "mc-quiet")
            name = say(N_("{name}-{count}-left-out"), name=name, count=without)

        def taken() -> Takeout:
            access.log(records(), who, "export", "list")
            return take_out(records(), wanted)

        kinds = (
            ("CSV", "csv", lambda: to_csv(taken().rows), "text/csv"),
            ("Excel", "xlsx", lambda: _excel(say, taken()), _EXCEL),
            ("Parquet", "parquet", lambda: _parquet(taken()), "application/vnd.apache.parquet"),
        )
        for column, (label, kind, make, mime) in zip(st.columns(4), kinds, strict=False):
            column.download_button(
                label,
                make,
                f"{name}.{kind}",
                mime,
                on_click="ignore",
                key=f"review_take_{kind}",
                width="stretch",
            )


def _without(say: Words, without: int, total: int) -> str:
    return say(
        N_("{count} of {total} practices are left out: consent to use them in the report is missing."),
        count=without,
        total=total,
    )


def _excel(say: Words, taken: Takeout) -> bytes:
    count = len(taken.rows)
    lines = [
        say(N_("One row per practice: {count}. Codes only."), count=count),
        _without(say, taken.left_out, taken.left_out + count),
    ]
    return to_xlsx(taken.rows, say(N_("Practices")), (say(N_("About this table")), lines))


def _parquet(taken: Takeout) -> bytes:
    return to_parquet(taken.rows, {"rows": len(taken.rows), "left_out": taken.left_out})


def practice(say: Words, found: Practice, result: Result, who: str) -> None:
    """One practice, on paper and as data."""
    st.header(say(N_("Take it along")), anchor=False)
    store = records()
    # The number, not the code: a file's name is seen by more people than its contents.
    made_up = is_sample(store, found.code)
    name = say(N_("sample-practice")) if made_up else say(N_("practice"))
    stem = f"{name}-{found.id}"

    def logged(make: Callable[[], bytes]) -> Callable[[], bytes]:
        def made() -> bytes:
            access.log(store, who, "export", f"practice {found.id}")
            return make()

        return made

    first, second, third, fourth = st.columns(4)
    first.download_button(
        say(N_("One page to print (PDF)")),
        logged(lambda: sheet_of(say, store, found, result, who)),
        f"{stem}.pdf",
        "application/pdf",
        on_click="ignore",
        key="practice_pdf",
        width="stretch",
    )
    second.download_button(
        say(N_("Report as data (JSON)")),
        logged(lambda: json.dumps(result.report, indent=1, ensure_ascii=False, allow_nan=False).encode()),
        f"{stem}.report.json",
        "application/json",
        on_click="ignore",
        key="practice_json",
        width="stretch",
    )
    if found.recording is not None:
        third.download_button(
            say(N_("Recording (no pictures)")),
            logged(lambda: store.recording_bytes(found) or b""),
            f"{stem}.recording.parquet",
            "application/vnd.apache.parquet",
            on_click="ignore",
            key="practice_parquet",
            width="stretch",
        )
        if find_spec("xarray") is not None:
            fourth.download_button(
                say(N_("Arrays (netCDF)")),
                logged(lambda: _arrays(found)),
                f"{stem}.nc",
                "application/netcdf",
                on_click="ignore",
                key="practice_arrays",
                width="stretch",
            )


def _arrays(found: Practice) -> bytes:
    recording = records().recording(found)
    return b"" if recording is None else to_netcdf(recording)
