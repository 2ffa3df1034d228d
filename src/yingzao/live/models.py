"""Live-streamed courses. A course is planned as an activity; each session of it is a part that may be held or not."""

from django.db import models

from yingzao.activities.models import Activity, Part
from yingzao.core.erasing import NameField
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.live.enums import CheckKind, QuestionState
from yingzao.people.models import Owned, Person


class Session(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    part = models.OneToOneField(Part, on_delete=models.CASCADE, related_name="live_session")
    teacher = models.CharField(max_length=60, blank=True)
    join_url = models.URLField(blank=True, max_length=500)
    meeting_id = models.CharField(max_length=40, blank=True)
    recording_url = models.URLField(blank=True, max_length=500)
    recording_note = models.CharField(max_length=120, blank=True)  # a password, until when it is there


class Material(Owned):
    """A file or a link that goes with a course."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(max_length=120)
    url = models.URLField(blank=True, max_length=500)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pk"]


class Question(Owned):
    """What a learner asks the teacher, before the course or during it. Hidden ones are seen by the desk and their writer."""

    key = models.UUIDField(unique=True)  # from the client: a double tap is one question
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="questions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="questions")
    text = NameField(max_length=400)
    is_named = models.BooleanField(default=True)  # whether the other learners read whose it is
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.OPEN)
    answer = models.TextField(blank=True)  # in writing; most are answered aloud
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]


class QuestionLike(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="likes")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "enrolment"], name="one_like_a_learner")]


class Check(Owned):
    """A code word or a quick poll, open for some minutes. Answers are evidence."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=10, choices=CheckKind.choices)
    word = models.CharField(max_length=20, blank=True)
    question = models.CharField(max_length=200, blank=True)
    options = models.JSONField(default=list, blank=True)  # texts
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["opened_at", "pk"]
