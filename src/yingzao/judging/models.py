"""Who judges what, with which rubric, and what marks were given."""

from django.db import models

from yingzao.activities.models import Activity, Entry, Version
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment, SourceRow
from yingzao.judging.enums import AssignmentState, Counts, RoundState
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
    """Marked by levels in words, 1 up to their number; or, with `full_marks`, by points from 0 up to those."""

    version = models.ForeignKey(RubricVersion, on_delete=models.CASCADE, related_name="criteria")
    title = models.CharField(max_length=120)
    hint = models.CharField(max_length=300, blank=True)
    weight = models.DecimalField(max_digits=5, decimal_places=2)  # of 100 over a version
    position = models.PositiveIntegerField()
    full_marks = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position"]

    @property
    def lowest(self) -> int:
        return 1 if self.full_marks is None else 0

    @property
    def highest(self) -> int:
        """The most that can be given; looks at the levels, which a list prefetches."""
        return len(self.levels.all()) if self.full_marks is None else self.full_marks


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
    trial_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="trials"
    )  # 试评: all judges mark the same few pieces before that round; its marks count for nothing
    judges_per_entry = models.PositiveIntegerField(default=2)
    avoids_ties = models.BooleanField(default=False)  # soft conflicts: same organisation and other ties
    most_per_judge = models.PositiveIntegerField(null=True, blank=True)  # who has no limit of their own
    gap = models.PositiveIntegerField(
        default=20
    )  # of 100 between two judges, from where a third is asked; 0: never
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


class Workload(models.Model):
    """The most entries that one judge takes in one round."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="workloads")
    judge = models.ForeignKey(StaffRole, on_delete=models.CASCADE, related_name="workloads")
    most = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "judge"], name="one_workload_a_judge")]


class DeclaredTie(Owned):
    """申报回避: a judge's tie to a learner, or to everybody of a community, as somebody declared it. Taken back, never deleted."""

    judge = models.ForeignKey(StaffRole, on_delete=models.CASCADE, related_name="declared_ties")
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.CASCADE, related_name="declared_ties"
    )
    community_name = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200)
    declared_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["pk"]


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
    comment_version = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)  # the judge's own; nobody else reads it
    note_version = models.PositiveIntegerField(default=0)
    is_third = models.BooleanField(default=False)  # asked because two judges differed by much
    entered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # who typed in what the judge had marked on paper
    scan = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # of that paper
    set_aside_at = models.DateTimeField(null=True, blank=True)
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
    version = models.PositiveIntegerField(
        default=1
    )  # one more with every change: who saves upon an older one is told
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    source_row = models.ForeignKey(
        SourceRow, null=True, blank=True, on_delete=models.PROTECT, related_name="marks"
    )  # where it was entered from a sheet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="one_mark_a_criterion")
        ]


class TalkLine(Owned):
    """讨论: one line of what chair and judges say to each other about an entry. Judges read it once their own sheet is in."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="talk")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="talk")
    author = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    judge = models.ForeignKey(
        StaffRole, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # empty where the chair speaks
    text = models.TextField()

    class Meta:
        ordering = ["pk"]


class Calibration(Owned):
    """One stored run over frozen marks: inputs, their hash, and what came out. None of these changes.

    A proposal until a person accepts it, and says which of its figures `counts`.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="calibrations")
    method = models.CharField(max_length=20)
    inputs = models.JSONField()
    sha256 = models.CharField(max_length=64)
    results = models.JSONField()
    run_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    counts = models.CharField(max_length=10, choices=Counts.choices, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
