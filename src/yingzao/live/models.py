"""Live-streamed courses. A course is planned as an activity; each session of it is a part that may be held or not."""

from django.db import models

from yingzao.activities.models import Part


class Session(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    part = models.OneToOneField(Part, on_delete=models.CASCADE, related_name="live_session")
    teacher = models.CharField(max_length=60, blank=True)
    join_url = models.URLField(blank=True, max_length=500)
    meeting_id = models.CharField(max_length=40, blank=True)
