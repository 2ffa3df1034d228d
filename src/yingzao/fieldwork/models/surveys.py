"""Surveys of residents. Who answers gives no name and has no account; no address of a machine is kept."""

from django.db import models

from yingzao.communities.models import Community
from yingzao.core.codes import CodeField
from yingzao.core.models import StoredFile
from yingzao.fieldwork.enums import SheetSource, SheetState
from yingzao.people.models import Organisation, Owned, Person


class ResidentSurvey(Owned):
    """One survey of one community. `token` is the address by which residents open it."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="surveys")
    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=500, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    allows_several = models.BooleanField(default=False)  # one phone may answer for several people
    most_answers = models.PositiveIntegerField(null=True, blank=True)  # by phone; None: as many as come
    handed_out = models.PositiveIntegerField(null=True, blank=True)  # sheets of paper given out
    is_shared = models.BooleanField(default=False)  # whoever has the link sees figures afterwards
    token = models.CharField(max_length=24, unique=True)
    version = models.PositiveIntegerField(default=1)  # the one that is asked
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]


class SurveyVersion(models.Model):
    """What is agreed to and what is asked. The first answer freezes a version; answers stay with theirs."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(ResidentSurvey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    consent = models.TextField()  # what is agreed to before answering, word for word
    questions = models.JSONField(default=list)  # as settling.questions keeps a tree
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["survey", "number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="one_survey_version_a_number")
        ]


class FilledSheet(models.Model):
    """One filled-in sheet, by phone or on paper. `key` comes from the page, so that what is sent twice is one."""

    code = CodeField()
    key = models.UUIDField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(ResidentSurvey, on_delete=models.CASCADE, related_name="sheets")
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=10, choices=SheetSource.choices)
    number = models.CharField(max_length=20, blank=True)  # written on the paper; empty by phone
    answers = models.JSONField(default=dict)  # name → value, as settling.answers reads them
    sent_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=SheetState.choices, default=SheetState.VALID)
    reason = models.CharField(max_length=200, blank=True)  # why it does not count
    state_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "number"], condition=~models.Q(number=""), name="one_sheet_a_number"
            )
        ]
        indexes = [models.Index(fields=["survey", "sent_at"], name="sheets_of_a_survey")]


class SheetPhoto(models.Model):
    """A photo that answers a question; with an empty `question` the sheet of paper itself."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(FilledSheet, on_delete=models.CASCADE, related_name="photos")
    question = models.CharField(max_length=60, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["sheet", "pk"]
