"""People who put themselves down, and whom they may be."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yingzao.communities.queries import CommunityIndex
from yingzao.enrolment.enums import EnrolmentState, RegistrationState
from yingzao.enrolment.models import Enrolment, Registration, RegistrationLink
from yingzao.people.models import Visitor
from yingzao.people.queries import hash_of, is_signed_in
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme

TAKING_A_PLACE = (RegistrationState.WAITING, RegistrationState.ACCEPTED)


def registrations_of(programme: Programme) -> QuerySet[Registration]:
    """All of a programme, those that wait longest first."""
    return programme.registrations.select_related("enrolment", "person", "decided_by")


def registrations_managed_by(person: Visitor) -> QuerySet[Registration]:
    """Those that the person may decide: of the programmes the person organises."""
    return Registration.objects.filter(
        programme__in=programmes.programmes_organised_by(person).values("pk")
    ).select_related("programme__organisation", "enrolment", "person", "decided_by")


def my_registrations(person: Visitor) -> QuerySet[Registration]:
    """What the person put down while signed in, the newest first."""
    if not is_signed_in(person):
        return Registration.objects.none()
    return (
        Registration.objects.filter(person=person)
        .select_related("programme__organisation", "enrolment")
        .order_by("-created_at", "-pk")
    )


def registration_counts(programme: Programme) -> dict[str, int]:
    """How many stand in each state; every state is named."""
    counted = dict(programme.registrations.values_list("state").annotate(n=Count("pk")).order_by())
    return {state: counted.get(state, 0) for state in RegistrationState.values}


def link_of(programme: Programme) -> RegistrationLink | None:
    return RegistrationLink.objects.filter(programme=programme).first()


def find_link(token: str) -> RegistrationLink | None:
    """The link behind a token, open or not."""
    return RegistrationLink.objects.filter(token=token).select_related("programme__organisation").first()


def is_open_on(link: RegistrationLink, day: dt.date) -> bool:
    """Whether the organiser has opened it and its last day is not over. Stage and places are asked apart."""
    return link.is_open and (link.open_until is None or day <= link.open_until)


def places_left(link: RegistrationLink) -> int | None:
    """None where the number of places is not limited."""
    if link.capacity is None:
        return None
    taken = Registration.objects.filter(programme=link.programme_id, state__in=TAKING_A_PLACE).count()
    return max(link.capacity - taken, 0)


def registration_of_key(key: UUID) -> QuerySet[Registration]:
    """Of the secret that its browser made; one row or none."""
    return Registration.objects.filter(key_hash=hash_of(str(key))).select_related(
        "programme__organisation", "enrolment", "person"
    )


def search_registrations(rows: QuerySet[Registration], words: str) -> QuerySet[Registration]:
    """By name, community, post, pinyin or initials; every word must be found. Phones only whole or by their last four."""
    for word in words.split():
        wanted = (
            Q(name__icontains=word)
            | Q(pinyin__icontains=word.lower())
            | Q(community_as_given__icontains=word)
            | Q(post__icontains=word)
        )
        if word.isdigit() and len(word) in {4, 11}:
            wanted |= Q(phone__endswith=word)
        rows = rows.filter(wanted)
    return rows


# Whom a registration may be


@dataclass(frozen=True, slots=True)
class Hint:
    """Something an organiser looks at before deciding. `learner` is who it may be; `code` becomes words in phrases."""

    code: str  # phone, same, like, namesake, left, again
    learner: Enrolment | None = None
    other: Registration | None = None


# With one of these nobody is accepted in passing, together with others.
STOPPING = frozenset({"phone", "same", "like", "left", "again"})


def hints_of(programme: Programme, rows: Iterable[Registration]) -> Mapping[int, tuple[Hint, ...]]:
    """Registration pk → what speaks for its being somebody already on the roster, or a second one of the same person.

    Three queries, however many rows: learners, registrations, the register of communities.
    """
    rows = list(rows)
    if not rows:
        return {}
    learners = list(
        programme.enrolments.select_related("community").only(
            "programme",
            "code",
            "number",
            "name",
            "phone",
            "pinyin",
            "state",
            "person",
            "community_as_given",
            "community__name",
        )
    )
    others = list(
        programme.registrations.filter(state__in=TAKING_A_PLACE).only(
            "programme", "code", "name", "phone", "community_as_given"
        )
    )
    communities = CommunityIndex.of(programme.organisation)

    def place(given: str) -> str:
        found = communities.find(given) if given else None
        return found.name if found else given

    by_phone: dict[str, list[Enrolment]] = defaultdict(list)
    by_sound: dict[str, list[Enrolment]] = defaultdict(list)
    for learner in learners:
        if learner.phone:
            by_phone[learner.phone].append(learner)
        by_sound[learner.pinyin].append(learner)
    found = {}
    for row in rows:
        here = place(row.community_as_given)
        hints: dict[int, Hint] = {}
        for learner in by_phone[row.phone]:
            active = learner.state == EnrolmentState.ACTIVE
            hints[learner.pk] = Hint("phone" if active else "left", learner)
        for learner in by_sound[row.pinyin]:
            same_place = bool(here) and learner.community_name == here
            if learner.name == row.name and learner.state != EnrolmentState.ACTIVE:
                hints.setdefault(learner.pk, Hint("left", learner))
            elif learner.name == row.name:
                hints.setdefault(learner.pk, Hint("same" if same_place else "namesake", learner))
            elif same_place:
                hints.setdefault(learner.pk, Hint("like", learner))
        hints.pop(row.enrolment_id or 0, None)
        again = [
            Hint("again", other=other)
            for other in others
            if other.pk != row.pk
            and (
                other.phone == row.phone
                or (other.name == row.name and here and place(other.community_as_given) == here)
            )
        ]
        order = ("phone", "same", "like", "left", "namesake")
        found[row.pk] = (*sorted(hints.values(), key=lambda h: order.index(h.code)), *again[:1])
    return found
