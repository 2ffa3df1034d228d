"""Practice tasks in one's own community."""

from django.db import models

from yingzao.activities.models import Activity


class PracticeTask(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="practice_task")
    guidance = models.TextField(blank=True)  # how to do it, examples
