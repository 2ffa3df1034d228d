"""Who judges what, with which rubric, and what marks were given."""

from django.db import models

from yingzao.activities.models import Activity, Entry, Version
from yingzao.enrolment.models import Enrolment, SourceRow
from yingzao.judging.enums import AssignmentState, RoundState
from yingzao.people.models import Owned, Person
from yingzao.programmes.models import Programme, StaffRole


class Rubric(Owned):
    name = models.CharField(max_length=120)


class RubricVersion(Owned):
    """A mark points at the version it used: once a round uses a version it is frozen, and editing makes the next."""

    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="one_rubric_version_a_number")
        ]


class Criterion(Owned):
    version = models.ForeignKey(RubricVersion, on_delete=models.CASCADE, related_name="criteria")
    title = models.CharField(max_length=120)
    hint = models.CharField(max_length=300, blank=True)
    weight = models.DecimalField(max_digits=5, decimal_places=2)  # of 100 over a version
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]


class Level(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="levels")
    points = models.PositiveIntegerField()  # 1 up to the number of levels
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["points"]
        constraints = [models.UniqueConstraint(fields=["criterion", "points"], name="one_level_a_point")]


class Round(Owned):
    """One judging of entries: portfolios, or the entries of one task."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="rounds")
    name = models.CharField(max_length=120)
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds"
    )
    rubric_version = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="rounds")
    shortlist = models.ManyToManyField(Enrolment, blank=True, related_name="+")  # empty: all who handed in
    judges_per_entry = models.PositiveIntegerField(default=2)
    seed = models.PositiveIntegerField(default=0)  # of the draw
    hides_names = models.BooleanField(default=True)
    state = models.CharField(max_length=20, choices=RoundState.choices, default=RoundState.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)  # when sheets were still missing
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]


class Panel(Owned):
    """The judges of a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="panels")
    name = models.CharField(max_length=60, blank=True)
    judges = models.ManyToManyField(StaffRole, related_name="panels")


class Assignment(Owned):
    """One judge and one entry, in the version that lay before the judge."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="assignments")
    judge = models.ForeignKey(StaffRole, on_delete=models.PROTECT, related_name="assignments")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="assignments")
    version = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments"
    )
    state = models.CharField(max_length=20, choices=AssignmentState.choices, default=AssignmentState.ASSIGNED)
    by_hand = models.BooleanField(default=False)  # chosen by a person: a new draw keeps it
    reason = models.CharField(max_length=200, blank=True)  # why stood aside, why unable
    comment = models.TextField(blank=True)  # to the learner
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "judge", "entry"], name="one_assignment_a_judge_and_entry"
            )
        ]


class Mark(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="marks")
    points = models.PositiveIntegerField()
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    source_row = models.ForeignKey(
        SourceRow, null=True, blank=True, on_delete=models.PROTECT, related_name="marks"
    )  # where it was entered from a sheet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="one_mark_a_criterion")
        ]


class Calibration(Owned):
    """One stored run over frozen marks: inputs, their hash, and what came out. Never changed."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="calibrations")
    method = models.CharField(max_length=20)
    inputs = models.JSONField()
    sha256 = models.CharField(max_length=64)
    results = models.JSONField()
    run_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pk"]
