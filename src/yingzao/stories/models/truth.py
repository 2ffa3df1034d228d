"""What people answered to the truth check, and who can be known on a story's pictures."""

from django.db import models

from yingzao.articles.models import ArticleImage
from yingzao.core import clock
from yingzao.people.enums import PeopleShown
from yingzao.people.models import Owned, Person
from yingzao.stories.models.story import Story


class TruthAnswer(Owned):
    """Somebody vouches for a place of the text. It holds for these words in this sentence: another sentence is asked anew."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=32)  # `Finding.key`
    code = models.CharField(max_length=20)
    quote = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)  # why it stands; a number may be ticked alone
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["story", "key"], name="one_answer_a_finding")]


class PicturePeople(models.Model):
    """Who can be known on a picture of a story, and who agreed that it is shown. Taken down, it is nobody's to see."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    picture = models.OneToOneField(ArticleImage, on_delete=models.CASCADE, related_name="people_shown")
    people = models.CharField(max_length=10, choices=PeopleShown.choices)
    note = models.CharField(max_length=200, blank=True)  # who agreed, and how; of children, their guardians
    said_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(default=clock.now)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
