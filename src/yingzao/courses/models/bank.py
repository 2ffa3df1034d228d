"""The questions of a programme, in named pools, in versions that never change."""

from django.db import models
from django.utils import timezone

from yingzao.core.models import StoredFile
from yingzao.courses.enums import QuestionKind
from yingzao.people.models import Owned


class QuestionPool(Owned):
    """题库: questions that belong together, by name."""

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.CASCADE, related_name="question_pools"
    )
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="one_pool_a_name")]


class BankQuestion(Owned):
    """试题. What it asks stands in its versions; `number` is the one that is asked from now on.

    `origin` is what the file that it came from calls it, so that the same file again finds it.
    """

    pool = models.ForeignKey(QuestionPool, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveIntegerField(default=1)
    origin = models.CharField(max_length=200, blank=True)
    is_retired = models.BooleanField(default=False)  # is drawn and offered no more

    class Meta:
        ordering = ["pk"]


class QuestionVersion(models.Model):
    """One version of a question, written once. An attempt reads the version that it was given, whatever comes after.

    `options` are [{"id", "text", "feedback"}] in the order of writing, of an ordering in the right order. `key` says what is
    right: {"right": [ids]}, {"accepted": [texts]} or {"value": "3.5", "tolerance": "0.1"}, of an ordering {"right": ids in
    order}. `digest` is the SHA-256 of all that is asked.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(BankQuestion, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=QuestionKind.choices)
    text = models.TextField()  # as it was written, Markdown
    html = models.TextField()  # the same, safe
    plain = models.CharField(max_length=200)  # its beginning, for lists and search
    picture = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    points = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    options = models.JSONField(default=list, blank=True)
    key = models.JSONField(default=dict, blank=True)
    is_partial = models.BooleanField(
        default=True
    )  # several and ordering: part of the points for a part of it
    feedback = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="one_question_version_a_number")
        ]


class QuestionFile(Owned):
    """试题文件: what was read of a file of questions, between looking at it and taking it. The file itself is not kept."""

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.CASCADE, related_name="question_files"
    )
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20)
    pool = models.CharField(max_length=80)  # for questions of which the file names none
    questions = models.JSONField(default=list)
    problems = models.JSONField(default=list)  # [{"number", "title", "code", "data"}]
    received_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "sha256", "pool"], name="one_question_file_a_pool")
        ]
