"""Programmes, their stages and the people who run them."""

from decimal import Decimal

from django.db import models

from yingzao.core.erasing import NameField
from yingzao.people.models import Owned, Person
from yingzao.programmes.enums import HourLength, ProgrammeState, Role, StageKind, StageState


class Programme(Owned):
    """One edition of a training programme."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    edition = models.CharField(max_length=20)  # 2021, 2021 秋
    subtitle = models.CharField(max_length=200, blank=True)
    guided_by = models.CharField(max_length=120, blank=True)  # 指导单位
    summary = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=20, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT)
    is_public = models.BooleanField(default=False)
    made_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="editions"
    )
    late_share = models.DecimalField(
        max_digits=4, decimal_places=3, default=Decimal("0.5")
    )  # what a late duty counts
    hour_minutes = models.PositiveSmallIntegerField(
        choices=HourLength.choices, default=HourLength.LESSON
    )  # what one credit hour 学时 means here

    class Meta:
        ordering = ["-starts_on", "name"]

    @property
    def full_name(self) -> str:
        return f"{self.name} {self.edition}".strip()


class Stage(Owned):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=20, choices=StageKind.choices)
    name = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    state = models.CharField(max_length=20, choices=StageState.choices, default=StageState.PLANNED)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]


class StaffRole(Owned):
    """A person's part in one programme. `person` is empty until the invitation is accepted; ended, never deleted."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(max_length=20, choices=Role.choices)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="staff_roles"
    )
    name = NameField(max_length=60)
    unit = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "role", "person"],
                condition=models.Q(ended_at=None) & models.Q(person__isnull=False),
                name="one_open_role_a_person",
            )
        ]
