"""Translations: one catalogue a room, kept in step with the source.

    python tools/messages.py update [ROOM…]        take new strings in, drop those that are gone (needs xgettext)
    python tools/messages.py missing [ROOM…] [--json]   what has no Chinese yet
    python tools/messages.py fill ROOM FILE.json   {"msgid": "msgstr"}; a plural is {"msgid": ["msgstr"]}; where there is a
                                                   context, it stands before the msgid: {"context\\u0004msgid": …}
    python tools/messages.py check [ROOM…]         fail when anything is open (needs xgettext)
    python tools/messages.py compile               write the .mo files that the product reads

Rooms are named as folders below src/yingzao (`people`, `core`, `core/ui`); `project` also holds cli.py and the
integrations. Catalogues are sorted and carry no dates or line numbers, so that two branches rarely meet in one.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "yingzao"
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
HEADER = {
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")


def rooms() -> list[str]:
    """Every folder that may hold strings of its own."""
    apps = {p.parent.relative_to(SOURCE).as_posix() for p in SOURCE.rglob("apps.py")}
    return sorted(apps | {"project"})


def catalogue_of(room: str) -> Path:
    return SOURCE / room / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def sources(room: str) -> list[Path]:
    """Python files and templates of one room; a room inside it (core/ui) speaks for itself."""
    folders = [SOURCE / room]
    if room == "project":
        folders.append(SOURCE / "integrations")
    inner = [SOURCE / other for other in rooms() if other.startswith(f"{room}/")]
    found = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".typ"}
        and not {"migrations", "static", "locale"} & set(path.relative_to(folder).parts)
        and (path.suffix == ".py" or "templates" in path.parts)
        and not any(path.is_relative_to(other) for other in inner)
    ]
    if room == "project":
        found.append(SOURCE / "cli.py")
    return sorted(path for path in found if path.is_file())


def extract(room: str):
    """The strings that a room's source holds now, as a polib catalogue."""
    import polib
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    if not shutil.which("xgettext"):
        sys.exit("tools/messages.py: xgettext is missing. Install it: apt-get install gettext")
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for path in sources(room):
            name = path.relative_to(SOURCE)
            text = path.read_text(encoding="utf-8")
            copy = Path(folder, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text if path.suffix == ".py" else templatize(text, origin=name), encoding="utf-8")
            names.append(name.as_posix())
        if not names:
            return polib.POFile()
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--add-comments=Translators"]
        command += ["--add-location=file", "--no-wrap", "--sort-output", "--output=-", "--files-from=-"]
        command += [f"--keyword={keyword}" for keyword in KEYWORDS]
        run = subprocess.run(
            command, cwd=folder, input="\n".join(names), capture_output=True, text=True, encoding="utf-8"
        )
    if run.returncode:
        sys.exit(run.stderr)
    return polib.pofile(run.stdout) if run.stdout.strip() else polib.POFile()


def merged(room: str):
    """The room's catalogue as it should be: the strings of the source with the translations that stand."""
    import polib

    old = {}
    if catalogue_of(room).exists():
        old = {(e.msgctxt, e.msgid): e for e in polib.pofile(str(catalogue_of(room))) if not e.obsolete}
    new = polib.POFile(wrapwidth=1_000_000)
    new.metadata = dict(HEADER)
    for found in sorted(extract(room), key=lambda e: (e.msgid, e.msgctxt or "")):
        kept = old.get((found.msgctxt, found.msgid))
        entry = polib.POEntry(
            msgid=found.msgid,
            msgctxt=found.msgctxt,
            comment=found.comment,
            occurrences=sorted({(name, "") for name, _ in found.occurrences}),
            flags=sorted(set(found.flags) | (set(kept.flags) & {"fuzzy"} if kept else set())),
        )
        if found.msgid_plural:
            entry.msgid_plural = found.msgid_plural
            text = (kept.msgstr_plural.get(0) or kept.msgstr) if kept else ""
            entry.msgstr_plural = {0: text}
        elif kept:
            entry.msgstr = kept.msgstr or kept.msgstr_plural.get(0, "")
        new.append(entry)
    return new


def stored(room: str):
    import polib

    path = catalogue_of(room)
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def update(chosen: Iterable[str]) -> None:
    for room in chosen:
        catalogue, path = merged(room), catalogue_of(room)
        if not len(catalogue) and not path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{catalogue}".rstrip("\n") + "\n", encoding="utf-8")
        open_ = len(untranslated(catalogue))
        print(f"{room}: {len(catalogue)} strings, {open_} without Chinese")


