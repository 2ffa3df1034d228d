"""Topics and organisations that somebody found: proposed from the phone, taken into the graph, or found to be known already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import actions as communities
from yingzao.communities.enums import Facet
from yingzao.communities.models import Community
from yingzao.communities.queries import MODELS, standing
from yingzao.communities.rules import may_keep_register, require_plain
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.fieldwork.enums import ProposalKind, ProposalState
from yingzao.fieldwork.models import Proposal
from yingzao.people.models import Person


@transaction.atomic
def propose(
    *,
    key: UUID,
    community: Community,
    by: Person,
    kind: str,
    title: str,
    text: str = "",
    facets: Sequence[str] = (),
) -> Proposal:
    """Keep what somebody found. The same key is the same proposal and changes nothing."""
    locking.take_turn(f"fieldwork:proposal:{key}")
    known = Proposal.objects.filter(key=key).first()
    if known is not None:
        if known.by_id != by.pk:
            raise Refused(_("This form was sent by somebody else. Open it anew."), code="other_key")
        return known
    if kind not in ProposalKind.values:
        raise Refused(_("Say whether it is a topic or an organisation."), code="no_kind", field="kind")
    title = " ".join(title.split())[:120]
    if not title:
        raise Refused(_("Give it a name."), code="no_title", field="title")
    require_plain(title=title, text=text)
    proposal = Proposal.objects.create(
        organisation_id=community.organisation_id,
        key=key,
        community=community,
        kind=kind,
        title=title,
        text=text.strip()[:3000],
        facets=[facet for facet in Facet.values if facet in facets],
        by=by,
    )
    _record(proposal, by, "made", {"community": community.code, "kind": kind})
    return proposal


@transaction.atomic
def accept_proposal(*, proposal: Proposal, by: Person, **said: Any) -> Any:
    """Take a proposal into the graph with the words of the form; the record. A second time it is the record that stands."""
    proposal = _turn(proposal, by)
    if proposal.node is not None:
        return proposal.node
    node = communities.add_node(
        what=proposal.kind,
        key=uuid5(proposal.key, "node"),
        community=proposal.community,
        by=by,
        **said,
    )
    _decide(proposal, by, ProposalState.ACCEPTED, node)
    return node


@transaction.atomic
def merge_proposal(*, proposal: Proposal, by: Person, code: str) -> Any:
    """Say that it is a record that stands already (`code`, of the same kind and community). Its words stay with the proposal."""
    proposal = _turn(proposal, by)
    if proposal.node is not None:
        return proposal.node
    rows = MODELS[proposal.kind].objects.filter(community=proposal.community, code=code)
    node = standing(rows, proposal.kind).first()
    if node is None:
        raise Refused(_("Choose the record that it is the same as."), code="no_node", field="code")
    _decide(proposal, by, ProposalState.MERGED, node)
    return node


@transaction.atomic
def decline_proposal(*, proposal: Proposal, by: Person, reason: str) -> Proposal:
    """Say why it is not taken; whoever proposed it reads that."""
    proposal = _turn(proposal, by)
    reason = " ".join(reason.split())
    if proposal.node is not None:
        raise Refused(_("It stands in the graph already."), code="decided")
    if not reason:
        raise Refused(
            _("Say in a few words why not: the learner reads it."), code="no_reason", field="reason"
        )
    require_plain(reason=reason)
    _decide(proposal, by, ProposalState.DECLINED, None, reason[:200])
    return proposal


def _turn(proposal: Proposal, by: Person) -> Proposal:
    if not may_keep_register(by, proposal.organisation):
        raise Refused(_("Only organisers keep this register of communities."), code="not_keeper")
    locking.take_turn(f"fieldwork:proposal:{proposal.key}")
    rows = Proposal.objects.select_related("community", "organisation", "topic", "group")
    return rows.get(pk=proposal.pk)


def _decide(proposal: Proposal, by: Person, state: ProposalState, node: Any, reason: str = "") -> None:
    if node is not None:
        setattr(proposal, proposal.kind, node)
    proposal.state, proposal.reason = state, reason
    proposal.decided_by, proposal.decided_at = by, clock.now()
    proposal.save()
    _record(proposal, by, state, {"node": node.code if node else ""})


def _record(proposal: Proposal, by: Person, what: str, after: dict[str, str]) -> None:
    audit.record(
        actor=by,
        act=f"fieldwork.proposal.{what}",
        subject=proposal.code,
        organisation_id=proposal.organisation_id,
        after=after,
    )
