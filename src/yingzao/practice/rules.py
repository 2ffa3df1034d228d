"""When a practice task counts as handed in, who may review it, and who may read and change what was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from fractions import Fraction

from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame, Verdict, by_deadline, fulfilled
from yingzao.activities.models import Version
from yingzao.communities.rules import may_mentor_contact
from yingzao.core.models import StoredFile
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.people.models import Person, Visitor
from yingzao.practice import queries
from yingzao.practice.models import Finding
from yingzao.practice.queries import MyEntry
from yingzao.programmes.rules import may_organise


def settle(frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
    """Done when a version of at least the asked characters stands handed in; late by the first time it was handed in."""
    asked = int(frame.rule.get("characters", 0))
    photos = int(frame.rule.get("photos", 0))
    best: dict | None = None
    for fact in facts:
        if fact.fact not in (FactKind.HANDED_IN, FactKind.CONFIRMED, FactKind.IMPORTED):
            continue
        first = fact.detail.get("first_at")
        at = dt.datetime.fromisoformat(first) if first else fact.happened_at
        characters = int(fact.detail.get("characters", asked))
        pictures = int(fact.detail.get("photos", photos))
        reason = {
            "code": "practice.handed_in",
            "characters": characters,
            "asked": asked,
            "photos": pictures,
            "asked_photos": photos,
            "evidence": fact.key,
        }
        if fact.fact == FactKind.CONFIRMED or (characters >= asked and pictures >= photos):
            return fulfilled(frame, at, (reason,))
        best = {**reason, "code": "practice.short"}
    if best:
        share = Fraction(min(best["characters"], asked), asked) if asked else Fraction(1, 2)
        return by_deadline(frame, now, min(share, Fraction(99, 100)), (best,))
    return by_deadline(frame, now, Fraction(0), ())


def is_writing(work: MyEntry) -> bool:
    """Whether there is something to write on: nothing handed in yet, a draft begun, or a version that came back."""
    return work.draft is not None or work.latest is None or work.returned is not None


def may_review(person: Person, version: Version) -> bool:
    """Organisers of the programme and the mentor of the learner's team."""
    enrolment = version.entry.enrolment
    mentor = enrolment.team.mentor if enrolment.team else None
    return may_organise(person, enrolment.programme) or bool(
        mentor and mentor.person_id == person.pk and mentor.ended_at is None
    )


# Findings


def may_find(person: Person, enrolment: Enrolment) -> bool:
    """Whether the person is this learner, and still learns: who may record findings and change the own ones."""
    return enrolment.person_id == person.pk and enrolment.state == EnrolmentState.ACTIVE


def may_contact_as_mentor(person: Person, finding: Finding, purposes: Collection[str]) -> bool:
    """Whether the person mentors the learner, and the leader agreed to be contacted, and by the mentor too."""
    mentors = learners_mentored_by(person).filter(pk=finding.enrolment_id, state=EnrolmentState.ACTIVE)
    return may_mentor_contact(purposes) and mentors.exists()


def may_also_read_need_photo(person: Visitor, stored: StoredFile) -> bool:
    """Whoever found the need, and the mentor. Who keeps the register is asked below."""
    mine = queries.my_findings(person).filter(need__code=stored.subject).exists()
    return mine or queries.mentored_findings(person).filter(need__code=stored.subject).exists()


def may_also_read_consent_form(person: Visitor, stored: StoredFile) -> bool:
    """Whoever recorded the leader. Not the mentor: a signed sheet may show how the leader is reached."""
    return queries.my_findings(person).filter(leader__code=stored.subject).exists()
