"""What comes of reading a hand-in: the text of its documents, comments at places, and what it resembles."""

from django.db import models

from yingzao.activities.models import Version
from yingzao.core.models import StoredFile
from yingzao.people.models import Owned, Person
from yingzao.practice.enums import DocumentState


class DocumentText(models.Model):
    """The text of a document, taken out once. `paragraphs`: [kind, text] in their order, kind h (heading), p, li or tr."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="document_text")
    state = models.CharField(max_length=20, choices=DocumentState.choices)
    paragraphs = models.JSONField(default=list, blank=True)
    characters = models.PositiveIntegerField(default=0)  # without spaces
    pages = models.PositiveIntegerField(default=0)  # of a PDF
    read_at = models.DateTimeField()


class Remark(Owned):
    """A comment at a place of a version: a paragraph of a part or of a document. The learner reads it with the answer."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="remarks")
    part = models.CharField(max_length=16, blank=True)  # code; empty: a task without parts
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    paragraph = models.PositiveIntegerField()  # counted from 0
    quote = models.CharField(max_length=300, blank=True)  # the words that are meant
    text = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)  # of the learner
    settled_at = models.DateTimeField(null=True, blank=True)  # when the learner said that it is done

    class Meta:
        ordering = ["part", "file", "paragraph", "pk"]


class Likeness(models.Model):
    """Passages that a version has in common with an earlier one, or with a text of the library. A hint, never a verdict."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="likenesses")
    other = models.ForeignKey(Version, null=True, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey("articles.Article", null=True, on_delete=models.CASCADE, related_name="+")
    share = models.DecimalField(max_digits=4, decimal_places=3)  # of the version's characters
    passages = models.JSONField(default=list)  # texts, as they stand in the version

    class Meta:
        ordering = ["-share", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(other=None, article__isnull=False)
                | models.Q(other__isnull=False, article=None),
                name="a_likeness_is_to_one_text",
            )
        ]
