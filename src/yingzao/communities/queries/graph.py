"""The graph of a community: its records by kind, what belongs to what, what happened when, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from yingzao.communities.enums import Gap, NeedState, NodeKind, TopicState, VenueState
from yingzao.communities.models import (
    Community,
    CommunityAction,
    GroupStep,
    Leader,
    LeaderStep,
    Need,
    ResidentGroup,
    Tie,
    Topic,
    Venue,
)
from yingzao.communities.queries.register import with_facet
from yingzao.people.models import Organisation

MODELS: dict[str, type[Any]] = {
    NodeKind.TOPIC: Topic,
    NodeKind.GROUP: ResidentGroup,
    NodeKind.ACTION: CommunityAction,
    NodeKind.VENUE: Venue,
    NodeKind.LEADER: Leader,
    NodeKind.NEED: Need,
}
OWN_KINDS = (NodeKind.TOPIC, NodeKind.GROUP, NodeKind.ACTION, NodeKind.VENUE)  # those that are entered here
NODES = ("topic", "group", "action", "venue", "leader", "need")  # columns of a tie


def kind_of(node: Any) -> str:
    """NodeKind value of a record."""
    return next(kind for kind, model in MODELS.items() if isinstance(node, model))


def title_of(node: Any) -> str:
    return str(node.shown_name if isinstance(node, Leader) else node.title)


def nodes(organisation: Organisation, kind: str) -> QuerySet[Any]:
    """Records of one kind that stand on lists: not put aside, not erased, not merged into another."""
    rows = MODELS[kind].objects.filter(organisation=organisation).select_related("community", "organisation")
    return standing(rows, kind)


def standing(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    if kind in OWN_KINDS:
        return rows.filter(put_aside_at=None)
    if kind == NodeKind.LEADER:
        return rows.filter(erased_at=None)
    return rows.filter(merged_into=None)


def narrow_nodes(
    rows: QuerySet[Any], *, words: str = "", facet: str = "", community: str = ""
) -> QuerySet[Any]:
    for word in words.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(pinyin__icontains=word)
            | Q(text__icontains=word)
            | Q(community__name__icontains=word)
        )
    if community:
        rows = rows.filter(community__code=community)
    return with_facet(rows, facet)


def counts(community: Community) -> dict[str, int]:
    """How many of each kind stand in a community."""
    return {
        kind: standing(model.objects.filter(community=community), kind).count()
        for kind, model in MODELS.items()
    }


# What belongs to what


def key_of(one: Model, other: Model) -> str:
    """The key of a pair, whichever way it is named."""
    return "|".join(sorted(f"{kind_of(node)}:{node.pk}" for node in (one, other)))


def ties_of(community: Community) -> QuerySet[Tie]:
    return Tie.objects.filter(community=community).select_related(*NODES)


def ends(tie: Tie) -> tuple[Any, Any]:
    """The two records of a tie."""
    one, other = (getattr(tie, name) for name in NODES if getattr(tie, f"{name}_id") is not None)
    return one, other


def heads(tie: Tie) -> tuple[Any, Any]:
    """The same, with a need that is merged into another one told by that: what belongs to it belongs to the whole."""
    one, other = (
        node.merged_into if isinstance(node, Need) and node.merged_into_id else node for node in ends(tie)
    )
    return one, other


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A record that another one belongs to, by the tie with this primary key."""

    tie: int
    kind: str
    code: str
    title: str
    node: Any

    @property
    def kind_word(self) -> str:
        return str(NodeKind(self.kind).label)

    @property
    def icon(self) -> str:
        return NodeKind(self.kind).icon


def neighbours(node: Any) -> list[Neighbour]:
    """Those that a record is tied to, by kind and title; what was put aside is not among them."""
    kind = kind_of(node)
    of_node = Q(**{kind: node})
    if kind == NodeKind.NEED:
        of_node |= Q(need__merged_into=node)
    found: dict[tuple[str, int], Neighbour] = {}
    for tie in Tie.objects.filter(of_node).select_related(*NODES, "need__merged_into").order_by("pk"):
        one, other = heads(tie)
        there = other if one == node else one
        if is_standing(there):
            beside = Neighbour(tie.pk, kind_of(there), there.code, title_of(there), there)
            found.setdefault((beside.kind, there.pk), beside)
    order = {kind: place for place, kind in enumerate(NodeKind.values)}
    return sorted(found.values(), key=lambda n: (order[n.kind], n.node.pinyin, n.node.pk))


def is_standing(node: Any) -> bool:
    if isinstance(node, Leader):
        return node.erased_at is None
    if isinstance(node, Need):
        return node.merged_into_id is None
    return node.put_aside_at is None


def find_node(community: Community, kind: str, code: str) -> Any | None:
    """A record of the community, put aside or not; None where there is none."""
    model = MODELS.get(kind)
    if model is None:
        return None
    return (
        model.objects.filter(community=community, code=code)
        .select_related("community", "organisation")
        .first()
    )


def to_tie(node: Any) -> dict[str, list[Any]]:
    """Records of the same community, by kind, that a record is not tied to yet. A few hundred at most are offered of each."""
    community = node.community
    tied = {(n.kind, n.node.pk) for n in neighbours(node)}
    own = kind_of(node)
    found = {}
    for kind, model in MODELS.items():
        if kind == own:
            continue
        rows = standing(model.objects.filter(community=community), kind).order_by("pinyin", "pk")[:300]
        found[kind] = [row for row in rows if (kind, row.pk) not in tied]
    return found


