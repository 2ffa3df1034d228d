"""A sheet → the people on it, with what is wrong and what was mended, row by row."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from yingzao.core.masking import has_identity_number, without_identity_numbers
from yingzao.core.ports import (
    Cell,
    NoHeader,
    RosterLayout,
    RosterProblem,
    RosterReading,
    RosterRow,
    Row,
    Sheet,
)
from yingzao.integrations.rosters.headers import FOOTER, SYNONYMS, TOTAL, field_of, is_surely_name
from yingzao.integrations.tables.cells import cell_text, column_letter, is_blank
from yingzao.integrations.tables.headers import is_discarded

HEADER_WITHIN = 15
FILLED_DOWN = {"community", "team", "post"}
COUNTING = {"serial", "code"}
STARS = "****"  # what is left of an identity-card number
SHORTEST_IDENTITY = 15
SAMPLE, FEWEST_ROWS, MOST = 60, 3, 0.8  # of the values of a column so many look alike
_LIKE_A_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,6}·[\u3400-\u9fff·]{1,8}|学员\d+")
_PHONE = re.compile(r"1[3-9]\d{9}")
_PHONES_IN = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)")
_SCIENTIFIC = re.compile(r"(1\.?\d*)E\+?10", re.IGNORECASE)
# A formula or its error, no letter at all, or several names in one cell.
_NO_NAME = re.compile(r"[=+\-@#]|[\W\d_]*$|.*(?:[、，;；/\\|]|[\u4e00-\u9fff],\s*[\u4e00-\u9fff])", re.DOTALL)
_MASKED = re.compile(r"1\d{2}\*{4,6}\d{2,4}")
_ENDINGS = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会|社区|村)$")


class SheetRosterReader:
    """The `RosterReader` of the embedded instance."""

    fields = tuple(SYNONYMS)

    def recognise(self, sheets: Sequence[Sheet]) -> RosterLayout | None:
        found = [(sheet, layout) for sheet in sheets if (layout := _layout(sheet))]
        best = max(
            found,
            key=lambda pair: (not pair[0].hidden, len(pair[1].mapping), len(pair[0].rows)),
            default=None,
        )
        return best[1] if best else _best_by_contents(sheets)

    def cleaned(self, sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
        return tuple(_clean(sheet) for sheet in sheets)

    def read(
        self,
        sheets: Sequence[Sheet],
        layout: RosterLayout | None = None,
        *,
        communities: Iterable[str] = (),
    ) -> RosterReading:
        """`communities` are full names known from elsewhere: a short name that means one of them is written
        out."""
        proposed = layout is None
        layout = layout or self.recognise(sheets)
        if layout is None or "name" not in layout.mapping.values():
            raise NoHeader
        sheet = next(sheet for sheet in sheets if sheet.name == layout.sheet)
        guessed = proposed and _layout(sheet) is None
        problems = [RosterProblem("guessed_columns", 0, {}, error=False)] if guessed else []
        problems += [
            RosterProblem(
                "hidden_sheet" if other.hidden else "other_sheet", 0, {"sheet": other.name}, error=False
            )
            for other in sheets
            if other is not sheet and _layout(other)
        ]
        if sheet.hidden:
            problems.append(RosterProblem("sheet_is_hidden", 0, {"sheet": sheet.name}, error=False))
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
    """The header of the first 15 rows that names the most fields, a name among them: one row, or two of which the first
    names groups."""
    best: RosterLayout | None = None
    for index, row in enumerate(sheet.rows):
        if row.number > HEADER_WITHIN:
            break
        layout = None
        if index + 1 < len(sheet.rows) and _goes_on(sheet, row, sheet.rows[index + 1]):
            below = sheet.rows[index + 1]
            layout = _layout_of(sheet, below.number, _two_lines(sheet, row, below))
        layout = layout or _layout_of(sheet, row.number, [(cell_text(cell),) for cell in row.cells])
        if layout and (best is None or len(layout.mapping) > len(best.mapping)):
            best = layout
    return best


def _best_by_contents(sheets: Sequence[Sheet]) -> RosterLayout | None:
    """Where no header says 姓名: the sheet with the most rows in which one column looks like names and another like
    telephone numbers or communities, under a row that is a header because it looks like neither. A proposal."""
    found = [layout for sheet in sheets if not sheet.hidden and (layout := _by_contents(sheet))]
    rows = {sheet.name: len(sheet.rows) for sheet in sheets}
    return max(found, key=lambda layout: rows[layout.sheet], default=None)


def _by_contents(sheet: Sheet) -> RosterLayout | None:
    top = [row for row in sheet.rows if row.number <= HEADER_WITHIN]
    wide = (row for row in top if sum(not is_blank(cell) for cell in row.cells) > 1)
    header = next(wide, None)
    below = [row for row in sheet.rows if header is not None and row.number > header.number][:SAMPLE]
    if header is None or len(below) < FEWEST_ROWS:
        return None
    texts = [[cell_text(row.cells[c]) for row in below if c < len(row.cells) and not is_blank(row.cells[c])]
             for c in range(len(header.cells))]  # fmt: skip
    mapping: dict[int, str] = {}
    for field, looks in _LOOKS.items():
        for column, values in enumerate(texts):
            if (
                column in mapping
                or len(values) < FEWEST_ROWS
                or is_discarded(cell_text(header.cells[column]))
            ):
                continue
            if MOST * len(values) <= sum(map(looks, values)) and not looks(cell_text(header.cells[column])):
                mapping[column] = field
                break
    if "name" not in mapping.values() or not {"phone", "community"} & set(mapping.values()):
        return None
    headers = tuple(cell_text(cell) for cell in header.cells)
    discarded = _of_identity_numbers(sheet, header.number)
    return RosterLayout(
        sheet.name, header.number, headers, dict(sorted(mapping.items())), tuple(sorted(discarded))
    )


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(re.sub(r"[\s-]", "", text)) is not None


def _is_community(text: str) -> bool:
    return _ENDINGS.search(text) is not None


def _is_name(text: str) -> bool:
    return _LIKE_A_NAME.fullmatch("".join(text.split())) is not None and not _is_community(text)


_LOOKS: dict[str, Callable[[str], bool]] = {"phone": _is_phone, "community": _is_community, "name": _is_name}


def _layout_of(sheet: Sheet, number: int, heads: Sequence[tuple[str, ...]]) -> RosterLayout | None:
    """`heads` are the header of each column, from the inner line outwards."""
    headers = tuple(lines[0] for lines in heads)
    discarded = {
        column
        for column, lines in enumerate(heads)
        if any(map(is_discarded, (*lines, "".join(reversed(lines)))))
    }
    alone = len([text for text in headers if text]) == 1
    found = _mapping(heads, discarded)
    if "name" not in found.values():
        return None
    if len(found) < 2 and not alone and not any(map(is_surely_name, headers)):
        return None
    discarded |= _of_identity_numbers(sheet, number)
    mapping = _mapping(heads, discarded)
    if "name" not in mapping.values():
        return None
    return RosterLayout(sheet.name, number, headers, mapping, tuple(sorted(discarded)))


def _mapping(heads: Sequence[tuple[str, ...]], discarded: Collection[int]) -> dict[int, str]:
    """Column → field; of two columns for one field the better word wins, then the first."""
    best: dict[str, tuple[int, int]] = {}
    for column, lines in enumerate(heads):
        found = field_of(lines[0]) or (len(lines) > 1 and field_of("".join(reversed(lines))))
        if found and column not in discarded:
            field, rank = found
            if field not in best or rank < best[field][0]:
                best[field] = (rank, column)
    return dict(sorted((column, field) for field, (_, column) in best.items()))


def _goes_on(sheet: Sheet, row: Row, below: Row) -> bool:
    """Whether the row below is the second line of a header: it names fields, and nobody."""
    column = next((c for c, cell in enumerate(row.cells) if (field_of(cell) or ("",))[0] == "name"), None)
    if below.number != row.number + 1 or column is None:
        return False
    if column < len(below.cells) and cell_text(below.cells[column]):
        return False
    known = sum(
        1 for cell in below.cells if cell_text(cell) and (field_of(cell) or is_discarded(cell_text(cell)))
    )
    spans = any(
        a == row.number and b == below.number and left <= column <= right
        for a, left, b, right in sheet.merged
    )
    return spans or known >= 2


def _two_lines(sheet: Sheet, row: Row, below: Row) -> list[tuple[str, ...]]:
    """The header of each column: its own word, then that of the group above it."""
    upper = [cell_text(cell) for cell in row.cells]
    lower = [cell_text(cell) for cell in below.cells]
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    for first, left, _last, right in sheet.merged:
        if first == row.number and left < width:
            upper[left : right + 1] = [upper[left]] * len(upper[left : right + 1])
    return [(low, up) if low else (up,) for up, low in zip(upper, lower, strict=True)]


def _of_identity_numbers(sheet: Sheet, header_row: int) -> set[int]:
    """Columns of which half or more of the values are identity-card numbers, or what is left of them."""
    filled: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for row in sheet.rows:
        if row.number > header_row:
            for column, cell in enumerate(row.cells):
                if text := cell_text(cell):
                    filled[column] += 1
                    numbers[column] += text == STARS or without_identity_numbers(text) == STARS
    return {column for column, count in numbers.items() if count and count * 2 >= filled[column]}


# What is never kept


def _clean(sheet: Sheet) -> Sheet:
    layout = _layout(sheet)
    discarded = set(layout.discarded) if layout else set()
    below = layout.header_row if layout else 0
    rows = [
        Row(row.number, _clean_cells(row, discarded if row.number > below else set())) for row in sheet.rows
    ]
    return replace(sheet, rows=tuple(rows)) if rows != list(sheet.rows) else sheet


def _clean_cells(row: Row, discarded: Collection[int]) -> tuple[Cell, ...]:
    cells = [_clean_cell(cell, column in discarded) for column, cell in enumerate(row.cells)]
    return row.cells if cells == list(row.cells) else tuple(cells)


def _clean_cell(cell: Cell, is_discarded_column: bool) -> Cell:
    text = cell_text(cell)
    if is_discarded_column and text:
        return STARS
    if len(text) < SHORTEST_IDENTITY or not has_identity_number(text):
        return cell
    return without_identity_numbers(text)


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
    if _is_footer(said, own, layout) or _is_header_again(row, layout):
        return None
    if "name" not in own:
        problems.append(
            RosterProblem("missing_name", row.number, {"text": " ".join(filter(None, own.values()))})
        )
        return None
    fields = {field: "" if is_blank(text) else text for field, text in given.items()}
    fields["name"] = _clean_name(fields["name"], row.number, problems)
    if code := fields.get("code"):
        fields["code"] = re.sub(r"\.0+$", "", "".join(unicodedata.normalize("NFKC", code).split()))
    if phone := fields.get("phone"):
        fields["phone"] = _clean_phone(phone, row.number, problems)
    if "community" in fields:
        fields["community"] = "".join(fields["community"].split())
    if "email" in fields:
        fields["email"] = fields["email"].lower()
    return RosterRow(row.number, fields, _raw(said, layout))


def _is_footer(said: list[str], own: dict[str, str], layout: RosterLayout) -> bool:
    """A total, a note, a signature line: it begins like one, and names nobody (or its "name" is all that it
    has)."""
    first = next(filter(None, said))
    alone = len([text for text in said if text]) == 1
    if "name" in own and TOTAL.fullmatch(own["name"]) and not (own["name"].isdigit() and len(own) > 1):
        return True
    if layout.mapping.get(said.index(first)) in COUNTING and FOOTER.fullmatch(first):
        return True
    return bool(FOOTER.match(first)) and (alone or "name" not in own or first[-1] in "：:" or "：" in first)


def _is_header_again(row: Row, layout: RosterLayout) -> bool:
    """The header repeated at the top of a printed page."""
    if any(
        field == "name" and column < len(row.cells) and is_surely_name(row.cells[column])
        for column, field in layout.mapping.items()
    ):
        return True
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
    if _NO_NAME.match(name):
        problems.append(RosterProblem("not_a_name", number, {"given": given}))
    return name


def _clean_phone(given: str, number: int, problems: list[RosterProblem]) -> str:
    """11 digits where one mobile number stands there, whatever stands around it; else as it stood, with a problem."""
    text = re.sub(r"(?<=\d)\.0+$", "", unicodedata.normalize("NFKC", given).strip().strip("'’‘`"))
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        text = scientific[1].replace(".", "")
    digits = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", re.sub(r"[\s\-—_.()]", "", text))
    if _PHONE.fullmatch(digits):
        return digits
    found = set(_PHONES_IN.findall(digits))
    if len(found) == 1 and not any(map(str.isdigit, _PHONES_IN.sub("", digits))):
        return found.pop()
    if scientific:
        code = "rounded_phone"
    elif len(found) > 1:
        code = "several_phones"
    else:
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
