"""Self-paced courses: units and lessons of our own, or a course elsewhere whose completion is imported."""

from django.db import models

from yingzao.activities.models import Activity, Part, Video
from yingzao.core.models import StoredFile
from yingzao.courses.enums import LessonKind
from yingzao.people.models import Owned


class Course(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="course")
    provider = models.CharField(max_length=60, blank=True)
    url = models.URLField(blank=True, max_length=500)
    in_order = models.BooleanField(default=False)  # a lesson opens once those before it are finished
    after = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")


class Unit(Owned):
    """单元: lessons that stand together. `after` has to be finished before its lessons open."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="units")
    title = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    after = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position", "pk"]


class Lesson(models.Model):
    """What a part of a course consists of. What finishing it takes stands in the activity's rule, by the part's code."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    part = models.OneToOneField(Part, on_delete=models.CASCADE, related_name="lesson")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="lessons")
    kind = models.CharField(max_length=10, choices=LessonKind.choices, default=LessonKind.TEXT)
    text = models.TextField(blank=True)  # as it was written
    html = models.TextField(blank=True)  # the same, safe
    video = models.ForeignKey(Video, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    url = models.URLField(blank=True, max_length=500)
