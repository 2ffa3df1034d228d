"""How the certificates of a programme look, and the pictures that belong to it."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from yingzao.core.models import StoredFile
from yingzao.honours.models import CertificateTemplate
from yingzao.people.models import Person
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme

SUBJECT = "design:"  # and the programme's code: whose picture it is


def standing_design(programme: Programme, kind: str) -> CertificateTemplate | None:
    """The newest version; None where the standard layout holds."""
    return (
        CertificateTemplate.objects.filter(programme=programme, kind=kind)
        .select_related("background", "seal", "signature")
        .order_by("-number")
        .first()
    )


def design_pictures(programme: Programme) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(room="honours", subject=SUBJECT + programme.code)


def pictures_by_code(programme: Programme, codes: Mapping[str, str]) -> dict[str, StoredFile]:
    """Field → picture of this programme; what belongs to another is not found."""
    found = {stored.code: stored for stored in design_pictures(programme).filter(code__in=codes.values())}
    return {key: found[code] for key, code in codes.items() if code in found}


def unused_pictures(programme: Programme) -> QuerySet[StoredFile]:
    """Tried out and never kept in a version."""
    used = CertificateTemplate.objects.filter(programme=programme)
    return design_pictures(programme).exclude(
        Q(pk__in=used.exclude(background=None).values("background"))
        | Q(pk__in=used.exclude(seal=None).values("seal"))
        | Q(pk__in=used.exclude(signature=None).values("signature"))
    )


def is_picture_for(person: Person, stored: StoredFile) -> bool:
    """Pictures of designs are the desk's: a seal as a file is not for everybody."""
    code = stored.subject.removeprefix(SUBJECT)
    return code != stored.subject and programmes.desk_programmes(person).filter(code=code).exists()
