from django.db.models import OuterRef, QuerySet, Subquery

from yingzao.judging.models import Rubric, RubricVersion
from yingzao.people.models import Organisation, Visitor
from yingzao.programmes import queries as programme_queries


def rubrics_of(organisation: Organisation) -> QuerySet[Rubric]:
    return Rubric.objects.filter(organisation=organisation).order_by("name", "pk")


def rubrics_visible_to(person: Visitor) -> QuerySet[Rubric]:
    """Rubrics belong to an organisation: whoever reads a desk of it reads them."""
    desks = programme_queries.desk_programmes(person)
    return Rubric.objects.filter(organisation__in=desks.values("organisation"))


def latest_version(rubric: Rubric) -> RubricVersion:
    return rubric.versions.prefetch_related("criteria__levels").order_by("-number")[0]


def newest_versions(organisation: Organisation) -> QuerySet[RubricVersion]:
    """The newest version of every rubric, with its criteria and levels, by name."""
    newest = RubricVersion.objects.filter(rubric=OuterRef("rubric")).order_by("-number").values("pk")[:1]
    return (
        RubricVersion.objects.filter(rubric__organisation=organisation, pk=Subquery(newest))
        .select_related("rubric")
        .prefetch_related("criteria__levels", "rounds")
        .order_by("rubric__name", "pk")
    )
