"""The register of communities, and who is meant by a name as given."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar, cast

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from yingzao.communities.enums import CommunityKind, Facet
from yingzao.communities.models import Community
from yingzao.people.enums import Right
from yingzao.people.models import Grant, Organisation, Visitor
from yingzao.people.queries import is_signed_in

SUFFIXES = ("社区", "村")
Row = TypeVar("Row", bound=Model)


def tidy_name(given: str) -> str:
    """A community's name without the committee behind it: 桂一社区居委会 → 桂一社区, 仙涌村民委员会 → 仙涌村."""
    name = "".join(unicodedata.normalize("NFKC", given).split())
    name = re.sub(r"(?<=.)村(?:民委员会|委会)$", "村", name)
    return re.sub(r"(?<=..)(?:社区)?(?:居民委员会|居委会)$", "社区", name)


def communities_of(organisation: Organisation) -> QuerySet[Community]:
    return Community.objects.filter(organisation=organisation)


def organisations_kept_by(person: Visitor) -> QuerySet[Organisation]:
    """Organisations whose register the person keeps: its organisers, and those of its programmes."""
    return _granted(person, Right.KEEP_COMMUNITIES)


def organisations_read_by(person: Visitor) -> QuerySet[Organisation]:
    """Organisations whose register the person reads on the desk: who keeps it, and supervisors of its programmes."""
    return _granted(person, Right.KEEP_COMMUNITIES, Right.READ_COMMUNITIES)


def _granted(person: Visitor, *rights: str) -> QuerySet[Organisation]:
    if not is_signed_in(person):
        return Organisation.objects.none()
    grants = Grant.objects.filter(
        Q(right=Right.ORGANISE, scope_code="") | Q(right__in=rights), person=person, ended_at=None
    )
    return Organisation.objects.filter(pk__in=grants.values("organisation")).order_by("name", "pk")


def register_of(programme_code: str) -> QuerySet[Organisation]:
    """The organisation of a programme, known here by the rights that its roles brought. Empty where there is none."""
    rights = (Right.KEEP_COMMUNITIES, Right.READ_COMMUNITIES)
    grants = Grant.objects.filter(scope_code=programme_code, right__in=rights).exclude(scope_code="")
    return Organisation.objects.filter(pk__in=grants.values("organisation"))


def communities_kept_by(person: Visitor) -> QuerySet[Community]:
    return Community.objects.filter(organisation__in=organisations_kept_by(person))


def search(communities: QuerySet[Community], words: str) -> QuerySet[Community]:
    """By name, town, statistical code, pinyin or initials; every word must be found."""
    for word in words.split():
        communities = communities.filter(
            Q(name__icontains=word)
            | Q(town__icontains=word)
            | Q(pinyin__icontains=word)
            | Q(district_code__startswith=word)
        )
    return communities


def narrow(
    communities: QuerySet[Community], *, words: str = "", town: str = "", kind: str = "", facet: str = ""
) -> QuerySet[Community]:
    """Those that the register's page shows, in its order. A kind or facet that does not exist narrows nothing."""
    found = search(communities, words)
    if town:
        found = found.filter(town=town)
    if kind in CommunityKind.values:
        found = found.filter(kind=kind)
    found = with_facet(found, facet)
    return found.order_by("pinyin")


def with_facet(rows: QuerySet[Row], facet: str) -> QuerySet[Row]:
    """Rows whose set of facets holds this one; a facet that does not exist narrows nothing."""
    if facet not in Facet.values:
        return rows
    # SQLite cannot ask a JSON list what it contains; the values are codes, so their text in quotes is unambiguous
    texts = rows.annotate(facets_text=Cast("facets", TextField()))
    return cast("QuerySet[Row]", texts.filter(facets_text__contains=f'"{facet}"'))


class CommunityIndex:
    """Answers for many names with one query. A name is found exactly, or with 社区 or 村 behind it; never guessed."""

    def __init__(self, communities: Iterable[Community]) -> None:
        self._named: dict[str, set[Community]] = defaultdict(set)
        for community in communities:
            name = tidy_name(community.name)
            self._named[name].add(community)
            if community.town:
                self._named[tidy_name(community.town) + name].add(community)

    @classmethod
    def of(cls, organisation: Organisation) -> "CommunityIndex":
        return cls(communities_of(organisation))

    def knows(self, name: str) -> bool:
        """Whether any community bears this name, one or several."""
        return tidy_name(name) in self._named

    def find(self, given: str) -> Community | None:
        """The one community that is meant; None where none or more than one could be."""
        name = tidy_name(given)
        if not name:
            return None
        found = set(self._named.get(name, ()))
        if not found and not name.endswith(SUFFIXES):
            for suffix in SUFFIXES:
                found |= self._named.get(name + suffix, set())
        return found.pop() if len(found) == 1 else None


def find_community(organisation: Organisation, given: str) -> Community | None:
    """灯湖 → 灯湖社区. None where no community, or more than one, could be meant."""
    return CommunityIndex.of(organisation).find(given)
