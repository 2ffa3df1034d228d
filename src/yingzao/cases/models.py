"""The library of cases, and cases pushed to learners: an article to read and a reflection to write."""

from django.db import models

from yingzao.activities.models import Activity
from yingzao.articles.models import Article
from yingzao.cases.enums import TagKind
from yingzao.communities.enums import CommunityKind
from yingzao.communities.models import Community
from yingzao.people.models import Owned, Person


class Case(Owned):
    """A case in the library: an article, and what can be learned from it. Empty texts are not known."""

    article = models.OneToOneField(Article, on_delete=models.PROTECT, related_name="case")
    title = models.CharField(max_length=200)
    community_kind = models.CharField(max_length=20, choices=CommunityKind.choices, blank=True)
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )
    place = models.CharField(max_length=120, blank=True)  # where it happened, as given
    problem = models.TextField(blank=True)
    done = models.TextField(blank=True)  # what was done
    evidence = models.TextField(blank=True)  # what shows that it worked
    outcome = models.TextField(blank=True)
    is_shown = models.BooleanField(default=True)  # to learners, in their library
    added_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-pk"]


class CaseTag(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tags")
    kind = models.CharField(max_length=10, choices=TagKind.choices)
    value = models.CharField(max_length=40)  # a facet's code, or the method in words

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "kind", "value"], name="one_tag_a_case")]
        indexes = [models.Index(fields=["kind", "value", "case"], name="cases_by_tag")]


class CaseWords(models.Model):
    """The words of a case, parted by spaces, as `queries.index` searches them."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="words")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    words = models.TextField()


class CaseReading(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="case_reading")
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.PROTECT, related_name="readings"
    )
    question = models.TextField(blank=True)