# What happened when


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing of a community's past. `what` is a code that pages put into words."""

    on: dt.date
    what: str
    kind: str
    code: str
    title: str
    more: str = ""


def timeline(community: Community, *, most: int = 400) -> list[Moment]:
    """What happened in a community, the newest first; a fixed number of queries. Leaders stand as recorded, erased ones are left out."""
    moments = [
        Moment(a.on, "done", NodeKind.ACTION, a.code, a.title)
        for a in standing(community.communityactions.exclude(on=None), NodeKind.ACTION).order_by("-on")[:most]
    ]
    moments += [
        Moment(t.since, "raised", NodeKind.TOPIC, t.code, t.title)
        for t in standing(community.topics.exclude(since=None), NodeKind.TOPIC)[:most]
    ]
    steps = GroupStep.objects.filter(group__community=community, group__put_aside_at=None)
    moments += [
        Moment(
            s.on,
            "dormant" if s.is_dormant else s.stage or "since",
            NodeKind.GROUP,
            s.group.code,
            s.group.title,
        )
        for s in steps.select_related("group").order_by("-on")[:most]
    ]
    founded = standing(community.residentgroups.exclude(since=None), NodeKind.GROUP)[:most]
    told = {(m.code, m.on) for m in moments if m.kind == NodeKind.GROUP}
    moments += [
        Moment(g.since, "since", NodeKind.GROUP, g.code, g.title)
        for g in founded
        if (g.code, g.since) not in told
    ]
    climbed = LeaderStep.objects.filter(leader__community=community, leader__erased_at=None)
    moments += [
        Moment(s.on, "step", NodeKind.LEADER, s.leader.code, s.leader.shown_name, str(s.get_step_display()))
        for s in climbed.select_related("leader").order_by("-on")[:most]
    ]
    moments += [
        Moment(n.raised_on, "need", NodeKind.NEED, n.code, n.title)
        for n in standing(community.needs.all(), NodeKind.NEED).order_by("-raised_on")[:most]
    ]
    return sorted(moments, key=lambda m: (m.on, m.title), reverse=True)[:most]


# What is missing


@dataclass(frozen=True, slots=True)
class Missing:
    """One gap: what is missing at which record."""

    gap: str
    kind: str
    code: str
    title: str
    community: Community


def gaps(organisation: Organisation, community: Community | None = None) -> dict[str, QuerySet[Any]]:
    """Records with something missing, by Gap value. Each is a query that was not asked yet."""

    def tied(kind: str, *others: str) -> Exists:
        there = Q()
        for other in others:
            there |= Q(**{f"{other}__isnull": False})
        own = Q(**{kind: OuterRef("pk")})
        if kind == "need":
            own |= Q(need__merged_into=OuterRef("pk"))
        rows = Tie.objects.filter(own, there)
        for other in others:
            if other in ("group", "action", "topic", "venue"):
                rows = rows.exclude(**{f"{other}__put_aside_at__isnull": False})
        return Exists(rows)

    def rows(kind: str) -> QuerySet[Any]:
        known = nodes(organisation, kind)
        return known.filter(community=community) if community else known

    awake = rows(NodeKind.GROUP).filter(is_dormant=False)
    return {
        Gap.TOPIC_WITHOUT_GROUP: rows(NodeKind.TOPIC)
        .exclude(state=TopicState.SETTLED)
        .filter(~tied("topic", "group")),
        Gap.NEED_WITHOUT_ANSWER: open_needs(rows(NodeKind.NEED)).filter(
            ~tied("need", "action", "group", "topic")
        ),
        Gap.GROUP_WITHOUT_LEADER: awake.filter(~tied("group", "leader")),
        Gap.GROUP_DORMANT: rows(NodeKind.GROUP).filter(is_dormant=True),
        Gap.LEADER_WITHOUT_TIE: rows(NodeKind.LEADER).filter(
            ~tied("leader", "group", "action", "topic", "need", "venue")
        ),
        Gap.VENUE_IDLE: rows(NodeKind.VENUE).filter(state=VenueState.IDLE),
    }


def open_needs(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Needs of which nobody has said yet that somebody acts on them."""
    return needs.filter(state__in=(NeedState.FOUND, NeedState.DISCUSSING))


def gap_counts(organisation: Organisation, community: Community | None = None) -> dict[str, int]:
    return {gap: rows.count() for gap, rows in gaps(organisation, community).items()}


def gap_counts_by_community(organisation: Organisation) -> dict[int, int]:
    """Primary key of a community → how many gaps it has; a query for each kind of gap."""
    found: Counter[int] = Counter()
    for rows in gaps(organisation).values():
        by_community = rows.order_by().values_list("community").annotate(n=Count("pk"))
        found.update(dict(by_community))
    return dict(found)


def groups_by_topic(community: Community) -> Mapping[int, Sequence[ResidentGroup]]:
    """Which organisations carry which topic."""
    found: dict[int, list[ResidentGroup]] = defaultdict(list)
    rows = Tie.objects.filter(community=community, topic__isnull=False, group__isnull=False)
    for tie in rows.filter(group__put_aside_at=None).select_related("group"):
        if tie.topic_id is not None and tie.group is not None:
            found[tie.topic_id].append(tie.group)
    return found
