"""Cases pushed to learners: an article to read and a reflection to write."""

from django.db import models

from yingzao.activities.models import Activity
from yingzao.articles.models import Article


class CaseReading(models.Model):
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="case_reading")
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    question = models.TextField(blank=True)
