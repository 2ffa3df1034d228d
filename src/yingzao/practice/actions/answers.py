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
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.practice import rules
from yingzao.practice.models import Finding


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


def tell_finders(*, step: NeedStep, needs: Iterable[Need], by: Person | None) -> int:
    """Tell each learner who still learns here that the own need has an answer; how many were told.

    The message calls it by the learner's own title, whatever it was merged into, and leads to the learner's own page.
    """
    found = Finding.objects.filter(
        need__in=[need.pk for need in needs],
        enrolment__state=EnrolmentState.ACTIVE,
        enrolment__person__is_active=True,
    ).select_related("need", "enrolment__person", "enrolment__programme__organisation")
    told = 0
    for finding in found:
        need, person = finding.need, finding.enrolment.person
        if need is None or person is None or (by is not None and person.pk == by.pk):
            continue
        notices.send(
            organisation=finding.enrolment.programme.organisation,
            person=person,
            programme_code=finding.enrolment.programme.code,
            kind=communities.ANSWERED,
            key=f"practice.need_answered:{need.code}:{step.pk}",
            title=partial(communities.answer_title, need.title),
            body=partial(communities.answer_body, step, is_to_carry=need.raised_by != RaisedBy.LEARNER),
            url=reverse("practice:learner-need", args=[need.code]),
            by=by,
        )
        told += 1
    return told


def own_need(finding: Finding, by: Person) -> Need:
    if finding.need is None or not rules.may_find(by, finding.enrolment):
        raise Refused(_("Only the learner may do this."), code="not_own")
    return finding.need
