"""Files and links of the stops, and who may read them."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet

from yingzao.activities.models import Activity
from yingzao.activities.queries import activities_for_person
from yingzao.core.models import StoredFile
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.queries import desk_programmes
from yingzao.visits.models import Stop, StopDocument


def documents_of(stop: Stop) -> QuerySet[StopDocument]:
    return StopDocument.objects.filter(stop=stop).select_related("file")


def documents_by_stop(activity: Activity) -> list[tuple[Stop, list[StopDocument]]]:
    """The stops of a visit that have any, in their order. One query."""
    rows = StopDocument.objects.filter(stop__part__activity=activity).select_related("file", "stop__part")
    found: dict[Stop, list[StopDocument]] = defaultdict(list)
    for row in rows.order_by("stop__part__position", "stop__part__pk", "position", "pk"):
        found[row.stop].append(row)
    return list(found.items())


def may_read_document(person: Visitor, stored: StoredFile) -> bool:
    """The resolver for documents: those for whom the visit is, and the programme's desk."""
    if not is_signed_in(person):
        return False
    kept = StopDocument.objects.filter(file=stored)
    if kept.filter(stop__part__activity__in=activities_for_person(person)).exists():
        return True
    return kept.filter(stop__part__activity__programme__in=desk_programmes(person)).exists()
