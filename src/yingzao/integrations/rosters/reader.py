"""A sheet → the people on it, with what is wrong and what was mended, row by row."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from yingzao.core.ports import (
    NoHeader,
    RosterLayout,
    RosterProblem,
    RosterReading,
    RosterRow,
    Row,
    Sheet,
)
from yingzao.integrations.rosters.headers import FOOTER, SYNONYMS, TOTAL, field_of
from yingzao.integrations.tables.cells import cell_text, column_letter, is_blank
from yingzao.integrations.tables.headers import is_discarded

HEADER_WITHIN = 15
FILLED_DOWN = {"community", "team", "post"}
_PHONE = re.compile(r"1[3-9]\d{9}")
_MASKED = re.compile(r"1\d{2}\*{4,6}\d{2,4}")
_ENDINGS = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会|社区|村)$")


class SheetRosterReader:
    """The `RosterReader` of the embedded instance."""

    fields = tuple(SYNONYMS)

    def recognise(self, sheets: Sequence[Sheet]) -> RosterLayout | None:
        layouts = [layout for sheet in sheets if (layout := _layout(sheet))]
        seen = {sheet.name: (not sheet.hidden, len(sheet.rows)) for sheet in sheets}

        def worth(layout: RosterLayout) -> tuple[bool, int, int]:
            shown, rows = seen[layout.sheet]
            return shown, len(layout.mapping), rows

        return max(layouts, key=worth, default=None)

    def read(
        self,
        sheets: Sequence[Sheet],
        layout: RosterLayout | None = None,
        *,
        communities: Iterable[str] = (),
    ) -> RosterReading:
        """`communities` are full names known from elsewhere: a short name that means one of them is written
        out."""
        layout = layout or self.recognise(sheets)
        if layout is None or "name" not in layout.mapping.values():
            raise NoHeader
        sheet = next(sheet for sheet in sheets if sheet.name == layout.sheet)
        problems = [
            RosterProblem("other_sheet", 0, {"sheet": other.name}, error=False)
            for other in sheets
            if other is not sheet and _layout(other)
        ]
        rows: list[RosterRow] = []
        spread = _spread(sheet, layout)
        for row in sheet.rows:
            if row.number > layout.header_row and (person := _person(row, layout, spread, problems)):
                rows.append(person)
        full_names = _full_names([*(row.fields.get("community", "") for row in rows), *communities])
        rows = [_with_full_community(row, full_names, problems) for row in rows]
        problems += _repeated(rows)
        return RosterReading(layout, tuple(rows), tuple(sorted(problems, key=lambda p: (p.row, p.code))))


# Layout


def _layout(sheet: Sheet) -> RosterLayout | None:
    """The row of the first 15 that names the most fields, a name among them."""
    best: RosterLayout | None = None
    for row in sheet.rows:
        if row.number > HEADER_WITHIN:
            break
        mapping = _mapping(row)
        alone = len([cell for cell in row.cells if cell_text(cell)]) == 1
        if "name" not in mapping.values() or (len(mapping) < 2 and not alone):
            continue
        if best is None or len(mapping) > len(best.mapping):
            discarded = tuple(
                column for column, cell in enumerate(row.cells) if is_discarded(cell_text(cell))
            )
            headers = tuple(cell_text(cell) for cell in row.cells)
            best = RosterLayout(sheet.name, row.number, headers, mapping, discarded)
    return best


def _mapping(header: Row) -> dict[int, str]:
    """Column → field; of two columns for one field the better word wins, then the first."""
    best: dict[str, tuple[int, int]] = {}
    for column, cell in enumerate(header.cells):
        if (found := field_of(cell)) and not is_discarded(cell_text(cell)):
            field, rank = found
            if field not in best or rank < best[field][0]:
                best[field] = (rank, column)
    return dict(sorted((column, field) for field, (_, column) in best.items()))


def _spread(sheet: Sheet, layout: RosterLayout) -> dict[tuple[int, int], str]:
    """(row, column) → the text of a cell merged downwards, for columns where one value stands for several
    people."""
    at = {row.number: row for row in sheet.rows}
    values = {}
    for first, left, last, right in sheet.merged:
        if last > first > layout.header_row and left == right and layout.mapping.get(left) in FILLED_DOWN:
            top = at.get(first)
            text = cell_text(top.cells[left]) if top and left < len(top.cells) else ""
            values.update({(number, left): text for number in range(first, min(last, first + 5000) + 1)})
    return values


# Rows


def _person(
    row: Row, layout: RosterLayout, spread: dict[tuple[int, int], str], problems: list[RosterProblem]
) -> RosterRow | None:
    said = [cell_text(cell) for cell in row.cells]
    given = {
        field: spread.get((row.number, column)) or (said[column] if column < len(said) else "")
        for column, field in layout.mapping.items()
    }
    own = {
        field: said[column]
        for column, field in layout.mapping.items()
        if column < len(said) and not is_blank(said[column])
    }
    if not own or (set(own) <= {"serial", "gender"} and "name" not in own):
        if any(said) and not FOOTER.match(next(filter(None, said))) and not set(own) <= {"serial"}:
            problems.append(RosterProblem("missing_name", row.number, {"text": " ".join(filter(None, said))}))
        return None
    if _is_footer(said, own) or _is_header_again(row, layout):
        return None
    if "name" not in own:
        problems.append(
            RosterProblem("missing_name", row.number, {"text": " ".join(filter(None, own.values()))})
        )
        return None
    fields = {field: "" if is_blank(text) else text for field, text in given.items()}
    fields["name"] = _clean_name(fields["name"], row.number, problems)
    if phone := fields.get("phone"):
        fields["phone"] = _clean_phone(phone, row.number, problems)
    if "community" in fields:
        fields["community"] = "".join(fields["community"].split())
    if "email" in fields:
        fields["email"] = fields["email"].lower()
    return RosterRow(row.number, fields, _raw(said, layout))


def _is_footer(said: list[str], own: dict[str, str]) -> bool:
    """A total, a note, a signature line: it begins like one, and names nobody (or its "name" is all that it
    has)."""
    first = next(filter(None, said))
    alone = len([text for text in said if text]) == 1
    if "name" in own and TOTAL.fullmatch(own["name"]):
        return True
    return bool(FOOTER.match(first)) and (alone or "name" not in own or first[-1] in "：:" or "：" in first)


def _is_header_again(row: Row, layout: RosterLayout) -> bool:
    """The header repeated at the top of a printed page."""
    return sum(1 for cell in row.cells if field_of(cell)) >= max(2, len(layout.mapping) - 1)


def _raw(said: list[str], layout: RosterLayout) -> dict[str, str]:
    raw: dict[str, str] = {}
    for column, text in enumerate(said):
        if text and column not in layout.discarded:
            header = (layout.headers[column] if column < len(layout.headers) else "") or column_letter(column)
            raw[header if header not in raw else f"{header} ({column_letter(column)})"] = text
    return raw


def _clean_name(given: str, number: int, problems: list[RosterProblem]) -> str:
    """Half width, without spaces but between Latin letters."""
    wide = unicodedata.normalize("NFKC", given)
    name = re.sub(r"(?<![A-Za-z.])\s+|\s+(?![A-Za-z])", "", " ".join(wide.split()))
    if name != given:
        code = "name_spaces" if re.search(r"\s", given.strip()) else "name_full_width"
        problems.append(RosterProblem(code, number, {"given": given, "to": name}, error=False))
    return name


def _clean_phone(given: str, number: int, problems: list[RosterProblem]) -> str:
    """11 digits where it is a mobile number, whatever stands between them; else as it stood, with a
    problem."""
    text = unicodedata.normalize("NFKC", given)
    digits = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", re.sub(r"[\s\-—_.()]", "", text))
    if _PHONE.fullmatch(digits):
        return digits
    code = "masked_phone" if _MASKED.fullmatch(digits) else "bad_phone"
    problems.append(RosterProblem(code, number, {"given": given}))
    return given


# Across rows


def _full_names(names: Iterable[str]) -> dict[str, str]:
    """Short name → the one full name that it can mean; short names with two meanings are left out."""
    meanings: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        if name and (short := _ENDINGS.sub("", name)) and short != name:
            full = re.sub(r"社区(?:居民委员会|居委会)$", "社区", name)
            meanings[short][re.sub(r"(?:村民委员会|村委会)$", "村", full)] += 1
    return {short: next(iter(full)) for short, full in meanings.items() if len(full) == 1}


def _with_full_community(
    row: RosterRow, full_names: dict[str, str], problems: list[RosterProblem]
) -> RosterRow:
    given = row.fields.get("community", "")
    full = full_names.get(given)
    if not full:
        return row
    problems.append(RosterProblem("community_expanded", row.row, {"given": given, "to": full}, error=False))
    return RosterRow(row.row, {**row.fields, "community": full}, row.raw)


def _repeated(rows: list[RosterRow]) -> list[RosterProblem]:
    """Phones and codes that stand twice, people who stand twice, and people who only share a name."""
    problems = []
    for field in ("phone", "code", "email"):
        first: dict[str, int] = {}
        for row in rows:
            value = row.fields.get(field, "")
            if value and value in first:
                data = {"by": field, "value": value, "of": str(first[value])}
                problems.append(RosterProblem("duplicate_in_file", row.row, data))
            first.setdefault(value, row.row)
    people: dict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        people[row.fields["name"]].append(row)
    for name, group in people.items():
        seen: dict[str, int] = {}
        for row in group:
            place = row.fields.get("community", "")
            if place in seen and not _told_apart(row, group):
                data = {"by": "name", "value": name, "of": str(seen[place])}
                problems.append(RosterProblem("duplicate_in_file", row.row, data))
            seen.setdefault(place, row.row)
        if len(group) > 1:
            rows_said = ", ".join(str(row.row) for row in group)
            problems += [
                RosterProblem("same_name", row.row, {"name": name, "rows": rows_said}, error=False)
                for row in group
            ]
    return problems


def _told_apart(row: RosterRow, group: list[RosterRow]) -> bool:
    """Of the same name and community, but with a phone or a code of their own: two people."""
    keys = [(other.fields.get("phone", ""), other.fields.get("code", "")) for other in group]
    own = (row.fields.get("phone", ""), row.fields.get("code", ""))
    return own != ("", "") and keys.count(own) == 1
