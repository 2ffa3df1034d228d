"""Practice tasks in one's own community."""

from django.db import models

from yingzao.activities.models import Activity, Part


class PracticeTask(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="practice_task")
    guidance = models.TextField(blank=True)  # how to do it, examples
    is_early = models.BooleanField(default=True)  # may be handed in before its first day


class TaskPart(models.Model):
    """The words of one part of a task. What it asks for in figures stands in the activity's rule, under the part's code."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    part = models.OneToOneField(Part, on_delete=models.CASCADE, related_name="task_part")
    help_text = models.TextField(blank=True)
    example = models.TextField(blank=True)
    outline = models.JSONField(default=list, blank=True)  # headings of a report, in their order
