"""满意度: forms that learners fill in about an activity, and their answers. docs/surveys.md says what anonymous means.

Nothing of an anonymous answer leads to a person: no account, no learner, no instant (the day alone), no number that
counts up with each answer. That somebody has answered stands apart, in one sorted list a form.
"""

import uuid

from django.db import models

from yingzao.activities.enums import AnswerSource, QuestionKind
from yingzao.activities.models.activities import Activity, Part
from yingzao.enrolment.models import Enrolment, SourceRow
from yingzao.people.models import Owned
from yingzao.programmes.models import Programme


class Survey(Owned):
    """One form about an activity, or about one part of it. `token` is the address by which it is opened."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="surveys")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="surveys")
    part = models.ForeignKey(Part, null=True, blank=True, on_delete=models.SET_NULL, related_name="surveys")
    title = models.CharField(max_length=120)
    intro = models.TextField(blank=True)
    is_anonymous = models.BooleanField(default=True)
    is_for_anybody = models.BooleanField(default=False)  # whoever has the link, without signing in
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=48, unique=True)
    version = models.PositiveIntegerField(default=1)  # of its questions
    least_shown = models.PositiveSmallIntegerField(
        default=5
    )  # fewer anonymous answers are not shown in detail
    least_seconds = models.PositiveSmallIntegerField(default=10)  # answered in less is too fast
    leaves_out_fast = models.BooleanField(default=False)  # of every figure

    class Meta:
        ordering = ["activity__position", "pk"]


class SurveyQuestion(Owned):
    """A question of one version. Once answers have come a version never changes: a new one is made."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=QuestionKind.choices, default=QuestionKind.SCALE5)
    text = models.CharField(max_length=200)
    is_required = models.BooleanField(default=True)
    low = models.CharField(max_length=30, blank=True)  # words at the ends of a scale
    high = models.CharField(max_length=30, blank=True)
    options = models.JSONField(default=list, blank=True)  # texts, of a choice

    class Meta:
        ordering = ["version", "position", "pk"]


class SurveyResponse(models.Model):
    """One filled-in form. `key` comes from the client, so that a double tap is one; of an anonymous form `enrolment` is
    empty and `sent_at` is the beginning of the day."""

    key = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses")
    version = models.PositiveIntegerField()
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="survey_responses"
    )
    sent_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=AnswerSource.choices)
    source_row = models.ForeignKey(
        SourceRow, null=True, blank=True, on_delete=models.SET_NULL, related_name="survey_responses"
    )
    is_repeat = models.BooleanField(default=False)  # its file has a later answer of the same person
    is_superseded = models.BooleanField(
        default=False
    )  # a later answer of the same person counts in its place
    is_nobody = models.BooleanField(default=False)  # somebody said that this is no learner

    class Meta:
        ordering = ["survey", "key"]
        indexes = [models.Index(fields=["survey", "version"], name="responses_by_version")]


class SurveyAnswer(models.Model):
    """What one response says to one question: a number, chosen options, or words (also the words beside 其他)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    response = models.ForeignKey(SurveyResponse, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(SurveyQuestion, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    chosen = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["question", "id"]
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="one_answer_a_question")]


class SurveyReceipt(models.Model):
    """Who has answered an anonymous form: one row a version with the learners' codes, sorted, so that neither a time nor an
    order is kept beside the answers."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="receipts")
    version = models.PositiveIntegerField()
    codes = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "version"], name="one_receipt_a_version")]