def untranslated(catalogue) -> list:
    return [entry for entry in catalogue if not entry.obsolete and (not entry.translated() or entry.fuzzy)]


def missing(chosen: Iterable[str], *, as_json: bool) -> None:
    found = {room: untranslated(stored(room)) for room in chosen}
    if as_json:
        print(json.dumps(
            {room: {key_of(e): ([""] if e.msgid_plural else "") for e in es} for room, es in found.items() if es},
            ensure_ascii=False,
            indent=1,
        ))  # fmt: skip
        return
    for room, entries in found.items():
        for entry in entries:
            print(f"{room}: {entry.msgid!r}" + (f" / {entry.msgid_plural!r}" if entry.msgid_plural else ""))


def key_of(entry) -> str:
    """What names a string: itself, behind its context and EOT where it has one, as in compiled catalogues."""
    return entry.msgid_with_context


def fill(room: str, file: Path) -> None:
    catalogue = stored(room)
    entries = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    unknown = []
    for key, text in json.loads(file.read_text(encoding="utf-8")).items():
        singular = text[0] if isinstance(text, list) else text
        entry = entries.get(key)
        if entry is None:
            unknown.append(key)
            continue
        if entry.msgid_plural:
            entry.msgstr_plural = {0: singular}
        else:
            entry.msgstr = singular
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    catalogue.wrapwidth = 1_000_000
    catalogue_of(room).write_text(f"{catalogue}".rstrip("\n") + "\n", encoding="utf-8")
    print(f"{room}: {len(untranslated(catalogue))} left without Chinese")
    for key in unknown:
        print(f"{room}: no such string in the catalogue: {key!r} (run update first?)", file=sys.stderr)
    if unknown:
        sys.exit(1)


def check(chosen: Iterable[str]) -> None:
    problems = []
    for room in chosen:
        wanted, have = merged(room), stored(room)
        keys = {(e.msgctxt, e.msgid, e.msgid_plural) for e in have if not e.obsolete}
        if keys != {(e.msgctxt, e.msgid, e.msgid_plural) for e in wanted}:
            problems.append(f"{room}: catalogue out of date; run: python tools/messages.py update {room}")
        for entry in untranslated(wanted):
            problems.append(f"{room}: no Chinese for {entry.msgid!r}")
        for entry in wanted:
            text = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
            # A plural may leave its number out; it may not name what the source does not.
            source = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            target = set(PLACEHOLDER.findall(text))
            if text and (target - source or (not entry.msgid_plural and source - target)):
                problems.append(f"{room}: placeholders differ in {entry.msgid!r} → {text!r}")
    problems += disagreements()
    if problems:
        print("\n".join(problems), file=sys.stderr)
        sys.exit(f"{len(problems)} to mend. `missing --json`, translate, `fill ROOM FILE.json`.")


def disagreements() -> list[str]:
    """One English text with two Chinese ones: Django lays all catalogues on one heap, so one of them is never seen."""
    seen: dict[tuple, dict[str, list[str]]] = {}
    for room in rooms():
        for entry in stored(room):
            text = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
            if text and not entry.obsolete:
                seen.setdefault((entry.msgctxt, entry.msgid), {}).setdefault(text, []).append(room)
    return [
        f"{msgid!r} differs: " + "; ".join(f"{text} ({', '.join(where)})" for text, where in texts.items())
        + ". Agree, or give one a context: pgettext, {% translate … context … %}"
        for (_context, msgid), texts in seen.items()
        if len(texts) > 1
    ]  # fmt: skip


def compile_all() -> None:
    """Write a .mo beside each .po that is newer. The same as the wheel's build does."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in SOURCE.rglob("*.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source, mo.open("wb") as target:
            write_mo(target, read_po(source))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("update", "missing", "check"):
        command = commands.add_parser(name)
        command.add_argument("rooms", nargs="*", metavar="ROOM")
        if name == "missing":
            command.add_argument("--json", action="store_true")
    command = commands.add_parser("fill")
    command.add_argument("room")
    command.add_argument("file", type=Path)
    commands.add_parser("compile")
    given = parser.parse_args()
    if given.command == "compile":
        return compile_all()
    chosen = [given.room] if given.command == "fill" else given.rooms or rooms()
    for room in chosen:
        if room not in rooms():
            sys.exit(f"No room {room!r}. Rooms: {', '.join(rooms())}")
    if given.command == "update":
        return update(chosen)
    if given.command == "missing":
        return missing(chosen, as_json=given.json)
    if given.command == "fill":
        return fill(given.room, given.file)
    return check(chosen)


if __name__ == "__main__":
    main()
