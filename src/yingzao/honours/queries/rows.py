"""Which selections, notices, objections and certificates there are, and for whom."""

import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ijson
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from yingzao.activities.enums import EvidenceSource
from yingzao.activities.models import Evidence
from yingzao.core import clock
from yingzao.core.masking import mask_name
from yingzao.enrolment.models import Enrolment, NameCommitment
from yingzao.honours.enums import (
    CertificateKind,
    NoticeState,
    ObjectionState,
    PlaceState,
    SelectionState,
    Source,
)
from yingzao.honours.models import (
    Certificate,
    CertificateSeries,
    IssueRun,
    Objection,
    Place,
    Points,
    PublicNotice,
    Scheme,
    Selection,
)
from yingzao.people.models import Person, Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes import queries as programmes
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole


def schemes_of(programme: Programme) -> QuerySet[Scheme]:
    return programme.schemes.order_by("-number")


def current_scheme(programme: Programme) -> Scheme | None:
    """The newest version."""
    return schemes_of(programme).first()


def selections_visible_to(person: Person) -> QuerySet[Selection]:
    """Organisers and supervisors of the programme. Snapshots are not loaded: they may be large."""
    return (
        Selection.objects.filter(programme__in=programmes.desk_programmes(person))
        .select_related("programme__organisation", "scheme", "frozen_by", "decided_by")
        .defer("snapshot")
    )


def selections_of(programme: Programme) -> QuerySet[Selection]:
    """Newest first, with how many are chosen."""
    return (
        programme.selections.defer("snapshot")
        .annotate(chosen=Count("places", filter=Q(places__state=PlaceState.CHOSEN)))
        .order_by("-created_at", "-pk")
    )


def lists_awaiting(person: Visitor, programme: Programme) -> QuerySet[Selection]:
    """What the person may decide as a supervisor: lists before the committee that somebody else froze."""
    staff = programmes.staff_of(programme, Role.SUPERVISOR)
    if not is_signed_in(person) or not staff.filter(person=person).exists():
        return Selection.objects.none()
    return programme.selections.filter(state=SelectionState.SUBMITTED).exclude(frozen_by=person)


def places_of(selection: Selection) -> list[Place]:
    """In the list's order: by rank, then those without one, the barred last."""
    return _in_order(selection.places.all())


def places_in_short(selection: Selection) -> list[Any]:
    """The same without `how`; `name_digest` is the commitment to the name."""
    return _in_order(selection.places.annotate(name_digest=KT("how__name")).defer("how"))


def _in_order(places: QuerySet[Any]) -> list[Any]:
    return sorted(
        places,
        key=lambda p: (
            p.rank is None,
            p.rank or 0,
            p.state == PlaceState.BARRED,
            -(p.total or 0),
            p.enrolment_code,
        ),
    )


def notices_visible_to(person: Person) -> QuerySet[PublicNotice]:
    return PublicNotice.objects.filter(programme__in=programmes.desk_programmes(person)).select_related(
        "programme__organisation", "selection"
    )


def notices_of(programme: Programme) -> QuerySet[PublicNotice]:
    """Newest first, with the number of objections and of open ones."""
    return programme.public_notices.annotate(
        received=Count("objections"),
        open_objections=Count("objections", filter=Q(objections__state=ObjectionState.RECEIVED)),
    ).order_by("-posted_on", "-pk")


def posted_notices() -> QuerySet[PublicNotice]:
    """What everybody may read: posted by now, replaced ones too."""
    return PublicNotice.objects.filter(posted_on__lte=clock.today()).select_related(
        "programme__organisation", "replaced_by"
    )


def standing_notice(selection: Selection) -> PublicNotice | None:
    """The selection's notice that no corrected one has replaced."""
    return selection.notices.exclude(state=NoticeState.REPLACED).order_by("-posted_on", "-pk").first()


def notice_to_correct(selection: Selection) -> PublicNotice | None:
    """The notice that this list's own will correct: that of the nearest list it was made from, however many were made in
    between, or the one that has replaced it since. None for a list of its own."""
    made_from = selection.made_from
    while made_from is not None:
        notice = made_from.notices.order_by("-posted_on", "-pk").first()
        if notice is not None:
            while notice.replaced_by is not None:
                notice = notice.replaced_by
            return None if notice.selection_id == selection.pk else notice
        made_from = made_from.made_from
    return None


def objections_left_out(selection: Selection, corrected: PublicNotice) -> list[str]:
    """Numbers of the accepted objections to `corrected` that this list does not take up: it was neither looked at again
    because of them nor collected anew after the answer."""
    collected, again = (
        Selection.objects.filter(pk=selection.pk).values_list("snapshot__as_of", "snapshot__recheck").get()
    )
    taken_up = {line["objection"] for line in again or ()}
    accepted = corrected.objections.filter(state=ObjectionState.ACCEPTED)
    return [
        found.code
        for found in accepted.exclude(code__in=taken_up)
        if found.replied_at is None or dt.datetime.fromisoformat(collected) < found.replied_at
    ]


