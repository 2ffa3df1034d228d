"""The one command line: `yingzao serve`, `demo`, `check`, `recompute`, `export`, `reset-link`, `backup`, `restore`.

Errors are one line on stderr: exit 2 for bad input, 1 for failure. YINGZAO_DEBUG=1 shows tracebacks.
"""

import io
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from yingzao import __version__
from yingzao.project import database, instance
from yingzao.project.instance import Unusable
from yingzao.project.speech import _, in_chinese

app = typer.Typer(
    name="yingzao",
    help=_("Train community workers, and trace every place on the final list to its evidence."),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
# Newer versions of typer bring a click of their own; these are the ones it raises.
UsageError: Any = typer.BadParameter.__mro__[1]
ClickException: Any = typer.BadParameter.__mro__[2]


def _choose_folder(path: Path | None) -> Path | None:
    if path is not None:
        os.environ["YINGZAO_DATA"] = str(path.resolve())
    return path


Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", callback=_choose_folder, help=_("Data folder (else YINGZAO_DATA, else ./data).")),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help=_("Answer as JSON on stdout."))]


def say(sentence: str) -> None:
    """Tell the person at the terminal; stdout stays free for answers that a program reads."""
    Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(sentence)


def writes_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def answer(values: dict[str, Any]) -> None:
    print(json.dumps(values, ensure_ascii=not writes_unicode(), indent=1, default=str))


def open_instance() -> None:
    """Start Django on an instance that exists and fits this version. Raises Unusable."""
    if "DATABASE_URL" not in os.environ and not (instance.folder() / instance.DATABASE).exists():
        raise Unusable(
            _("There is no instance in {path}. Start one with `yingzao serve` or `yingzao demo`.").format(
                path=instance.folder()
            )
        )
    os.environ["YINGZAO_DATA"] = str(instance.folder())
    database.start_django()
    database.refuse_newer()


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def options(
    data: Data = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Print the version."))
    ] = False,
) -> None:
    pass


@app.command(help=_("Serve the pages and run the jobs, until Ctrl+C or SIGTERM."))
def serve(
    host: Annotated[str, typer.Option(help=_("Address to listen on; 0.0.0.0 for the local network."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    cert: Annotated[Path | None, typer.Option(help=_("TLS certificate (PEM)."), exists=True, dir_okay=False)] = None,
    key: Annotated[Path | None, typer.Option(help=_("Its key (PEM, PKCS#8)."), exists=True, dir_okay=False)] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help=_("Web processes (SQLite: 1 is fastest)."))] = None,
    demo_public: Annotated[
        bool, typer.Option("--demo-public", help=_("Show the example's sign-in buttons beyond this machine."))
    ] = False,
    data: Data = None,
) -> None:  # fmt: skip
    from yingzao.project import serving

    if (cert is None) != (key is None):
        raise typer.BadParameter(_("--cert and --key belong together."))
    if demo_public and not instance.is_demo():
        raise typer.BadParameter(_("--demo-public is for an instance that `yingzao demo` made."))
    raise typer.Exit(
        serving.run(
            host=host, port=port, certificate=cert, key=key, workers=workers, demo_public=demo_public, say=say
        )
    )


@app.command(help=_("Build the example programme in the data folder."))
def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help=_("Build it anew; what was done in it is lost."))] = False,
    if_empty: Annotated[bool, typer.Option("--if-empty", help=_("Do nothing when the folder is in use."))] = False,
    data: Data = None,
) -> None:  # fmt: skip
    instance.prepare_folder()
    os.environ["YINGZAO_DATA"] = str(instance.folder())
    if if_empty and not instance.is_empty():
        return
    with instance.held(alone=True):
        _build_demo(fresh=fresh)


def _build_demo(*, fresh: bool) -> None:
    from yingzao.project import emptying

    if instance.is_demo() and not fresh:
        say(
            _("The example stands in {path}. `yingzao demo --fresh` builds it anew.").format(
                path=instance.folder()
            )
        )
        return
    unfinished = instance.demo_mark() is not None
    database.start_django()
    if not unfinished and not emptying.is_vacant():
        raise Unusable(
            _(
                "{path} holds an instance that `demo` did not make; it stays as it is. Choose another with --data."
            ).format(path=instance.folder())
        )
    say(_("Building the example programme in {path} …").format(path=instance.folder()))
    instance.mark_demo(complete=False)
    emptying.empty()
    database.bring_up_to_date(say=say)
    from yingzao.project.demo import build_demo

    build_demo(say=say)
    instance.mark_demo(complete=True)
    say(_("The example is ready. Look at it with: yingzao serve"))


