"""What can be typed after `massage-coach`: commands, options and what is said about wrong usage."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from coach import __version__
from coach.i18n import LANGUAGES, N_, translator

PLOT_KINDS = (".png", ".pdf", ".svg")


class _Parser(argparse.ArgumentParser):
    """argparse, with one translated line for wrong usage."""

    say: Callable[[str], str] = staticmethod(translator("en"))

    def error(self, message: str) -> NoReturn:
        text = self.say(N_("Wrong usage: {message}. See `{command} --help`."))
        message = message.removeprefix("argument ").rstrip(".")  # argparse's own word, in English
        self.exit(2, " ".join(text.format(message=message, command=self.prog).split()) + "\n")


def parser(say: Callable[[str], str]) -> argparse.ArgumentParser:
    """The parser, in the language of `say`; a parsed command's name is in `run`."""
    _Parser.say = staticmethod(say)
    common = _Parser(add_help=False)
    common.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
        help=say(N_("language of what is printed (also by COACH_LANG)")),
    )
    reference = _Parser(add_help=False)
    reference.add_argument(
        "--reference", metavar="NAME", help=say(N_("what to compare with; see `reference list`"))
    )
    pictures = _Parser(add_help=False)
    pictures.add_argument("--out", metavar="DIR", type=Path, help=say(N_("folder for the results")))
    pictures.add_argument(
        "--plot",
        metavar="FILE.png",
        type=_file(*PLOT_KINDS),
        help=say(N_("draw the hands' path, the tempo and the criteria")),
    )
    pictures.add_argument("--json", action="store_true", help=say(N_("print the whole report as JSON")))
    video = _Parser(add_help=False)
    video.add_argument(
        "--overlay",
        metavar="FILE.mp4",
        type=_file(".mp4"),
        help=say(N_("write the video with what was seen drawn in; it shows people")),
    )
    video.add_argument(
        "--film",
        metavar="FILE.mp4",
        type=_file(".mp4"),
        help=say(N_("write a video of her back and the hands alone, for the instructor (see `keep`)")),
    )
    video.add_argument("--height", metavar="CM", type=float, help=say(N_("the receiver's height in cm")))

    top = _Parser(
        prog="massage-coach",
        parents=[common],
        description=say(N_("Measures the oxytocin massage from a video and explains the result.")),
    )
    top.add_argument("--version", action="version", version=f"massage-coach {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    def command(
        name: str,
        run: str,
        text: str,
        *parents: _Parser,
        into: Any = commands,
    ) -> argparse.ArgumentParser:
        added = into.add_parser(name, help=say(text), description=say(text), parents=[common, *parents])
        added.set_defaults(run=run)
        return added

    command("demo", "demo", N_("analyse the sample that ships with the project"), reference, pictures, video)
    analyze = command(
        "analyze", "analyze", N_("measure a video and write recording and report"), reference, pictures, video
    )
    analyze.add_argument("video", metavar="VIDEO", type=Path)
    analyze.add_argument(
        "--back",
        metavar='"x,y x,y x,y x,y"',
        type=_corners,
        help=say(
            N_(
                "the back by hand: left shoulder, right shoulder, right hip, left hip, "
                "in pixels of the first frame"
            )
        ),
    )
    score = command("score", "score", N_("make the report from a stored recording"), reference, pictures)
    score.add_argument("recording", metavar="RECORDING", type=Path)

    references = commands.add_parser("reference", help=say(N_("reference recordings")), parents=[common])
    actions = references.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    command("list", "reference_list", N_("list the references"), into=actions)
    add = command("add", "reference_add", N_("make a reference from a video or a recording"), into=actions)
    add.add_argument("source", metavar="SOURCE", type=Path)
    add.add_argument("--name", metavar="NAME", required=True)
    add.add_argument("--height", metavar="CM", type=float, help=say(N_("the receiver's height in cm")))
    show = command("show", "reference_show", N_("show one reference"), into=actions)
    show.add_argument("name", metavar="NAME")

    rename = command(
        "rename", "reference_rename", N_("give a reference of your own another title"), into=actions
    )
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("title", metavar="TITLE")
    remove = command("remove", "reference_remove", N_("delete a reference of your own"), into=actions)
    remove.add_argument("name", metavar="NAME")
    remove.add_argument(
        "--used", action="store_true", help=say(N_("also when practices were compared with it"))
    )

    keep = command("keep", "keep", N_("put a recording and its result into the records"), reference)
    keep.add_argument("recording", metavar="RECORDING", type=Path)
    keep.add_argument(
        "--code", metavar="CODE", required=True, help=say(N_("the participant's code, no name"))
    )
    keep.add_argument(
        "--agreed",
        metavar="ITEM",
        nargs="*",
        choices=("movement", "picture", "report"),
        default=[],
        help=say(
            N_(
                "what the participant agreed to beside the result: `movement` (kept until the review), `picture` (the "
                "video of --film, of somebody of 18 or older), `report`"
            )
        ),
    )
    keep.add_argument(
        "--film",
        metavar="FILE.mp4",
        type=Path,
        help=say(N_("the video that `analyze --film` wrote together with this recording")),
    )

    instructors = commands.add_parser(
        "instructor", help=say(N_("instructors, who may open the review")), parents=[common]
    )
    actions = instructors.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    command("list", "instructor_list", N_("list the instructors"), into=actions)
    reset = command(
        "reset",
        "instructor_reset",
        N_("give an instructor who forgot the password a new one; it is typed, or in COACH_PASSWORD"),
        into=actions,
    )
    reset.add_argument("name", metavar="NAME")
    link = command(
        "link",
        "instructor_link",
        N_("let an instructor sign in with an account of the campus (docs/review.md)"),
        into=actions,
    )
    link.add_argument("name", metavar="NAME")
    by = link.add_mutually_exclusive_group(required=True)
    by.add_argument("--email", metavar="ADDRESS", help=say(N_("the address that the campus has verified")))
    by.add_argument("--subject", metavar="SUB", help=say(N_("the campus's own name for the person (`sub`)")))
    unlink = command(
        "unlink", "instructor_unlink", N_("let an instructor sign in with the password alone"), into=actions
    )
    unlink.add_argument("name", metavar="NAME")

    records = commands.add_parser("records", help=say(N_("the records of practices")), parents=[common])
    actions = records.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    command(
        "take-in",
        "records_take_in",
        N_("take finished rounds of the practice page into the records"),
        into=actions,
    )
    command("check", "records_check", N_("check that database and recordings agree"), into=actions)
    command("tidy", "records_tidy", N_("delete what is past the time set for keeping it"), into=actions)
    withdraw = command(
        "withdraw", "records_withdraw", N_("delete everything of a participant, and prove it"), into=actions
    )
    withdraw.add_argument("code", metavar="CODE")
    backup = command(
        "backup", "records_backup", N_("write all records and recordings into one file"), into=actions
    )
    backup.add_argument(
        "file",
        metavar="FILE.sealed",
        type=_file(".sealed", ".zip"),
        help=say(
            N_(
                "encrypted; the passphrase is typed, or in COACH_PASSPHRASE. A name that ends with .zip makes one that "
                "anybody can read"
            )
        ),
    )
    restore = command(
        "restore", "records_restore", N_("replace the records by those of a backup"), into=actions
    )
    restore.add_argument("file", metavar="FILE.sealed", type=_file(".sealed", ".zip"))
    restore.add_argument(
        "--replace",
        action="store_true",
        help=say(N_("also when there are records already; they are replaced")),
    )

    _exchange(commands, command, common, say)

    rescore = command(
        "rescore", "rescore", N_("score kept practices again; old results stay as they are"), reference
    )
    rescore.add_argument(
        "--profile",
        metavar="NAME",
        help=say(N_("score by this technique profile: of which reference, or a TOML file; default: its own")),
    )
    rescore.add_argument("--code", metavar="CODE", help=say(N_("only this participant's")))
    rescore.add_argument(
        "--workers", metavar="N", type=int, default=2, help=say(N_("how many are scored at a time"))
    )
    rescore.add_argument("--dask", metavar="ADDRESS", help=say(N_("score on this Dask cluster")))

    programme = commands.add_parser("programme", help=say(N_("a programme of trainings")), parents=[common])
    actions = programme.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    sample = command(
        "sample",
        "programme_sample",
        N_("load a made-up programme of 40 participants and 200 rounds, to try things out"),
        into=actions,
    )
    sample.add_argument("--remove", action="store_true", help=say(N_("delete everything of the sample")))
    report = command(
        "report",
        "programme_report",
        N_("write the report of a programme, in the language of --lang"),
        into=actions,
    )
    report.add_argument("file", metavar="FILE.pdf", type=_file(".pdf", ".docx", ".xlsx"))
    report.add_argument("--title", metavar="TITLE", help=say(N_("which programme, where there are several")))

    models = commands.add_parser("models", help=say(N_("the pinned model files")), parents=[common])
    actions = models.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    command("fetch", "models_fetch", N_("fetch the model files, verified"), into=actions)
    command("verify", "models_verify", N_("check the model files"), into=actions)

    app = command("app", "app", N_("start the page in the browser, on this machine only"))
    app.add_argument("--port", type=int, default=8501)
    app.add_argument("--no-browser", action="store_true", help=say(N_("do not open a browser")))
    return top


