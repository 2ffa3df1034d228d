"""Field visits to communities that do it well. A stop is a part of the visit, in one community."""

import secrets

from django.db import models

from yingzao.activities.models import Activity, Part, Survey
from yingzao.communities.models import Community


def new_secret() -> str:
    return secrets.token_hex(32)


class Visit(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="visit")
    meeting_place = models.CharField(max_length=120, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)  # whom the hosts ring
    contact_phone = models.CharField(max_length=20, blank=True)


class Stop(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    part = models.OneToOneField(Part, on_delete=models.CASCADE, related_name="stop")
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.SET_NULL, related_name="stops"
    )
    place = models.CharField(max_length=120, blank=True)
    guide_questions = models.TextField(blank=True)
    secret = models.CharField(max_length=64, default=new_secret, editable=False)  # seeds the rotating code
    place_check_m = models.PositiveIntegerField(
        default=0
    )  # how far away somebody may be who checks in by the code; 0: nobody is asked for a place
    visitors_form = models.ForeignKey(
        Survey, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # what visitors answer about the stop; the hosts read its sums
