"""Files that somebody brought."""

from django.db.models import QuerySet

from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import SourceFile
from yingzao.people.models import Visitor
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme


def sources_of(programme: Programme, *purposes: str) -> QuerySet[SourceFile]:
    """The programme's files, newest first; of no purposes given, all."""
    found = SourceFile.objects.filter(programme=programme).select_related(
        "file", "received_by", "confirmed_by"
    )
    return found.filter(purpose__in=purposes) if purposes else found


def sources_visible_to(person: Visitor) -> QuerySet[SourceFile]:
    """Files of the programmes whose desk the person may read: they hold phones in clear."""
    return SourceFile.objects.filter(
        programme__in=programmes.desk_programmes(person).values("pk")
    ).select_related("programme__organisation", "file")


def sources_managed_by(person: Visitor) -> QuerySet[SourceFile]:
    return SourceFile.objects.filter(
        programme__in=programmes.programmes_organised_by(person).values("pk")
    ).select_related("programme__organisation", "file")


def known_source(programme: Programme, purpose: str, sha256: str, about_code: str = "") -> SourceFile | None:
    """The same bytes, brought for the same purpose before and not undone."""
    return (
        SourceFile.objects.filter(programme=programme, purpose=purpose, sha256=sha256, about_code=about_code)
        .exclude(state=SourceState.UNDONE)
        .first()
    )
