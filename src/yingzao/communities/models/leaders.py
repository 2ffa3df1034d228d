"""Residents who carry things. How they are reached is theirs: masked everywhere, in clear only by an audited act."""

from django.db import models
from django.utils.translation import gettext as _

from yingzao.communities.enums import ContactWay, FoundHow, Step, Willingness, facet_words
from yingzao.communities.models.register import Community
from yingzao.people.models import Owned


class Leader(Owned):
    """One resident who carries things, as they wish to be called. Erased: name, contact and words go, the row and its counts stay.

    Who found them is told by rooms above. What they agreed to stands in people.Consent under their code.
    """

    key = models.UUIDField(unique=True)  # from the phone: the same record sent twice is one row
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="leaders")
    name = models.CharField(max_length=60, blank=True)
    is_alias = models.BooleanField(default=False)
    phone = models.CharField(max_length=20, blank=True)
    reach = models.CharField(max_length=200, blank=True)  # other ways: a chat name, whom to ask
    good_at = models.CharField(max_length=300, blank=True)  # as people say it: 缝纫、会张罗
    facets = models.JSONField(default=list, blank=True)  # Facet values, a set
    willingness = models.CharField(max_length=20, choices=Willingness.choices, default=Willingness.UNASKED)
    willing_to = models.CharField(max_length=300, blank=True)  # what they would do: 牵头旧物展
    found_how = models.CharField(max_length=20, choices=FoundHow.choices, default=FoundHow.OTHER)
    found_note = models.TextField(blank=True)
    found_on = models.DateField()
    step = models.CharField(max_length=20, choices=Step.choices, default=Step.FOUND)  # the newest of `steps`
    asked_again_on = models.DateField(null=True, blank=True)  # when the yearly question was put last
    entered_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    pinyin = models.CharField(max_length=200, blank=True, editable=False, db_index=True)

    class Meta:
        ordering = ["pinyin", "pk"]

    @property
    def shown_name(self) -> str:
        """The name, or that it was erased."""
        return self.name or _("(name erased)")

    @property
    def facet_words(self) -> str:
        return facet_words(self.facets)


class LeaderStep(models.Model):
    """One step that a leader took, with its day; the row before it is where they stood."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    leader = models.ForeignKey(Leader, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=20, choices=Step.choices)
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]


class LeaderContact(models.Model):
    """One time that somebody was in touch with a leader."""

    key = models.UUIDField(unique=True)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    leader = models.ForeignKey(Leader, on_delete=models.CASCADE, related_name="contacts")
    on = models.DateField()
    way = models.CharField(max_length=20, choices=ContactWay.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
