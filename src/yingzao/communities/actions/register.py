"""Keeping the register of communities."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import queries, rules
from yingzao.communities.models import Community
from yingzao.core import audit, ports
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_name, mask_phone
from yingzao.core.pinyin import pinyin
from yingzao.people.models import Organisation, Person

PRIVATE = {"contact_name": mask_name, "contact_phone": mask_phone}  # what the audit holds of them
EDITABLE = frozenset({
    "name", "town", "district_code", "kind", "facets", "summary", "offers", "is_public", "latitude", "longitude",
    *PRIVATE,
})  # fmt: skip
NAME_HEADERS = ("村居名称", "社区名称", "村（社区）", "社区", "名称")
TOWN_HEADERS = ("镇街", "街道", "乡镇", "镇（街道）")
LONGEST_NAME, MOST_TOLD = 60, 8
CODE = re.compile(r"\d{9}(\d{3})?")
SUMS = frozenset({"合计", "总计", "小计", "共计"})
CODE_HEADERS = ("统计用区划代码", "区划代码", "代码")


@dataclass(frozen=True, slots=True)
class RegisterImport:
    """What an import of the register did: counts of communities."""

    made: int
    changed: int
    unchanged: int


@transaction.atomic
def add_community(
    *, organisation: Organisation, by: Person | None, name: str, town: str = "", **further: Any
) -> Community:
    """Enter a community. `by` None: a command of the instance itself."""
    _require_keeper(by, organisation)
    name = queries.tidy_name(name)
    if not name:
        raise Refused(_("Enter the community's name."), code="no_name", field="name")
    if queries.communities_of(organisation).filter(name=name, town=town).exists():
        raise Refused(_("This community is in the register already."), code="known", field="name")
    community = Community.objects.create(
        organisation=organisation, name=name, town=town, pinyin=pinyin(name), **_only_editable(further)
    )
    _record_added(community, by)
    return community


@transaction.atomic
def register_communities(
    *, organisation: Organisation, by: Person, names: Iterable[str]
) -> tuple[Community, ...]:
    """Enter communities that a roster or a plan names. The calling room asked its own rule; known names are left as they are."""
    known = set(queries.communities_of(organisation).values_list("name", flat=True))
    made = []
    for name in dict.fromkeys(queries.tidy_name(name) for name in names):
        if name and name not in known:
            made.append(Community.objects.create(organisation=organisation, name=name, pinyin=pinyin(name)))
            _record_added(made[-1], by)
    return tuple(made)


@transaction.atomic
def edit_community(*, community: Community, by: Person, **changes: Any) -> Community:
    """Change what the register says; fields that are not given stay."""
    _require_keeper(by, community.organisation)
    changes = _only_editable(changes)
    if "name" in changes:
        changes["name"] = queries.tidy_name(changes["name"])
    name, town = changes.get("name", community.name), changes.get("town", community.town)
    others = queries.communities_of(community.organisation).exclude(pk=community.pk)
    if others.filter(name=name, town=town).exists():
        raise Refused(_("This community is in the register already."), code="known", field="name")
    differing = {field: value for field, value in changes.items() if getattr(community, field) != value}
    if not differing:
        return community
    before = {field: _told(field, getattr(community, field)) for field in differing}
    for field, value in differing.items():
        setattr(community, field, value)
    community.pinyin = pinyin(community.name)
    community.save(update_fields=[*differing, "pinyin"])
    audit.record(
        actor=by,
        act="communities.community.edited",
        subject=community.code,
        organisation_id=community.organisation_id,
        before=before,
        after={field: _told(field, value) for field, value in differing.items()},
    )
    return community


@transaction.atomic
def show_contact_phone(*, community: Community, by: Person) -> str:
    """The contact's telephone in clear, and the line that it was read."""
    _require_keeper(by, community.organisation)
    audit.record(
        actor=by,
        act="communities.contact.phone_read",
        subject=community.code,
        organisation_id=community.organisation_id,
    )
    return community.contact_phone


