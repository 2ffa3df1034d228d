"""Guides for interviews, the interviews held with them, and what learners propose for the graph."""

from django.db import models
from django.utils.translation import gettext as _

from yingzao.communities.models import Community, ResidentGroup, Topic
from yingzao.fieldwork.enums import ProposalKind, ProposalState
from yingzao.people.models import Organisation, Owned, Person


class Guide(Owned):
    """A guide for interviews, of an organisation. `version` is the one that is asked."""

    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_offered = models.BooleanField(default=True)  # on the phones of learners
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]


class GuideVersion(models.Model):
    """What is asked. It never changes: a phone without a network may hold it, and its answers must find their questions."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    questions = models.JSONField(default=list)  # [{"text", "hint"}] in their order
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["guide", "number"]
        constraints = [models.UniqueConstraint(fields=["guide", "number"], name="one_guide_version_a_number")]


class Interview(Owned):
    """One talk with one resident. Name and telephone are theirs: kept only with their consent, which stands in people.Consent.

    Erased: name, telephone and every word go, the row and that there was a talk stay.
    """

    key = models.UUIDField(unique=True)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="interviews")
    version = models.ForeignKey(GuideVersion, on_delete=models.PROTECT, related_name="interviews")
    name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    role = models.CharField(max_length=60, blank=True)  # 楼长、商户、独居老人
    answers = models.JSONField(default=list)  # texts, one a question of the version
    observed = models.TextField(blank=True)  # what whoever asked saw
    on = models.DateField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    arrived_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on", "-pk"]

    @property
    def shown_name(self) -> str:
        """The name where there is one, else what they are."""
        return self.name or self.role or _("somebody without a name")


class Proposal(Owned):
    """A public topic or a residents' organisation that somebody found, until an organiser decides about it."""

    key = models.UUIDField(unique=True)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=12, choices=ProposalKind.choices)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    facets = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=ProposalState.choices, default=ProposalState.WAITING)
    reason = models.CharField(max_length=200, blank=True)  # why it was not taken
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    group = models.ForeignKey(
        ResidentGroup, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    @property
    def node(self) -> Topic | ResidentGroup | None:
        """The record that it became or was merged into."""
        return self.topic or self.group