@app.command(help=_("Self-test of the instance: database, migrations, files, fonts."))
def check(
    deep: Annotated[bool, typer.Option("--deep", help=_("Read every stored file, not a sample."))] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    open_instance()
    from yingzao.project import self_test

    findings = self_test.examine(deep=deep)
    if as_json:
        answer({"ok": all(f.ok for f in findings), "checks": [vars(f) for f in findings]})
    else:
        for finding in findings:
            print(f"{'✓' if finding.ok else '✗'} {finding.what}: {finding.found}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command(help=_("Derive every duty afresh from the evidence and report differences."))
def recompute(as_json: Json = False, data: Data = None) -> None:
    open_instance()
    from yingzao.activities.actions import recompute_all

    with Console(stderr=True).status(_("Deriving every duty from its evidence …")):
        report = recompute_all()
    if as_json:
        answer(asdict(report))
    else:
        for d in report.differences:
            print(f"{d.programme} {d.enrolment} {d.activity}: {d.stored} → {d.derived}")
        print(
            _(
                "{duties} duties derived; {due} changed by time alone, {missing} missing, {differences} differences."
            ).format(
                duties=report.duties,
                due=report.due,
                missing=report.missing,
                differences=len(report.differences),
            )
        )
    if report.differences or report.missing:
        raise typer.Exit(1)


@app.command(
    help=_(
        "Write one programme into a folder as plain files, people by code: evidence, marks, packs of its lists."
    )
)
def export(
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help=_("Its code or its name."))],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("A folder that is empty or not there."))],
    names: Annotated[
        bool, typer.Option("--names", help=_("Names, telephones and the files they came in, too."))
    ] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    open_instance()
    from yingzao.core import clock
    from yingzao.project import programme_export

    found = programme_export.find_programme(programme)
    if found is None:
        raise typer.BadParameter(_("There is no programme {name}, or more than one.").format(name=programme))
    try:
        written = programme_export.write(found, folder, with_names=names, at=f"{clock.now():%Y-%m-%d %H:%M}")
    except programme_export.NotEmpty:
        raise typer.BadParameter(
            _("{path} is not empty; nothing is written over.").format(path=folder)
        ) from None
    if as_json:
        answer({"folder": folder.resolve(), "files": written.files, "rows": written.rows})
    else:
        print(
            _("{folder}: {files} files, {rows} rows.").format(
                folder=folder, files=written.files, rows=written.rows
            )
        )
        if names:
            say(_("It holds personal data: keep it safe."))


@app.command("reset-link", help=_("A one-time link for a new password, for whoever has no organiser to ask."))
def reset_link(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Username or phone number."))],
    data: Data = None,
) -> None:
    open_instance()
    from django.urls import reverse

    from yingzao.people import actions, queries

    person = queries.find_person(name)
    if person is None or not person.is_active:
        raise typer.BadParameter(_("There is no account with this username or phone number."))
    token = actions.make_reset_link(by=None, person=person, organisation=None)
    print(reverse("people:reset", args=[token]))
    say(_("Put it after the address of this Yingzao. It works once, for 24 hours."))


@app.command(help=_("Write the whole instance, database and files, into one file; serving may go on."))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    if file.exists():
        raise typer.BadParameter(
            _("{file} exists; a backup is never written over another.").format(file=file)
        )
    if not file.resolve().parent.is_dir():
        raise typer.BadParameter(_("There is no folder {path}.").format(path=file.resolve().parent))
    open_instance()
    from yingzao.project import backup as archive

    with Console(stderr=True).status(_("Writing the backup …")):
        manifest = archive.write(file)
    for path in manifest.damaged:
        say(_("Missing or damaged in the instance itself: {path}").format(path=path))
    if as_json:
        answer(
            {
                "file": file.resolve(),
                "rows": manifest.rows,
                "files": manifest.files,
                "bytes": file.stat().st_size,
            }
        )
    else:
        print(
            _(
                "{file}: {rows} rows and {files} files, {size} MB. It holds personal data: keep it safe."
            ).format(
                file=file, rows=manifest.rows, files=manifest.files, size=round(file.stat().st_size / 1e6, 1)
            )
        )


