"""Quizzes, what they take from the bank, and what learners answered."""

from django.db import models

from yingzao.activities.models import Part
from yingzao.courses.enums import AttemptState, Shows
from yingzao.courses.models.bank import BankQuestion, QuestionPool, QuestionVersion
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Owned


class Quiz(Owned):
    """测验: the quiz of a lesson. What passes it stands in the activity's rule, as for every lesson."""

    part = models.OneToOneField(Part, on_delete=models.CASCADE, related_name="quiz")
    attempts = models.PositiveIntegerField(default=0)  # 0: as many as one likes
    minutes = models.PositiveIntegerField(default=0)  # 0: no limit
    shuffles_questions = models.BooleanField(default=False)
    shuffles_options = models.BooleanField(default=True)
    is_one_a_page = models.BooleanField(default=False)
    shows = models.CharField(max_length=10, choices=Shows.choices, default=Shows.DONE)


class QuizItem(models.Model):
    """One question that everybody gets, or `count` that are drawn from a pool."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField(default=0)
    question = models.ForeignKey(
        BankQuestion, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    pool = models.ForeignKey(QuestionPool, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]


class Attempt(Owned):
    """答题记录: one go at a quiz. `seed` and the items say what was drawn and in which order; it is never drawn again.

    `score` is a decimal or a fraction as text, `points` of `of`. `evidence` is the key of the fact that tells of it now;
    `remarked` counts how often it was marked anew.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="attempts_made")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="quiz_attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.OPEN)
    seed = models.BigIntegerField()
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)  # without the grace
    handed_in_at = models.DateTimeField(null=True, blank=True)
    is_timed_out = models.BooleanField(default=False)
    score = models.CharField(max_length=40, blank=True)
    points = models.CharField(max_length=40, blank=True)
    of = models.CharField(max_length=40, blank=True)
    evidence = models.UUIDField(null=True, blank=True)
    remarked = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "enrolment"],
                condition=models.Q(state="open"),
                name="one_open_attempt",
            ),
            models.UniqueConstraint(fields=["quiz", "enrolment", "number"], name="one_attempt_a_number"),
        ]
        indexes = [
            models.Index(fields=["ends_at"], name="open_attempts", condition=models.Q(state="open")),
        ]


class AttemptItem(models.Model):
    """答案: one question of one attempt in its place, and what was answered.

    `order` holds the ids of the options as they are shown. `said` is a list: ids of options, or one text. `said_ms` says when,
    by the server's clock since 1970, so that what comes late does not overwrite what is newer. `mark` is the share of the
    points as text, `marked_by` the version whose key it was marked with.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="items")
    place = models.PositiveIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    order = models.JSONField(default=list, blank=True)
    said = models.JSONField(default=list, blank=True)
    said_ms = models.BigIntegerField(default=0)
    mark = models.CharField(max_length=40, blank=True)
    marked_by = models.ForeignKey(QuestionVersion, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["attempt", "place"], name="one_attempt_item_a_place")]