def _exchange(commands: Any, command: Any, common: Any, say: Callable[[str], str]) -> None:
    """The commands of `massage-coach exchange`."""
    exchange = commands.add_parser(
        "exchange",
        help=say(N_("several laptops, one programme: send data, and take them in")),
        parents=[common],
    )
    actions = exchange.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    card = command(
        "card", "exchange_card", N_("write this laptop's card, for others to know it"), into=actions
    )
    card.add_argument("file", metavar="FILE.card", type=_file(".card"))
    card.add_argument("--name", metavar="NAME", help=say(N_("name this laptop; needed the first time")))
    pair = command("pair", "exchange_pair", N_("know another laptop by its card"), into=actions)
    pair.add_argument("file", metavar="FILE.card", type=Path)
    pair.add_argument(
        "--fingerprint", metavar="TEXT", required=True, help=say(N_("what the other laptop shows"))
    )
    send = command(
        "send", "exchange_send", N_("write data for another laptop, signed and sealed"), into=actions
    )
    send.add_argument("file", metavar="FILE.parcel", type=_file(".parcel"))
    send.add_argument("--to", metavar="NAME", required=True, help=say(N_("a laptop that is known here")))
    for option, text in (
        ("--since", N_("of the practices only those from this day on, YYYY-MM-DD")),
        ("--until", N_("of the practices only those up to this day, YYYY-MM-DD")),
    ):
        send.add_argument(option, metavar="DAY", type=_day, help=say(text))
    merge = command("merge", "exchange_merge", N_("take in what other laptops sent"), into=actions)
    merge.add_argument("files", metavar="FILE.parcel", type=Path, nargs="+")
    command("conflicts", "exchange_conflicts", N_("show on what laptops disagree"), into=actions)


def _wrong(text: str, given: str, **values: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(_Parser.say(text).format(given=given, **values))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(N_("{given} is no day; write it like 2026-11-24"), text) from error


def _file(*suffixes: str) -> Callable[[str], Path]:
    def check(text: str) -> Path:
        path = Path(text)
        if path.suffix.lower() not in suffixes:
            raise _wrong(N_("{given} does not end in {endings}"), text, endings=" / ".join(suffixes))
        return path

    return check


def _corners(text: str) -> tuple[tuple[float, float], ...]:
    try:
        points = tuple((float(x), float(y)) for x, y in (pair.split(",") for pair in text.split()))
    except ValueError:
        points = ()
    if len(points) != 4:
        raise _wrong(N_('{given} is not four corners; write "x,y x,y x,y x,y"'), text)
    return points
