"""What becomes of a walk's point or an interview: a need, a venue, a public topic, a leader. Each once, tied to where it comes from."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import actions as communities
from yingzao.communities.enums import NeedSource, NodeKind, RaisedBy
from yingzao.communities.models import Leader, Need
from yingzao.communities.rules import may_keep_register
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.fieldwork import queries
from yingzao.fieldwork.models import Interview, Origin, WalkPoint
from yingzao.people.models import Person

MADE_OF_POINTS = (NodeKind.NEED, NodeKind.VENUE, NodeKind.TOPIC)


@transaction.atomic
def make_of_point(*, point: WalkPoint, what: str, by: Person, **said: Any) -> Any:
    """Enter a need, venue or topic that a point shows. The second time it is the record that stands, and nothing changes."""
    if not may_keep_register(by, point.organisation):
        raise Refused(_("Only organisers keep this register of communities."), code="not_keeper")
    if what not in MADE_OF_POINTS:
        raise Refused(_("Nothing of this kind is made of a point."), code="no_kind")
    locking.take_turn(f"fieldwork:point:{point.key}")
    standing = queries.made_of(point, what)
    if standing is not None:
        return standing
    key, community = uuid5(point.key, what), point.walk.community
    if what == NodeKind.NEED:
        made: Any = communities.add_need(
            key=key,
            community=community,
            by=by,
            source=NeedSource.WALK,
            raised_by=RaisedBy.LEARNER,
            raised_on=clock.local_date(point.at),
            **said,
        )
    else:
        made = communities.add_node(what=what, key=key, community=community, by=by, **said)
    _tie(by, made, what, point=point)
    return made


@transaction.atomic
def make_need_of_interview(*, interview: Interview, by: Person, key: Any, **said: Any) -> Need:
    """Enter a need that somebody told of in an interview. One interview may hold several; the same form is one need."""
    if not may_keep_register(by, interview.organisation):
        raise Refused(_("Only organisers keep this register of communities."), code="not_keeper")
    need = communities.add_need(
        key=key,
        community=interview.community,
        by=by,
        source=NeedSource.INTERVIEW,
        raised_by=RaisedBy.RESIDENT,
        raised_on=interview.on,
        **said,
    )
    tie_to_interview(interview=interview, by=by, made=need)
    return need


@transaction.atomic
def tie_to_interview(*, interview: Interview, by: Person, made: Need | Leader) -> Origin:
    """Say that a need or a leader comes from an interview of the same community. Said twice it is there once."""
    what = NodeKind.NEED if isinstance(made, Need) else NodeKind.LEADER
    if made.community_id != interview.community_id:
        raise Refused(_("The interview is of another community."), code="other_community")
    locking.take_turn(f"fieldwork:interview:{interview.key}")
    return _tie(by, made, what, interview=interview)


def _tie(by: Person, made: Any, what: str, **source: Any) -> Origin:
    origin, is_new = Origin.objects.get_or_create(
        **source,
        **{what: made},
        defaults={"organisation_id": made.organisation_id, "by": by, "made_at": clock.now()},
    )
    if is_new:
        of = next(iter(source.values()))
        audit.record(
            actor=by,
            act=f"fieldwork.{next(iter(source))}.made_into",
            subject=of.code,
            organisation_id=made.organisation_id,
            after={"kind": str(what), "code": made.code},
        )
    return origin
