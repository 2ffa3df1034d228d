"""The library of cases, and cases pushed to learners: an article to read and a reflection to write."""

from django.db import models

from yingzao.activities.models import Activity, Evidence
from yingzao.articles.models import Article
from yingzao.cases.enums import ShareState, TagKind
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
    """What of a case `queries.index` searches: its words, and the marks of what filters ask, both parted by spaces; and its
    title as questions are compared with it."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="words")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    marks = models.TextField(default="")
    title = models.TextField(default="")


class CaseReading(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="case_reading")
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.PROTECT, related_name="readings"
    )
    question = models.TextField(blank=True)


class ReflectionAnswer(Owned):
    """What a mentor or organiser wrote to a learner about a reflection."""

    reflection = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="answers")
    key = models.UUIDField(unique=True)  # of the form, so that a double tap is one answer
    text = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["created_at", "pk"]


class ReflectionShare(Owned):
    """A good reflection that its writer was asked to show to the cohort; shown while the writer agrees."""

    reflection = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="share")
    state = models.CharField(max_length=10, choices=ShareState.choices, default=ShareState.ASKED)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