@app.command(help=_("Read a backup into an empty instance; --force replaces what is there."))
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    force: Annotated[bool, typer.Option("--force", help=_("Replace what the instance holds."))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("With --force: do not ask."))] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    instance.prepare_folder()
    os.environ["YINGZAO_DATA"] = str(instance.folder())
    with instance.held(alone=True):
        database.start_django()
        from yingzao.project import backup as archive
        from yingzao.project import emptying

        manifest = archive.verify(file)
        if not emptying.is_vacant():
            if not force:
                raise Unusable(
                    _(
                        "{path} is not empty. Restore into an empty folder, or replace its content with --force."
                    ).format(path=instance.folder())
                )
            if not yes and not typer.confirm(
                _("Everything in {path} will be replaced. Go on?").format(path=instance.folder()), err=True
            ):
                raise typer.Abort
        with Console(stderr=True).status(_("Restoring …")):
            reapplied = archive.restore(file)
    if as_json:
        answer({"rows": manifest.rows, "files": manifest.files, "erasures": reapplied})
    else:
        print(
            _("Restored {rows} rows and {files} files; {erasures} erasures applied again.").format(
                rows=manifest.rows, files=manifest.files, erasures=reapplied
            )
        )


@app.command(
    help=_("Reconcile meeting exports with a roster: who attended, who did not, which rows need a person.")
)
def attendance(
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT…")],
    roster: Annotated[Path, typer.Option(help=_("Roster: a table, or JSON."))],
    start: Annotated[str, typer.Option(metavar="T", help=_("Start of the session: YYYY-MM-DD HH:MM[:SS] or ISO 8601."))],
    end: Annotated[str, typer.Option(metavar="T", help=_("Its end."))],
    min_share: Annotated[str, typer.Option(metavar="SHARE", help=_("Least share of the session."))] = "0.6",
    late_after: Annotated[
        str, typer.Option(metavar="MINUTES", help=_("Late from so long after the start."))
    ] = "10",
    early_before: Annotated[
        str, typer.Option(metavar="MINUTES", help=_("Early until so long before the end."))
    ] = "10",
    as_json: Json = False,
) -> None:  # fmt: skip
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingzao.project.settings")
    from yingzao.core.errors import Refused
    from yingzao.project import attendance as reconciling

    try:
        found = reconciling.reconcile(
            reports,
            roster=roster,
            start=reconciling.parse_moment(start),
            end=reconciling.parse_moment(end),
            min_share=reconciling.parse_share(min_share),
            late_after=reconciling.parse_minutes(late_after),
            early_before=reconciling.parse_minutes(early_before),
        )
    except Refused as refusal:
        raise UsageError(reconciling.sentence_of(refusal)) from None
    print(reconciling.as_table(found)) if not as_json else answer(found)


@app.command(help=_("Read a post, page, Word file or feed into clean articles; write posts back."))
def article(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    hexo: Annotated[Path | None, typer.Option(metavar="DIR", help=_("Write the post back into this folder."), file_okay=False)] = None,
    change: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help=_("With --hexo: set a key of the post's head; without a value, take it out."))] = None,
    body: Annotated[Path | None, typer.Option(metavar="FILE", help=_("With --hexo: put this file's text in place of the post's."), exists=True, dir_okay=False)] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    if (change or body) and hexo is None:
        raise typer.BadParameter(_("--set and --body belong with --hexo."))
    pairs = [text.partition("=") for text in change or ()]
    if any(not key.strip() for key, _sign, _value in pairs):
        raise typer.BadParameter(_("Write --set as KEY=VALUE."))
    database.start_django()
    from django.utils import translation

    from yingzao.core.errors import Refused
    from yingzao.project import article as reading

    with translation.override("zh-hans" if in_chinese else "en"):
        try:
            if hexo is not None:
                changes = {key.strip(): value or None for key, _sign, value in pairs}
                text = body.read_text(encoding="utf-8") if body else None
                for path in reading.write_posts(file, hexo, changes=changes, body=text):
                    say(str(path))
            if as_json or hexo is None:
                kind, entries = reading.told_in_turn(file)
                pieces = (
                    reading.as_json(kind, entries, ascii_only=not writes_unicode())
                    if as_json
                    else reading.as_lines(entries)
                )
                sys.stdout.writelines(pieces)
        except Refused as refusal:
            raise UsageError(refusal.sentence) from None