@transaction.atomic
def import_register(
    *, organisation: Organisation, by: Person | None, data: bytes, name: str, towns: Sequence[str] = ()
) -> RegisterImport:
    """Take over a table of statistical codes (统计用区划代码, 村居名称, 镇街); of `towns` only, where some are named.

    A community is known by its code, else by name and town, and where the table says no town by its name alone. Nothing is removed, and what the
    table does not say stays. Raises Refused where a column is missing, and with the rows that cannot be understood; none is taken then.
    """
    _require_keeper(by, organisation)
    rows = _register_rows(data, name)
    if towns:
        rows = [row for row in rows if row.town in towns]
        if not rows:
            raise Refused(_("None of these towns is in the table."), code="no_town", field="towns")
    by_code = {c.district_code: c for c in queries.communities_of(organisation) if c.district_code}
    by_name = {(c.name, c.town): c for c in queries.communities_of(organisation)}
    known_names: dict[str, list[Community]] = {}
    for community in by_name.values():
        known_names.setdefault(community.name, []).append(community)
    done: Counter[str] = Counter()
    wrong: list[str] = []
    for row in rows:
        namesakes = known_names.setdefault(row.name, [])
        known = by_code.get(row.code) or by_name.get((row.name, row.town)) or by_name.get((row.name, ""))
        if known is None and not row.town and not row.code and namesakes:
            if len(namesakes) > 1:
                sentence = _("more than one community is called “%(name)s”; say its town.")
                wrong.append(_at(row.number, sentence % {"name": row.name}))
                continue
            known = namesakes[0]
        town, code = (
            (row.town or known.town, row.code or known.district_code) if known else (row.town, row.code)
        )
        if known is None:
            known = Community.objects.create(
                organisation=organisation,
                name=row.name,
                town=town,
                district_code=code,
                pinyin=pinyin(row.name),
            )
            namesakes.append(known)
            done["made"] += 1
        elif (known.name, known.town, known.district_code) != (row.name, town, code):
            holder = by_name.get((row.name, town))
            if holder is not None and holder != known:
                done["unchanged"] += 1  # name and town stand under another code: both rows stay as they are
                continue
            by_name.pop((known.name, known.town), None)
            known.name, known.town, known.district_code = row.name, town, code
            known.pinyin = pinyin(row.name)
            known.save(update_fields=["name", "town", "district_code", "pinyin"])
            done["changed"] += 1
        else:
            done["unchanged"] += 1
        by_name[(known.name, known.town)] = known
        if code:
            by_code[code] = known
    _refuse(wrong)
    result = RegisterImport(done["made"], done["changed"], done["unchanged"])
    if result.made or result.changed:
        audit.record(
            actor=by,
            act="communities.register.imported",
            subject=organisation.code,
            organisation_id=organisation.pk,
            after={"made": result.made, "changed": result.changed, "unchanged": result.unchanged},
        )
    return result


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    name: str
    town: str
    code: str


def _register_rows(data: bytes, name: str) -> list[_Row]:
    """Every row that has a name; sums below the table are none."""
    for sheet in ports.port("tables").read(data, name):
        for index, row in enumerate(sheet.rows[:15]):
            headers = [str(cell or "").strip() for cell in row.cells]
            columns = [
                next((headers.index(h) for h in known if h in headers), None)
                for known in (NAME_HEADERS, TOWN_HEADERS, CODE_HEADERS)
            ]
            if columns[0] is None:
                continue
            found: dict[int, _Row] = {}
            wrong: list[str] = []
            names: dict[str, str] = {}  # code → the name that it stands beside
            for line in sheet.rows[index + 1 :]:
                given, town, code = (_text(line.cells, column) for column in columns)
                if max(len(given), len(town)) > LONGEST_NAME:
                    wrong.append(_at(line.number, _("a name is too long. Is it the right table?")))
                elif given and not SUMS & {given, code}:
                    found[line.number] = _Row(line.number, queries.tidy_name(given), town, code)
                    if code and not CODE.fullmatch(code):
                        sentence = _("“%(code)s” is no statistical code: 12 digits, of a town 9.")
                        wrong.append(_at(line.number, sentence % {"code": code[:20]}))
                    elif code and names.setdefault(code, found[line.number].name) != found[line.number].name:
                        sentence = _("the code %(code)s stands beside “%(name)s” as well.")
                        wrong.append(_at(line.number, sentence % {"code": code, "name": names[code]}))
            _refuse(wrong)
            return list(found.values())
    raise Refused(
        _("No column 村居名称 or 社区名称 was found in the first 15 rows."), code="no_header", field="file"
    )


def _at(number: int, sentence: str) -> str:
    return _("Row %(row)d: %(sentence)s") % {"row": number, "sentence": sentence}


def _refuse(wrong: Sequence[str]) -> None:
    """Say of every row what is wrong with it, or of the first ones and how many more; nothing where nothing is wrong."""
    if not wrong:
        return
    more = len(wrong) - MOST_TOLD
    told = [*wrong[:MOST_TOLD], *([_("and %(count)d more") % {"count": more}] if more > 0 else [])]
    raise Refused(" ".join(told), code="wrong_rows", field="file")


def _text(cells: Sequence, column: int | None) -> str:
    if column is None or column >= len(cells) or cells[column] is None:
        return ""
    value = cells[column]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _record_added(community: Community, by: Person | None) -> None:
    audit.record(
        actor=by,
        act="communities.community.added",
        subject=community.code,
        organisation_id=community.organisation_id,
        after={"name": community.name, "town": community.town},
    )


def _told(field: str, value: Any) -> str:
    """What the audit holds of a value: names and telephones masked."""
    mask = PRIVATE.get(field)
    return mask(value) if mask else str(value)


def _only_editable(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - EDITABLE
    if unknown:
        raise TypeError(f"no such field of a community: {', '.join(sorted(unknown))}")
    return fields


def _require_keeper(by: Person | None, organisation: Organisation) -> None:
    if by is not None and not rules.may_keep_register(by, organisation):
        raise Refused(_("Only organisers keep this register of communities."), code="not_keeper")
