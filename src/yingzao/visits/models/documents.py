"""What learners read at a stop: files and links."""

from django.db import models

from yingzao.core.models import StoredFile
from yingzao.people.models import Owned, Person
from yingzao.visits.models.plan import Stop


class StopDocument(Owned):
    """A file or a link that goes with a stop."""

    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=120)
    url = models.URLField(blank=True, max_length=500)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(file=None) & ~models.Q(url=""))
                | (~models.Q(file=None) & models.Q(url="")),
                name="a_file_or_a_link",
            )
        ]

    @property
    def is_picture(self) -> bool:
        return self.file is not None and self.file.width is not None