def other_notices(notice: PublicNotice) -> QuerySet[PublicNotice]:
    """The programme's standing notices beside this one."""
    return notice.programme.public_notices.exclude(pk=notice.pk).exclude(state=NoticeState.REPLACED)


def has_open_objection(notice: PublicNotice) -> bool:
    return notice.objections.filter(state=ObjectionState.RECEIVED).exists()


def has_accepted_objection(notice: PublicNotice) -> bool:
    return notice.objections.filter(state=ObjectionState.ACCEPTED).exists()


def objections_visible_to(person: Person) -> QuerySet[Objection]:
    return Objection.objects.filter(notice__programme__in=programmes.desk_programmes(person)).select_related(
        "notice__programme"
    )


def objections_of(programme: Programme) -> QuerySet[Objection]:
    return Objection.objects.filter(notice__programme=programme).select_related("notice")


def certificates_visible_to(person: Person) -> QuerySet[Certificate]:
    return Certificate.objects.filter(programme__in=programmes.desk_programmes(person)).select_related(
        "programme__organisation", "pdf"
    )


def certificates_of(programme: Programme) -> QuerySet[Certificate]:
    return programme.certificates.select_related("pdf").order_by("number")


def own_certificates(person: Person) -> QuerySet[Certificate]:
    """A learner's certificates, of every programme, revoked ones too."""
    codes = Enrolment.objects.filter(person=person).values("code")
    return (
        Certificate.objects.filter(enrolment_code__in=codes)
        .select_related("programme__organisation", "pdf", "badge__achievement")
        .order_by("-issued_at", "number")
    )


def given_certificates(programme: Programme) -> set[tuple[str, str]]:
    """(kind, enrolment code) of whatever was ever issued: what was revoked is not issued again by itself."""
    return set(programme.certificates.values_list("kind", "enrolment_code"))


def wanted_certificates(selection: Selection) -> list[tuple[str, Place]]:
    """What the selection gives rise to: completion for who reached the threshold, honour for the chosen.

    In the order of the numbers to come: completion first, each in the list's order; whoever is barred gets neither.
    """
    places = [place for place in places_in_short(selection) if place.state != PlaceState.BARRED]
    complete = [
        (CertificateKind.COMPLETION.value, place)
        for place in places
        if place.completion is not None and place.completion >= selection.least_completion
    ]
    honoured = [(CertificateKind.HONOUR.value, place) for place in places if place.state == PlaceState.CHOSEN]
    return complete + honoured


def missing_certificates(selection: Selection) -> list[tuple[str, Place]]:
    """Of `wanted_certificates`, what was never issued."""
    given = given_certificates(selection.programme)
    return [
        (kind, place)
        for kind, place in wanted_certificates(selection)
        if (kind, place.enrolment_code) not in given
    ]


def newest_run(selection: Selection) -> IssueRun | None:
    return selection.issue_runs.order_by("-pk").first()


def shown_names(digests: Iterable[str]) -> dict[str, dict]:
    """Digest → what stood behind it (name, community, number); empty for whoever was erased."""
    found = NameCommitment.objects.filter(digest__in=set(digests)).values_list("digest", "shown")
    return dict(found)


def frozen_terms(selection: Selection) -> dict[str, Any]:
    """What a page asks of a frozen selection's snapshot besides its places: the database takes it out, so that the lines of
    thousands of learners are not read. Of the calibration there are `counts`, the `round` and the severity model's results."""
    keys = ("scheme", "list", "activities", "criteria")
    judged = ("counts", "round", "results__adjusted")
    found = Selection.objects.filter(pk=selection.pk)
    of_calibration = (f"snapshot__calibration__{key}" for key in judged)
    *told, counts, round, adjusted = found.values_list(
        *(f"snapshot__{key}" for key in keys), *of_calibration
    ).get()
    calibration = {"counts": counts, "round": round, "results": {"adjusted": adjusted}} if counts else None
    return {**dict(zip(keys, told, strict=True)), "calibration": calibration}


def frozen_learners(selection: Selection) -> Iterator[dict[str, Any]]:
    """The lines of a snapshot one by one: of thousands of learners, one is in memory. Numbers are Decimals."""
    text = (
        Selection.objects.filter(pk=selection.pk).values_list(Cast("snapshot", TextField()), flat=True).get()
    )
    yield from ijson.items(io.BytesIO(text.encode()), "learners.item")


