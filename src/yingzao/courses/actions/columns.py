"""A kept list of completions: which of its columns is what, and which of its courses is ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.core import locking, media
from yingzao.core.errors import Refused
from yingzao.core.ports import CompletionLayout, CompletionRow, Sheet, port
from yingzao.courses.queries import outside as queries
from yingzao.courses.readers import completion_words
from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import SourceFile
from yingzao.people.models import Person

MOST_FORMS = 12  # differently headed sheets of one file


@dataclass(frozen=True, slots=True)
class Form:
    """Sheets of one header, and how they are read."""

    sheets: tuple[Sheet, ...]
    layouts: tuple[CompletionLayout, ...]

    @property
    def layout(self) -> CompletionLayout:
        return self.layouts[0]


@dataclass(frozen=True, slots=True)
class Looked:
    """A kept list as it would be read. `lacking`: `person` or `progress` where no sheet has such a column, `title` where it
    is not known which course of the list is this one."""

    forms: tuple[Form, ...]
    hidden: tuple[str, ...]  # sheets that are not looked at
    rows: tuple[CompletionRow, ...]
    titles: Mapping[str, int]  # what courses are called in the list → rows
    ours: frozenset[str]
    lacking: str
    is_remembered: bool = False

    @property
    def unread(self) -> tuple[str, ...]:
        """Sheets in which nobody or no progress is named."""
        return tuple(s.name for form in self.forms if form.layout.lacking for s in form.sheets)


def look_at_list(source_file: SourceFile, chosen: Mapping[str, Any] | None = None) -> Looked:
    """The list under the columns chosen, else under those kept with it, else under those remembered in the programme for such
    a header, else under a proposal. Writes nothing.

    `chosen`: `{"tables": {"0": {"header_row": 1, "columns": {"0": "name"}}}, "titles": ["…"]}`, each of which may be
    missing. Raises Refused where two columns are set to one field.
    """
    reader, words = port("completions"), completion_words()
    sheets = port("tables").read(media.read_bytes(source_file.file), source_file.name)
    filled = [sheet for sheet in sheets if sheet.rows]
    visible = [sheet for sheet in filled if not sheet.hidden] or filled
    said_of_tables = (chosen or {}).get("tables", {})
    known = [source_file.mapping] if source_file.mapping else queries.remembered_mappings(source_file)
    by_headers: dict[tuple[str, ...], list[tuple[Sheet, CompletionLayout]]] = {}
    for sheet in visible:
        proposed = reader.propose(sheet, words)
        by_headers.setdefault(_trimmed(proposed.headers), []).append((sheet, proposed))
    forms, is_remembered = [], False
    for position, (headers, group) in enumerate(islice(by_headers.items(), MOST_FORMS)):
        choice = said_of_tables.get(str(position))
        if choice is None and (choice := _remembered(headers, known)):
            is_remembered = not source_file.mapping
        layouts = [_layout(sheet, proposed, choice or {}) for sheet, proposed in group]
        forms.append(Form(tuple(sheet for sheet, _proposed in group), tuple(layouts)))
    rows = tuple(
        row
        for form in forms
        if not form.layout.lacking
        for sheet, layout in zip(form.sheets, form.layouts, strict=True)
        for row in reader.read(sheet, layout, words)
    )
    titles = Counter(row.course for row in rows if row.course)
    ours = _ours(source_file, titles, (chosen or {}).get("titles"))
    lacking = "" if rows else next((f.layout.lacking for f in forms if f.layout.lacking), "person")
    if rows and titles and not ours:
        lacking = "title"
    hidden = tuple(sheet.name for sheet in filled if sheet not in visible)
    return Looked(tuple(forms), hidden, rows, titles, ours, lacking, is_remembered)


def _trimmed(headers: Sequence[str]) -> tuple[str, ...]:
    """A header without the empty cells to its right."""
    words = list(headers)
    while words and not words[-1]:
        words.pop()
    return tuple(words)


def _remembered(headers: tuple[str, ...], known: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """How a sheet with this header was read before: by what it looked like (`proposed`) before a row was chosen."""
    for mapping in known:
        for table in mapping.get("tables", ()):
            if headers and headers == tuple(table["proposed"]):
                return table
    return None


def _layout(sheet: Sheet, proposed: CompletionLayout, choice: Mapping[str, Any]) -> CompletionLayout:
    reader = port("completions")
    row = choice.get("header_row")
    layout = proposed if row in (None, proposed.header_row) else reader.under(sheet, row, completion_words())
    if "columns" not in choice:
        return layout
    mapping = {
        int(column): field
        for column, field in choice["columns"].items()
        if field in reader.fields
        and int(column) < len(layout.headers)
        and int(column) not in layout.discarded
    }
    if len(set(mapping.values())) < len(mapping):
        raise Refused(_("Two columns are set to the same field."), code="twice", field="columns")
    return replace(layout, mapping=mapping)


def _ours(source_file: SourceFile, titles: Mapping[str, int], chosen: Sequence[str] | None) -> frozenset[str]:
    """Which courses of the list are this one: those chosen, those of this name, those called so before, or the only one."""
    for wanted in (chosen, source_file.mapping.get("titles")):
        if wanted is not None and (found := frozenset(wanted) & titles.keys()):
            return found
    if not titles:
        return frozenset()
    activity = Activity.objects.filter(
        programme=source_file.programme_id, code=source_file.about_code
    ).first()
    names = {_plain(activity.title), _plain(activity.short_title)} - {""} if activity else set()
    if same := frozenset(title for title in titles if _plain(title) in names):
        return same
    if before := queries.remembered_titles(source_file) & titles.keys():
        return frozenset(before)
    return frozenset(titles) if len(titles) == 1 else frozenset()


def _plain(text: str) -> str:
    return "".join(text.split()).strip("《》「」“”\"'").lower()


@transaction.atomic
def say_columns(*, source_file: SourceFile, by: Person, chosen: Mapping[str, Any]) -> Looked:
    """Keep with a list which column is what and which course is ours; remembered in the programme for the next list of this
    header once this one is taken. Raises Refused while something lacks."""
    looked = look_at_list(source_file, chosen)
    require_enough(looked)
    locking.take_turn(f"enrolment.source:{source_file.pk}")
    source_file.refresh_from_db(fields=["state"])
    if source_file.state == SourceState.READ:
        source_file.mapping = mapping_of(looked)
        source_file.save(update_fields=["mapping"])
    return looked


def require_enough(looked: Looked) -> None:
    sentences = {
        "person": _("Say which column holds the names or the telephone numbers."),
        "progress": _("Say which column holds the progress, the state or the time of completion."),
        "title": _("The list holds several courses. Say which of them is this one."),
    }
    if looked.lacking:
        raise Refused(sentences[looked.lacking], code="columns", field="columns")


def mapping_of(looked: Looked) -> dict[str, Any]:
    reader, words = port("completions"), completion_words()
    return {
        "tables": [
            {
                "proposed": list(_trimmed(reader.propose(form.sheets[0], words).headers)),
                "header_row": form.layout.header_row,
                "columns": {str(column): field for column, field in form.layout.mapping.items()},
            }
            for form in looked.forms
        ],
        "titles": sorted(looked.ours),
    }
