"""Walks through a community: the points of a walk, and photos of the field."""

from django.db import models
from django.db.models import Q

from yingzao.communities.enums import Facet
from yingzao.communities.models import Community, Leader, Need, Topic, Venue
from yingzao.core.models import StoredFile
from yingzao.fieldwork.enums import PointKind
from yingzao.fieldwork.models.interviews import Interview
from yingzao.people.models import Organisation, Owned, Person


class Walk(Owned):
    """One walk of one person. Whose learner that is, rooms above know."""

    key = models.UUIDField(unique=True)  # from the phone: the same walk sent twice is one row
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="walks")
    title = models.CharField(max_length=120, blank=True)
    began_at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-began_at", "-pk"]


class WalkPoint(Owned):
    """One point of a walk as it was said last. `said_at` is when the phone said so: an older word that comes later changes nothing."""

    key = models.UUIDField(unique=True)
    walk = models.ForeignKey(Walk, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=12, choices=PointKind.choices)
    facet = models.CharField(max_length=12, choices=Facet.choices, blank=True)
    text = models.TextField(blank=True)
    place = models.CharField(max_length=120, blank=True)  # in words: 东门公告栏
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    accuracy = models.PositiveIntegerField(null=True, blank=True)  # metres, as the phone told
    at = models.DateTimeField()
    said_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    @property
    def where(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, where the phone told."""
        if self.latitude is None or self.longitude is None:
            return None
        return float(self.latitude), float(self.longitude)


class FieldPhoto(models.Model):
    """A photo of a walk's point or of an interview: told of first, its bytes in pieces behind it."""

    key = models.UUIDField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey(
        WalkPoint, null=True, blank=True, on_delete=models.CASCADE, related_name="photos"
    )
    interview = models.ForeignKey(
        Interview, null=True, blank=True, on_delete=models.CASCADE, related_name="photos"
    )
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField()  # bytes, as the phone told
    sum = models.CharField(max_length=64, blank=True)  # SHA-256 of them, as the phone told
    arrived_sum = models.CharField(max_length=64, blank=True)
    refusal = models.CharField(max_length=200, blank=True)  # why it is no photo
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(point=None, interview__isnull=False) | Q(point__isnull=False, interview=None),
                name="a_field_photo_is_of_a_point_or_an_interview",
            )
        ]


class Origin(models.Model):
    """What was made of something from the field: a need, venue, topic or leader of the register, and where it comes from."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey(WalkPoint, null=True, blank=True, on_delete=models.CASCADE, related_name="made")
    interview = models.ForeignKey(
        Interview, null=True, blank=True, on_delete=models.CASCADE, related_name="made"
    )
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.CASCADE, related_name="origins")
    venue = models.ForeignKey(Venue, null=True, blank=True, on_delete=models.CASCADE, related_name="origins")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.CASCADE, related_name="origins")
    leader = models.ForeignKey(
        Leader, null=True, blank=True, on_delete=models.CASCADE, related_name="origins"
    )
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(point=None, interview__isnull=False) | Q(point__isnull=False, interview=None),
                name="an_origin_is_a_point_or_an_interview",
            )
        ]
