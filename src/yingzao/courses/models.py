"""Self-paced courses: lessons of our own, or a course elsewhere whose completion is imported."""

from django.db import models

from yingzao.activities.models import Activity, Part


class Course(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="course")
    provider = models.CharField(max_length=60, blank=True)
    url = models.URLField(blank=True, max_length=500)


class Lesson(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    part = models.OneToOneField(Part, on_delete=models.CASCADE, related_name="lesson")
    text = models.TextField(blank=True)  # as it was written
    html = models.TextField(blank=True)  # the same, safe
