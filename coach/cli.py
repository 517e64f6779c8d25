"""The command `massage-coach`: from a video to an explained score, on the terminal.

Exit status: 0 done; 1 the input cannot be used (one line on standard error); 2 wrong usage; 130 interrupted.
Everything heavy is imported by the command that needs it, so that help and mistakes answer at once.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from coach.errors import CoachError, InputError, OutputError
from coach.i18n import LANGUAGES, N_, translator
from coach.usage import parser

if TYPE_CHECKING:
    from coach.motion.recording import Recording
    from coach.scoring.reference import Reference
    from coach.scoring.report import Report
    from coach.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; never raises, always returns an exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    language = _language(argv)
    say = translator(language)
    try:
        args = parser(say).parse_args(argv)
    except SystemExit as stop:  # argparse has printed help or what is wrong
        return int(stop.code or 0)
    args.say, args.language = say, language
    with suppress(ValueError, OSError):  # only a main thread may
        signal.signal(signal.SIGTERM, _terminate)
    try:
        _COMMANDS[args.run](args)
        sys.stdout.flush()
    except CoachError as error:
        print(_one_line(error.text(say)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `massage-coach ... | head`: nobody reads on
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except SystemExit as stop:
        return int(stop.code or 0)
    except Exception as error:
        print(_one_line(_unexpected(error, say)), file=sys.stderr)
        return 1
    return 0


def _terminate(*_: object) -> NoReturn:
    raise SystemExit(143)


def _language(argv: Sequence[str]) -> str:
    """The language, known before anything is parsed: --lang, COACH_LANG, the settings file, Indonesian."""
    from coach.settings import load_settings

    for i, word in enumerate(argv):
        given = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and i + 1 < len(argv):
            given = argv[i + 1]
        if given in LANGUAGES:
            return str(given)
    if os.environ.get("COACH_LANG") in LANGUAGES:
        return os.environ["COACH_LANG"]
    try:
        return load_settings().language
    except CoachError:  # the command that needs the settings says so
        return LANGUAGES[0]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _unexpected(error: Exception, say: Callable[[str], str]) -> str:
    """A sentence for a mistake of ours; the traceback goes to a file that can be sent to the makers."""
    from coach.console import write_log

    path = write_log(error)
    if path is None:
        return say(N_("Something went wrong inside the program ({kind}).")).format(kind=repr(error))
    text = say(
        N_("Something went wrong inside the program ({kind}). Please report it; the details are in {path}.")
    )
    return text.format(kind=type(error).__name__, path=path)


# --- commands -------------------------------------------------------------------------------------


def _demo(args: argparse.Namespace) -> None:
    from coach.settings import resource_folder

    args.video, args.back = resource_folder("samples") / "sample.mp4", None
    _measure(args, out=args.out)


def _analyze(args: argparse.Namespace) -> None:
    _measure(args, out=args.out or Path())


def _measure(args: argparse.Namespace, out: Path | None) -> None:
    from coach.scoring.reference import load_reference

    settings = _settings(args)
    reference = load_reference(args.reference)
    _check_outputs(args, out)
    analysis = _analysis(args, reference, settings)
    recording, report = analysis.recording, analysis.report
    if out is not None:
        stem = args.video.stem
        recording.to_parquet(out / f"{stem}.recording.parquet")
        _write_report(out / f"{stem}.report.json", report, args.say)
    _show(args, recording, report, reference)
    if analysis.film is not None:
        _no_film(args, analysis.film)
    if args.overlay:
        _overlay(args, recording)


def _no_film(args: argparse.Namespace, outcome: str) -> None:
    """Say why there is no video of her back, if there is none; the result stands."""
    from coach.vision.filming_files import NO_FILM

    if outcome in NO_FILM:
        print(_one_line(args.say(NO_FILM[outcome])), file=sys.stderr)


def _score(args: argparse.Namespace) -> None:
    from coach.motion.recording import Recording
    from coach.scoring.reference import load_reference
    from coach.scoring.report import score_recording

    reference = load_reference(args.reference)
    _check_outputs(args, args.out)
    recording = Recording.from_parquet(args.recording)
    report = score_recording(recording, reference)
    if args.out is not None:
        stem = args.recording.name.removesuffix(".parquet").removesuffix(".recording")
        _write_report(args.out / f"{stem}.report.json", report, args.say)
    _show(args, recording, report, reference)


def _settings(args: argparse.Namespace) -> Settings:
    from coach.settings import load_settings

    settings = load_settings()
    return settings if args.height is None else replace(settings, receiver_height_cm=args.height)


def _check_outputs(args: argparse.Namespace, out: Path | None) -> None:
    """Refuse before the long work what could not be written after it."""
    from coach.atomic import check_folder

    if out is not None:
        check_folder(out)
    for path in (args.plot, getattr(args, "overlay", None), getattr(args, "film", None)):
        if path is None:
            continue
        if path.is_dir():
            raise OutputError(N_("{path} is a folder. Give the name of a file."), path=path)
        check_folder(path.parent)
        source = getattr(args, "video", None)
        if source is not None and path.exists() and source.exists() and path.samefile(source):
            raise OutputError(
                N_("{path} is the video itself. Choose another name for the result."), path=path
            )


def _analysis(args: argparse.Namespace, reference: Reference | None, settings: Settings) -> Any:
    from coach.console import Progress, quiet_libraries

    with quiet_libraries(), Progress(args.say(N_("Measuring"))) as progress:
        from coach.analysis import analyze_video

        return analyze_video(
            args.video,
            reference=reference,
            back=getattr(args, "back", None),
            settings=settings,
            progress=progress,
            film=getattr(args, "film", None),
        )


def _write_report(path: Path, report: Report, say: Callable[[str], str]) -> None:
    from coach.atomic import write_bytes

    write_bytes(path, (_json(report.to_json(say)) + "\n").encode())


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)


def _show(args: argparse.Namespace, recording: Recording, report: Report, reference: Reference) -> None:
    from coach.export.terminal import render
    from coach.export.words import Words
    from coach.scoring.cues import sentences

    say = Words(args.language)
    said = [say.sentence(sentence) for sentence in sentences(report)]
    values = report.to_json(say.translate)
    print(_json(values) if args.json else render(values, said, say.language))
    if args.plot:
        from coach.export.plot import write_plot
        from coach.export.tracks import tracks
        from coach.scoring.tracked import shown

        mine = tracks(shown(recording, seen=report.tracking))
        model = tracks(reference.motion, mine.back_length_cm, passes=1)
        write_plot(args.plot, values, mine, model, say.language, said[0] if said else "")


def _overlay(args: argparse.Namespace, recording: Recording) -> None:
    from coach.console import Progress, quiet_libraries

    with quiet_libraries(), Progress(args.say(N_("Writing the video"))) as progress:
        from coach.vision.overlay import write_overlay
        from coach.vision.sources import VideoFile

        with VideoFile(args.video) as source:
            write_overlay(source, recording, args.overlay, scale=source.scale, progress=progress)


def _reference_list(args: argparse.Namespace) -> None:
    from coach.scoring.reference import list_references

    listed = list_references()
    width = max((len(reference.name) for reference in listed), default=0)
    for reference in listed:
        text = reference.title[args.language] if reference.title else ""
        if reference.problem is not None:
            text = reference.problem.text(args.say)
        elif reference.own:
            own = args.say(N_("your own"))
            text += f" ({own})"
        print(f"{reference.name:<{width}}  {_one_line(text)}")


def _reference_add(args: argparse.Namespace) -> None:
    from coach.motion.recording import Recording
    from coach.scoring.adding import add_reference
    from coach.scoring.reference import clean_name

    clean_name(args.name)  # a bad name is refused before the long work
    if args.source.suffix.lower() == ".parquet":
        recording = Recording.from_parquet(args.source)
    else:
        args.video = args.source
        recording = _analysis(args, None, _settings(args)).recording
    reference = add_reference(recording, args.name)
    print(
        args.say(N_("Reference “{name}” was added: {folder}")).format(
            name=reference.name, folder=reference.folder
        )
    )


def _reference_show(args: argparse.Namespace) -> None:
    from coach.export.terminal import reference_card
    from coach.scoring.reference import load_reference

    print(reference_card(load_reference(args.name), args.language))


def _reference_rename(args: argparse.Namespace) -> None:
    from coach.scoring.own_references import rename

    rename(args.name, args.title)
    print(args.say(N_("It is called “{title}” now.")).format(title=args.title.strip()))


def _models_fetch(args: argparse.Namespace) -> None:
    from coach.console import Progress, quiet_libraries
    from coach.vision import models

    with quiet_libraries(), Progress(args.say(N_("Fetching"))) as progress:
        models.fetch(lambda what, done, total: progress(done, total))
    print(args.say(N_("The model files are in {folder}.")).format(folder=models.models_folder()))


def _models_verify(args: argparse.Namespace) -> None:
    from coach.vision import models

    words = {
        "ok": args.say(N_("in order")),
        "missing": args.say(N_("missing")),
        "damaged": args.say(N_("damaged")),
    }
    states = models.verify()
    width = max(len(name) for name, _ in states)
    for name, state in states:
        print(f"{name:<{width}}  {words[state]}")
    if any(state != "ok" for _, state in states):
        raise InputError(N_("Not every model file is in order. Run `massage-coach models fetch`."))


def _app(args: argparse.Namespace) -> None:
    from coach.serve import serve

    status = serve(args.port, open_browser=not args.no_browser, language=args.language)
    if status:
        raise SystemExit(1)


def _of(module: str, name: str) -> Callable[[argparse.Namespace], None]:
    """A command of a module that loads the database's libraries."""

    def run(args: argparse.Namespace) -> None:
        getattr(import_module(f"coach.{module}"), name)(args)

    return run


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "demo": _demo,
    "analyze": _analyze,
    "score": _score,
    "reference_list": _reference_list,
    "reference_add": _reference_add,
    "reference_show": _reference_show,
    "reference_rename": _reference_rename,
    "reference_remove": _of("cli_records", "remove_reference"),
    "keep": _of("cli_records", "keep"),
    "instructor_list": _of("cli_records", "instructors"),
    "instructor_reset": _of("cli_records", "reset_password"),
    "instructor_link": _of("cli_records", "link_account"),
    "instructor_unlink": _of("cli_records", "unlink_account"),
    "records_take_in": _of("cli_records", "take_in"),
    "records_check": _of("cli_records", "check"),
    "records_tidy": _of("cli_records", "tidy"),
    "records_withdraw": _of("cli_records", "withdraw"),
    "records_backup": _of("cli_records", "backup"),
    "records_restore": _of("cli_records", "restore"),
    "rescore": _of("cli_records", "rescore"),
    "programme_sample": _of("cli_programme", "sample"),
    "programme_report": _of("cli_programme", "report"),
    "exchange_card": _of("cli_exchange", "card"),
    "exchange_pair": _of("cli_exchange", "pair"),
    "exchange_send": _of("cli_exchange", "send"),
    "exchange_merge": _of("cli_exchange", "merge"),
    "exchange_conflicts": _of("cli_exchange", "conflicts"),
    "models_fetch": _models_fetch,
    "models_verify": _models_verify,
    "app": _app,
}