@app.command(help=_("Adjust marks for the severity of judges; says when that cannot be told."))
def calibrate(
    marks: Annotated[Path, typer.Argument(metavar="MARKS.csv", exists=True, dir_okay=False)],
    method: Annotated[Literal["eb", "mml", "jml"], typer.Option(help=_("eb: shrunken severities; mml: not shrunken; jml: as FACETS."))] = "eb",
    scale: Annotated[Literal["auto", "rsm", "pcm", "linear"], typer.Option(help=_("rsm: shared thresholds; pcm: for each criterion; linear: marks as they are."))] = "auto",
    allocation: Annotated[Literal["random", "cohort", "unknown"], typer.Option(help=_("How judges came to learners: random lots, or by groups."))] = "unknown",
    on_disconnected: Annotated[Literal["refuse", "per-subset", "assume-exchangeable"], typer.Option(help=_("When parts of the marks share nobody."))] = "refuse",
    top: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("Also the chance of being among the first N."))] = None,
    maximum: Annotated[list[str] | None, typer.Option("--max", metavar="CRITERION=VALUE", help=_("Highest level of a criterion (else the highest mark of all)."))] = None,
    anchor: Annotated[list[str] | None, typer.Option(metavar="JUDGE=SEVERITY", help=_("Hold a severity fixed."))] = None,
    halo: Annotated[bool, typer.Option("--halo/--no-halo", help=_("Let criteria that go together count for less in statements of certainty."))] = True,
    seed: Annotated[int, typer.Option(min=0, help=_("Of the draws for chances and intervals."))] = 0,
    as_json: Json = False,
) -> None:  # fmt: skip
    maxima = {name: int(value) for name, value in _pairs("--max", maximum, whole=True)}
    anchors = dict(_pairs("--anchor", anchor))
    database.start_django()
    from django.utils import translation

    from yingzao.project import calibrate as severity

    with translation.override("zh-hans" if in_chinese else "en"):
        found = severity.calibrate(
            marks,
            method=method,
            scale=scale,
            allocation=allocation,
            on_disconnected=on_disconnected.replace("-", "_"),
            top=top,
            maxima=maxima,
            anchors=anchors,
            halo=halo,
            seed=seed,
        )
        if as_json or found["refused"]:
            answer(found)
        else:
            print(severity.as_table(found, HEADINGS.__getitem__))
            for warning in found["warnings"]:
                say(warning["text"])
    if found["refused"]:
        raise UsageError(found["refused"]["text"])


HEADINGS = {
    "place": _("Rank"), "learner": _("Learner"), "fair": _("Adjusted"), "raw": _("Mean"), "raw_place": _("By mean"),
    "interval": _("90% within"), "judge": _("Judge"), "severity": _("Severity"), "error": _("± error"), "marks": _("Marks given"),
}  # fmt: skip


def _pairs(option: str, given: list[str] | None, *, whole: bool = False) -> list[tuple[str, float]]:
    """NAME=NUMBER as pairs; a name may hold a = itself."""
    pairs = []
    for text in given or ():
        name, sign, value = text.rpartition("=")
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not sign or not name.strip() or number != number or (whole and number != int(number)):
            raise typer.BadParameter(
                _("Write {option} as NAME=NUMBER, not {text}.").format(option=option, text=text)
            )
        pairs.append((name.strip(), number))
    return pairs


def main() -> None:
    """Run the command line; every failure is one line on stderr. What a terminal cannot show is a ?."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False)
    except UsageError as mistake:
        code = _complain(mistake.format_message(), 2)
    except ClickException as mistake:
        code = _complain(mistake.format_message(), 1)
    except (typer.Abort, KeyboardInterrupt):
        code = _complain(_("Stopped; nothing more was done."), 1)
    except Unusable as failure:
        code = _complain(str(failure), 1)
    except Exception as failure:
        if os.environ.get("YINGZAO_DEBUG") == "1":
            raise
        detail = " ".join(str(failure).split())
        code = _complain(f"{detail or '?'} ({type(failure).__name__})", 1)
    sys.exit(code or 0)


def _complain(sentence: str, code: int) -> int:
    print(f"yingzao: {' '.join(sentence.split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
