"""Who is who, what they may, and what was agreed. Secrets are looked up by their hash only."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from yingzao.core.models import StoredFile
from yingzao.people.enums import ErasureState, Right, SignInOutcome
from yingzao.people.models import (
    DataCopy,
    ErasureRequest,
    Grant,
    Invitation,
    Organisation,
    Person,
    PrivacyNotice,
    ResetLink,
    SignIn,
    Visitor,
)
from yingzao.people.validators import normal_phone, normal_username


@dataclass(frozen=True)
class Look:
    """What tells the public pages of one organisation from others."""

    name: str
    address: str  # of its own page
    css: str  # address of its colours, "" for the house's own
    logo: StoredFile | None


def look_of(organisation: Organisation) -> Look:
    """At most one query, for the logo."""
    css = ""
    if organisation.accent:
        version = f"{organisation.accent}-{organisation.accent_dark}".replace("#", "")
        css = f"{reverse('people:look', args=[organisation.code])}?v={version}"
    return Look(
        organisation.shown_name,
        reverse("web:organisation", args=[organisation.code]),
        css,
        organisation.logo,
    )


def look_of_the_only_one() -> Look | None:
    """Pages about all organisations look like the one that there is; None where there are several. One query."""
    found = list(Organisation.objects.select_related("logo")[:2])
    return look_of(found[0]) if len(found) == 1 else None


DEMO_PEOPLE_FILE = "demo-people.json"


def is_signed_in(visitor: Visitor) -> TypeGuard[Person]:
    return isinstance(visitor, Person) and visitor.pk is not None


@dataclass(frozen=True)
class DemoPerson:
    code: str
    label: str  # the role, as its button says it
    display_name: str


def is_empty_instance() -> bool:
    return not Organisation.objects.exists()


def find_person(name: str) -> Person | None:
    """The account with this username or phone number, active or not."""
    if phone := normal_phone(name):
        return Person.objects.filter(phone=phone).first()
    return Person.objects.filter(username=normal_username(name)).first()


def open_grants(person: Person) -> QuerySet[Grant]:
    return Grant.objects.filter(person=person, ended_at=None)


def organisations_of(person: Person, right: Right = Right.ORGANISE) -> QuerySet[Organisation]:
    """Where the person holds the right for the whole organisation."""
    held = open_grants(person).filter(right=right, scope_code="").values("organisation_id")
    return Organisation.objects.filter(pk__in=held).order_by("name", "pk")


def sign_ins_of(person: Person) -> QuerySet[SignIn]:
    return SignIn.objects.filter(person=person)


def devices_of(person: Person) -> QuerySet[SignIn]:
    """The sign-ins whose session is still open, newest first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return sign_ins_of(person).filter(outcome=SignInOutcome.ENTERED, session_key__in=alive)


def reset_links_of(person: Person) -> QuerySet[ResetLink]:
    return ResetLink.objects.filter(person=person).select_related("created_by").order_by("-created_at")


def current_privacy_notice() -> PrivacyNotice | None:
    """The newest one that is published."""
    return PrivacyNotice.objects.filter(published_at__lte=timezone.now()).first()


def has_agreed(person: Person) -> bool:
    """Whether the person agreed to the current notice; True where there is none."""
    notice = current_privacy_notice()
    return notice is None or person.privacy_agreements.filter(notice=notice).exists()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """The invitation of this link, in whatever state."""
    return Invitation.objects.filter(token_hash=hash_of(token)).select_related("organisation").first()


def open_invitations(
    target_codes: list[str] | None = None, *, at: datetime | None = None
) -> QuerySet[Invitation]:
    """Invitations that can still be accepted; for these targets where some are named."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=at or timezone.now())
    return rows if target_codes is None else rows.filter(target_code__in=target_codes)


def live_reset_link(token: str, *, at: datetime | None = None) -> ResetLink | None:
    return (
        ResetLink.objects.filter(
            token_hash=hash_of(token),
            used_at=None,
            expires_at__gt=at or timezone.now(),
            person__is_active=True,
        )
        .select_related("person")
        .first()
    )


def demo_people() -> list[DemoPerson]:
    """The people that the example offers to sign in as, in its order; nobody outside a demo instance."""
    if not settings.DEMO_SIGN_IN:
        return []
    try:
        listed = json.loads((settings.DATA / DEMO_PEOPLE_FILE).read_text(encoding="utf-8"))
        labels = {str(entry["code"]): str(entry["label"]) for entry in listed}
    except (OSError, ValueError, KeyError, TypeError):
        return []
    names = dict(Person.objects.filter(code__in=labels, is_active=True).values_list("code", "display_name"))
    return [DemoPerson(code, label, names[code]) for code, label in labels.items() if code in names]


def copies_of(person: Person) -> QuerySet[DataCopy]:
    return DataCopy.objects.filter(person=person).select_related("file")


def erasures_asked_by(person: Person) -> QuerySet[ErasureRequest]:
    """What the person asked for on their own account's page, or had entered for them."""
    return (
        ErasureRequest.objects.filter(person=person)
        .select_related("organisation")
        .order_by("-asked_at", "-pk")
    )


def erasures_to_decide(person: Person) -> QuerySet[ErasureRequest]:
    """All requests to the organisations that the person organises for, the most urgent first."""
    rows = ErasureRequest.objects.filter(organisation__in=organisations_of(person))
    return rows.select_related("organisation", "asked_by", "decided_by", "person")


def erasures_waiting(person: Person) -> QuerySet[ErasureRequest]:
    return erasures_to_decide(person).filter(state=ErasureState.WAITING)


def is_example() -> bool:
    """Whether this instance is the example that `yingzao demo` made, whose people are nobody."""
    return (settings.DATA / DEMO_PEOPLE_FILE).exists()
