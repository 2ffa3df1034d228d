"""The doors of this room. What a person may not see is not there."""

from django.db.models import Q
from django.http import Http404

from yingzao.core.scoping import only
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import my_enrolments
from yingzao.honours.models import (
    Achievement,
    Badge,
    BadgeKey,
    Bar,
    Certificate,
    IssueRun,
    Objection,
    Place,
    Points,
    PublicNotice,
    Selection,
)
from yingzao.honours.queries import badges, rows
from yingzao.honours.rules import numbers
from yingzao.judging.rules import require_impartial
from yingzao.people.models import Organisation
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme


def programme_to_read(person, code: str) -> Programme:
    """For organisers and supervisors."""
    return only(programmes.desk_programmes(person), code=code)


def programme_to_run(person, code: str) -> Programme:
    """For organisers."""
    return only(programmes.programmes_organised_by(person), code=code)


def programme_to_supervise(person, code: str) -> Programme:
    """For the supervising committee."""
    return only(
        programmes.programmes_with_role(person, "supervisor").select_related("organisation"), code=code
    )


def _selection(person, programme: Programme, code: str) -> Selection:
    """A judge who stands aside from a learner sees no list with them in it before it is put up for everybody."""
    found: Selection = only(
        programme.selections.select_related(
            "programme__organisation",
            "scheme",
            "round",
            "frozen_by",
            "submitted_by",
            "decided_by",
            "made_from",
        ).defer("snapshot", "made_from__snapshot"),
        code=code,
    )
    if found.round and not rows.posted_notices().filter(selection=found).exists():
        require_impartial(person, found.round)
    return found


def selection_to_read(person, programme_code: str, code: str) -> Selection:
    return _selection(person, programme_to_read(person, programme_code), code)


def selection_to_run(person, programme_code: str, code: str) -> Selection:
    return _selection(person, programme_to_run(person, programme_code), code)


def selection_to_decide(person, programme_code: str, code: str) -> Selection:
    """Once it is frozen: drafts are the organisers' own."""
    selection = _selection(person, programme_to_supervise(person, programme_code), code)
    if selection.frozen_at is None:
        raise Http404
    return selection


def place_of(selection: Selection, enrolment_code: str) -> Place:
    return only(selection.places.all(), enrolment_code=enrolment_code)


def points_of(selection: Selection, code: str) -> Points:
    return only(selection.points.all(), code=code)


def entered_part(selection: Selection, key: str) -> str:
    """The title of a part that is entered."""
    title = rows.entered_parts(selection.scheme).get(key)
    if title is None:
        raise Http404
    return title


def bar_of(selection: Selection, code: str) -> Bar:
    return only(selection.bars.select_related("selection__programme"), code=code)


def notice_to_read(person, programme_code: str, code: str) -> PublicNotice:
    programme = programme_to_read(person, programme_code)
    return only(programme.public_notices.select_related("programme__organisation", "replaced_by"), code=code)


def notice_in_public(code: str) -> PublicNotice:
    return only(rows.posted_notices(), code=code)


def objection_to_read(person, programme_code: str, code: str) -> Objection:
    programme = programme_to_read(person, programme_code)
    return only(rows.objections_of(programme).select_related("notice__programme", "replied_by"), code=code)


def objection_to_run(person, programme_code: str, code: str) -> Objection:
    programme = programme_to_run(person, programme_code)
    return only(rows.objections_of(programme).select_related("notice__programme", "replied_by"), code=code)


def certificate_to_read(person, programme_code: str, code: str) -> Certificate:
    programme = programme_to_read(person, programme_code)
    return only(rows.certificates_of(programme).select_related("programme__organisation", "pdf"), code=code)


def certificate_to_run(person, programme_code: str, code: str) -> Certificate:
    programme = programme_to_run(person, programme_code)
    return only(rows.certificates_of(programme).select_related("programme__organisation", "pdf"), code=code)


def run_to_read(person, programme_code: str, code: str) -> IssueRun:
    programme = programme_to_read(person, programme_code)
    return only(
        IssueRun.objects.filter(selection__programme=programme).select_related("selection"), code=code
    )


def certificate_in_public(code: str) -> Certificate:
    """By its code, or by its number as it stands on the paper."""
    found = Q(number=numbers.read_number(code) or "-") | Q(code=code.strip().upper())
    return only(Certificate.objects.filter(found).select_related("programme__organisation"))


def own_certificate(person, code: str) -> Certificate:
    """For its holder."""
    return only(rows.own_certificates(person), code=code)


def own_badge(person, code: str) -> Badge:
    """For its holder, by the certificate's code. An erasure has taken the credential away."""
    certificate = own_certificate(person, code)
    return only(
        Badge.objects.filter(certificate=certificate)
        .exclude(token="")
        .select_related("certificate", "achievement__picture")
    )


def badge_issuer(office: str) -> Organisation:
    return only(badges.issuers(), code=office)


def badge_key(office: str, code: str) -> BadgeKey:
    return only(BadgeKey.objects.filter(organisation__code=office).select_related("organisation"), code=code)


def achievement_in_public(code: str) -> Achievement:
    return only(badges.achievements(), code=code)


def own_enrolment(person, code: str) -> Enrolment:
    return only(my_enrolments(person), code=code)


def learner_to_run(person, programme_code: str, code: str) -> Enrolment:
    """A learner of a programme that the person organises."""
    programme = programme_to_run(person, programme_code)
    return only(programme.enrolments.select_related("programme__organisation", "community"), code=code)