def frozen_hours(selection: Selection) -> tuple[int, int, dict[str, Decimal]]:
    """Of a snapshot: decimals of its figures, minutes of a credit hour (0: not said), and what each activity gives."""
    decimals, minutes, activities, offered = (
        Selection.objects.filter(pk=selection.pk)
        .values_list(
            "snapshot__scheme__decimals",
            "snapshot__hour_minutes",
            "snapshot__activities",
            "snapshot__offered",
        )
        .get()
    )
    planned = [*activities, *(offered or ())]
    return decimals, minutes or 0, {one["code"]: Decimal(one["hours"]) for one in planned if "hours" in one}


def approved_selections(programme: Programme) -> QuerySet[Selection]:
    return programme.selections.filter(state=SelectionState.APPROVED).defer("snapshot")


def names_of(programme: Programme) -> dict[str, Enrolment]:
    """Enrolment code → learner as the roster says today, for desk pages."""
    return {e.code: e for e in programme.enrolments.select_related("community")}


def last_moment(day: dt.date) -> dt.datetime:
    """24:00 of the day."""
    return clock.start_of(day + dt.timedelta(days=1))


def series_of(programme: Programme) -> CertificateSeries | None:
    return CertificateSeries.objects.filter(programme=programme).first()


@dataclass(frozen=True)
class NamedCertificate:
    """A certificate with the name that it was issued to; empty once it was erased."""

    certificate: Certificate
    name: str
    community: str

    @property
    def masked(self) -> str:
        return mask_name(self.name)


def with_names(certificates: Iterable[Certificate]) -> list[NamedCertificate]:
    """One query for all names."""
    certificates = list(certificates)
    shown = shown_names(certificate.frozen["name"] for certificate in certificates)
    return [
        NamedCertificate(
            certificate,
            shown.get(certificate.frozen["name"], {}).get("name", ""),
            shown.get(certificate.frozen["name"], {}).get("community", ""),
        )
        for certificate in certificates
    ]


def certificates_among(issued: Iterable[NamedCertificate], words: str, show: str) -> list[NamedCertificate]:
    """Those whose number, holder or community holds `words`; `show` is a kind, revoked, or nothing for all."""
    wanted = words.strip().casefold()

    def is_shown(one: NamedCertificate) -> bool:
        if show == "revoked":
            return one.certificate.revoked_at is not None
        return not show or one.certificate.kind == show

    return [
        one
        for one in issued
        if is_shown(one) and wanted in f"{one.certificate.number}\n{one.name}\n{one.community}".casefold()
    ]


def judge_names(selection: Selection) -> dict[str, str]:
    """Code → name of the judges behind a frozen list."""
    run = selection.snapshot["calibration"]
    codes = (
        {sheet["judge"] for row in run["results"]["learners"] for sheet in row["sheets"]} if run else set()
    )
    return dict(StaffRole.objects.filter(code__in=codes).values_list("code", "name"))


def evidence_from(objection: Objection) -> QuerySet[Evidence]:
    """What was recorded because of an objection, that still stands."""
    return (
        Evidence.objects.filter(
            activity__programme=objection.notice.programme_id,
            source=EvidenceSource.OBJECTION,
            detail__objection=objection.code,
            withdrawn_at=None,
        )
        .select_related("enrolment", "activity")
        .order_by("pk")
    )


def rechecks_of(objection: Objection) -> list[Selection]:
    """Lists that were worked out again because of it, oldest first."""
    found, made = [objection.notice.selection_id], []
    while found:
        lists = Selection.objects.filter(made_from__in=found, snapshot__has_key="recheck").order_by("pk")
        again = list(lists.annotate(again=KT("snapshot__recheck")).defer("snapshot"))
        found = [one.pk for one in again]
        made += [o for o in again if any(r["objection"] == objection.code for r in json.loads(o.again))]
    return sorted(made, key=lambda one: one.pk)


def list_to_recheck(objection: Objection) -> Selection:
    """What is looked at again: the posted list, or the newest that was made of it because of another objection, so that
    several that are right come together on one list. What the committee returned is passed over."""
    found = objection.notice.selection
    while True:
        again = found.remade.filter(frozen_at__isnull=False, snapshot__has_key="recheck")
        newer = again.exclude(state=SelectionState.RETURNED).order_by("-pk").first()
        if newer is None:
            return found
        found = newer


def standing_points(selection: Selection) -> QuerySet[Points]:
    return selection.points.filter(taken_back_at=None)


def entered_parts(scheme: Scheme) -> dict[str, str]:
    """Key → title of the parts whose points staff enter."""
    return {part["key"]: part["title"] for part in scheme.parts if part["source"] == Source.ENTERED}


def needs_marks(scheme: Scheme) -> bool:
    return bool(scheme.performance_weight)
