"""A table of what stands in communities, as an office keeps it: taken over whole, or not at all with every row that is wrong."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import queries, rules
from yingzao.communities.actions.graph import add_node, tie
from yingzao.communities.enums import Facet, GroupKind, GroupStage, NodeKind, TopicState, VenueState
from yingzao.communities.models import Community
from yingzao.core import audit, ports
from yingzao.core.errors import Refused
from yingzao.people.models import Organisation, Person

COLUMNS = ("社区", "类别", "名称", "业务类型", "情况", "日期", "说明", "侧面", "关联", "来源")
NEEDED = ("社区", "类别", "名称")
MOST_ROWS, MOST_TOLD = 5000, 20
KINDS = {
    "公共议题": NodeKind.TOPIC, "议题": NodeKind.TOPIC,
    "社区组织": NodeKind.GROUP, "组织": NodeKind.GROUP,
    "社区行动": NodeKind.ACTION, "行动": NodeKind.ACTION,
    "场地": NodeKind.VENUE,
}  # fmt: skip
GROUP_KINDS = {
    "为民服务": GroupKind.SERVICE, "公益慈善": GroupKind.CHARITY, "邻里互助": GroupKind.MUTUAL_HELP,
    "文体娱乐": GroupKind.CULTURE, "农村生产技术服务": GroupKind.FARMING, "业主委员会": GroupKind.OWNERS, "业委会": GroupKind.OWNERS,
}  # fmt: skip
STATES: Mapping[str, Mapping[str, Any]] = {
    NodeKind.TOPIC: {
        "已提出": TopicState.RAISED, "讨论中": TopicState.DISCUSSED, "行动中": TopicState.ACTED_ON, "已解决": TopicState.SETTLED,
    },
    NodeKind.GROUP: {
        "兴趣群体": GroupStage.INTEREST, "志愿队": GroupStage.VOLUNTEER, "备案组织": GroupStage.FILED, "备案": GroupStage.FILED,
        "登记组织": GroupStage.REGISTERED, "登记": GroupStage.REGISTERED,
    },
    NodeKind.VENUE: {"使用中": VenueState.IN_USE, "闲置": VenueState.IDLE, "改造中": VenueState.RENEWED},
    NodeKind.ACTION: {},
}  # fmt: skip
FACETS = {
    "人": Facet.PEOPLE,
    "文": Facet.CULTURE,
    "地": Facet.PLACE,
    "产": Facet.INDUSTRY,
    "景": Facet.LANDSCAPE,
    "服": Facet.SERVICE,
}
_DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?(?: 00:00:00)?")


@dataclass(frozen=True, slots=True)
class GraphImport:
    """What an import did: records entered, records that were there, ties made."""

    made: int
    known: int
    ties: int


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    community: Community
    kind: str
    title: str
    said: Mapping[str, Any]
    tied_to: tuple[str, ...]


@transaction.atomic
def import_graph(*, organisation: Organisation, by: Person | None, data: bytes, name: str) -> GraphImport:
    """Enter what a table says (社区, 类别, 名称, further columns as there are), with its ties (关联: names in the same community).

    What is there already stays as it is, so that the same table brought twice changes nothing. Raises Refused with every row
    that cannot be taken, and takes none then.
    """
    if by is not None and not rules.may_keep_register(by, organisation):
        raise Refused(_("Only organisers keep this register of communities."), code="not_keeper")
    rows, wrong = _read(organisation, data, name)
    done: Counter[str] = Counter()
    nodes: dict[tuple[int, str], list[Any]] = _known(organisation, {row.community.pk for row in rows})
    for row in rows:
        there = [n for n in nodes.get((row.community.pk, row.title), ()) if queries.kind_of(n) == row.kind]
        if row.kind == NodeKind.ACTION:
            there = [n for n in there if (n.on, n.when) == (row.said.get("on"), row.said.get("when", ""))]
        if there:
            done["known"] += 1
            continue
        try:
            node = add_node(
                what=row.kind, key=uuid4(), community=row.community, by=by, title=row.title, **row.said
            )
        except Refused as refusal:
            wrong.append(_at(row.number, refusal.sentence))
            continue
        nodes.setdefault((row.community.pk, row.title), []).append(node)
        done["made"] += 1
    for row in rows:
        for own in nodes.get((row.community.pk, row.title), ()):
            if queries.kind_of(own) == row.kind:
                done["ties"] += _tie_row(row, own, nodes, by, wrong)
    if wrong:
        more = len(wrong) - MOST_TOLD
        told = wrong[:MOST_TOLD] + ([_("and %(count)d more") % {"count": more}] if more > 0 else [])
        raise Refused(" ".join(told), code="wrong_rows", field="file")
    result = GraphImport(done["made"], done["known"], done["ties"])
    if result.made or result.ties:
        audit.record(
            actor=by,
            act="communities.graph.imported",
            subject=organisation.code,
            organisation_id=organisation.pk,
            after={"made": result.made, "known": result.known, "ties": result.ties},
        )
    return result


def _tie_row(
    row: _Row, own: Any, nodes: Mapping[tuple[int, str], list[Any]], by: Person | None, wrong: list[str]
) -> int:
    made = 0
    for title in row.tied_to:
        others = [n for n in nodes.get((row.community.pk, title), ()) if queries.kind_of(n) != row.kind]
        if not others:
            wrong.append(_at(row.number, _("“%(title)s” is not in this community.") % {"title": title}))
        for other in others:
            before = other.ties.filter(key=queries.key_of(own, other)).exists()
            tie(one=own, other=other, by=by)
            made += not before
    return made


def _known(organisation: Organisation, communities: set[int]) -> dict[tuple[int, str], list[Any]]:
    """Standing records of these communities by community and name; leaders by the name that they go by."""
    found: dict[tuple[int, str], list[Any]] = {}
    for kind in queries.MODELS:
        for node in queries.nodes(organisation, kind).filter(community__in=communities):
            found.setdefault((node.community_id, queries.title_of(node)), []).append(node)
    return found


def _at(number: int, sentence: str) -> str:
    return _("Row %(row)d: %(sentence)s") % {"row": number, "sentence": sentence}


def _read(organisation: Organisation, data: bytes, name: str) -> tuple[list[_Row], list[str]]:
    """The rows, and a sentence for each that cannot be understood."""
    index = queries.CommunityIndex.of(organisation)
    for sheet in ports.port("tables").read(data, name):
        for place, row in enumerate(sheet.rows[:15]):
            header = [_text(cell) for cell in row.cells]
            if not set(NEEDED) <= set(header):
                continue
            body = sheet.rows[place + 1 :]
            if len(body) > MOST_ROWS:
                raise Refused(
                    _("At most %(most)d rows at once.") % {"most": MOST_ROWS}, code="many_rows", field="file"
                )
            rows: list[_Row] = []
            wrong: list[str] = []
            for line in body:
                told = dict(zip(header, (_text(cell) for cell in line.cells), strict=False))
                if any(told.get(column) for column in COLUMNS):
                    try:
                        rows.append(_row(index, line.number, told))
                    except Refused as refusal:
                        wrong.append(_at(line.number, refusal.sentence))
            return rows, wrong
    raise Refused(
        _("No row with the columns 社区, 类别 and 名称 was found among the first 15."),
        code="no_header",
        field="file",
    )


def _row(index: queries.CommunityIndex, number: int, told: Mapping[str, str]) -> _Row:
    community = index.find(told["社区"])
    if community is None:
        sentence = _("“%(name)s” is not in the register, or more than one could be meant.")
        raise Refused(sentence % {"name": told["社区"]}, code="no_community")
    kind = KINDS.get(told["类别"])
    if kind is None:
        sentence = _("“%(word)s” is no kind: 公共议题, 社区组织, 社区行动 or 场地.")
        raise Refused(sentence % {"word": told["类别"]}, code="no_kind")
    title = " ".join(told["名称"].split())
    if not title or len(title) > 120:
        raise Refused(_("The name is missing, or longer than 120 characters."), code="no_title")
    said: dict[str, Any] = {
        "text": told.get("说明", ""),
        "source": told.get("来源", "")[:300],
        "facets": [_word(FACETS, mark) for mark in re.findall(r"[^\s、，,]", told.get("侧面", ""))],
    }
    said |= _state(kind, told) | _days(kind, told.get("日期", ""))
    tied = tuple(name.strip() for name in re.split(r"[、；;\n]+", told.get("关联", "")) if name.strip())
    return _Row(number, community, kind, title, said, tied)


def _state(kind: str, told: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if kind == NodeKind.GROUP and told.get("业务类型"):
        said["kind"] = _word(GROUP_KINDS, told["业务类型"])
    if kind == NodeKind.VENUE:
        said["use"] = told.get("业务类型", "")[:200]
    if STATES[kind] and told.get("情况"):
        said["stage" if kind == NodeKind.GROUP else "state"] = _word(STATES[kind], told["情况"])
    return said


def _days(kind: str, text: str) -> dict[str, Any]:
    if not text or kind == NodeKind.VENUE:
        return {}
    found = _DAY.fullmatch(text)
    try:
        day = dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        raise Refused(_("“%(text)s” is no day.") % {"text": text}, code="no_day") from None
    if kind == NodeKind.ACTION:
        return {"on": day} if day else {"when": text[:40]}
    if day is None:
        raise Refused(_("“%(text)s” is no day.") % {"text": text}, code="no_day")
    return {"since": day}


def _word(known: Mapping[str, Any], word: str) -> Any:
    if word not in known:
        sentence = _("“%(word)s” is not known here; known are: %(known)s.")
        raise Refused(sentence % {"word": word, "known": "、".join(known)}, code="unknown_word")
    return known[word]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell)).strip()
