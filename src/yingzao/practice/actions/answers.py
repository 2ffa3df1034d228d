"""Answers to needs that learners found: each learner is told of the own need, and writes down that whoever raised it knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.communities import actions as communities
from yingzao.communities.enums import RaisedBy
from yingzao.communities.models import Need, NeedStep, Telling
from yingzao.communities.queries import has_other_voices, own_voice
from yingzao.core.errors import Refused
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork.models import Origin
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.practice import rules
from yingzao.practice.models import FieldRecord, Finding


def set_need_state(
    *,
    finding: Finding,
    by: Person,
    state: str,
    note: str = "",
    answer: str = "",
    on: dt.date | None = None,
) -> Need:
    """What became of one's own need, while nobody else raised it."""
    need = own_need(finding, by)
    if has_other_voices(need):
        raise Refused(
            _("Others raised the same: the organisers say how it stands, and answer all of them."),
            code="others",
        )
    return communities.set_need_state(need=need, by=by, state=state, note=note, answer=answer, on=on)


@transaction.atomic
def record_need_told(
    *, finding: Finding, by: Person, way: str, on: dt.date | None = None, note: str = ""
) -> Telling:
    """Whoever raised one's own need knows the answer, or could not be reached."""
    voice = own_voice(own_need(finding, by))
    if voice is None:
        raise Refused(_("There is no answer to carry back yet."), code="no_answer")
    return communities.record_telling(voice=voice, way=way, by=by, on=on, note=note)


def tell_finders(*, step: NeedStep, needs: Iterable[Need], by: Person | None) -> set[int]:
    """Tell each learner who still learns here that a need they found, or that was made of what they brought from a walk, has an
    answer. The primary keys of the needs whose learner knows now; whoever answered knows without a message.

    The message calls it by its own title, whatever it was merged into, and leads to the learner's own page.
    """
    asked = [need.pk for need in needs]
    known: set[int] = set()
    active = {"enrolment__state": EnrolmentState.ACTIVE, "enrolment__person__is_active": True}
    of_learner = ("enrolment__person", "enrolment__programme__organisation")
    for finding in Finding.objects.filter(need__in=asked, **active).select_related("need", *of_learner):
        if finding.need is not None:
            page = reverse("practice:learner-need", args=[finding.need.code])
            _tell(finding.enrolment, finding.need, step, page, by)
            known.add(finding.need.pk)
    walked = Origin.objects.filter(need__in=asked, point__isnull=False).select_related("need", "point")
    records = FieldRecord.objects.filter(walk__points__made__in=walked, **active)
    walkers = {record.walk_id: record for record in records.select_related("walk", *of_learner)}
    for origin in walked:
        record = walkers.get(origin.point.walk_id) if origin.point else None
        if record is not None and record.walk is not None and origin.need is not None:
            page = reverse("practice:learner-walk", args=[record.walk.code])
            _tell(record.enrolment, origin.need, step, page, by)
            known.add(origin.need.pk)
    return known


def _tell(learner: Enrolment, need: Need, step: NeedStep, page: str, by: Person | None) -> None:
    if learner.person is None or (by is not None and learner.person_id == by.pk):
        return
    notices.send(
        organisation=learner.programme.organisation,
        person=learner.person,
        programme_code=learner.programme.code,
        kind=communities.ANSWERED,
        key=f"practice.need_answered:{need.code}:{step.pk}",
        title=partial(communities.answer_title, need.title),
        body=partial(communities.answer_body, step, is_to_carry=need.raised_by != RaisedBy.LEARNER),
        url=page,
        by=by,
    )


def own_need(finding: Finding, by: Person) -> Need:
    if finding.need is None or not rules.may_find(by, finding.enrolment):
        raise Refused(_("Only the learner may do this."), code="not_own")
    return finding.need
