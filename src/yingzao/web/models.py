"""What this room keeps: folders of activities, made to be taken away."""

from django.db import models

from yingzao.activities.models import Activity
from yingzao.core.models import StoredFile
from yingzao.people.models import Owned, Person
from yingzao.web.enums import FolderState


class ActivityFolder(Owned):
    """一活动一册: an activity's papers, materials and photos as one zip, for some days. `photos` are the codes of those in it: once
    one of them may not be shown any more, nobody gets the folder."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="folders")
    state = models.CharField(max_length=10, choices=FolderState.choices, default=FolderState.WAITING)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    files = models.PositiveIntegerField(default=0)
    photos = models.JSONField(default=list)
    stories = models.JSONField(default=list)  # codes of the stories in it
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-asked_at", "-pk"]
