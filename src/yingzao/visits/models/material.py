"""What people bring home from a visit: notes, photos, voice notes."""

from django.db import models

from yingzao.communities.enums import Facet
from yingzao.core.codes import CodeField
from yingzao.core.erasing import WordsField
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.people.enums import PeopleShown
from yingzao.people.models import Person
from yingzao.visits.enums import FileKind, FileState
from yingzao.visits.models.plan import Stop


class Brought(models.Model):
    """One delivery of a phone; `enrolment` is the learner whose it is, none for what staff brought.

    `key` comes from the phone: the same key is one row. `at` is the phone's own clock, `ahead_ms` how far that was ahead of
    ours when it was delivered.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="%(class)ss")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    ahead_ms = models.BigIntegerField(default=0)
    device = models.UUIDField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the bytes in which it was delivered

    class Meta:
        abstract = True


class FieldNote(Brought):
    """One state of a note. Rows of one `note` are its states: the one with the latest `at` counts, whichever came first. An empty
    text takes the note back."""

    note = models.UUIDField(db_index=True)
    text = WordsField(blank=True)
    question = models.CharField(max_length=300, blank=True)  # of the stop's guide questions, as it was asked
    method = models.CharField(max_length=40, blank=True)
    facets = models.JSONField(default=list, blank=True)  # codes of communities.Facet
    idea = models.TextField(blank=True)  # what one could do in one's own community
    latitude = models.DecimalField(
        max_digits=9, decimal_places=6, null=True
    )  # WGS 84, where the writer told it
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)

    class Meta:
        indexes = [models.Index(fields=["stop", "enrolment"], name="notes_of_a_learner")]

    @property
    def facet_labels(self) -> list[str]:
        return [str(Facet(code).label) for code in self.facets if code in Facet.values]


class FieldFile(Brought):
    """A photo or a voice note. Others see it once it is free; what was taken down has no bytes any more."""

    code = CodeField()
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    caption = models.CharField(max_length=200, blank=True)
    people = models.CharField(max_length=10, choices=PeopleShown.choices, default=PeopleShown.NONE)
    is_agreed = models.BooleanField(default=False)  # whoever took it says that the people agreed
    size = models.PositiveIntegerField()  # bytes, as the phone tells
    sum = models.CharField(max_length=64, blank=True)  # SHA-256 of the bytes on the phone
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    original = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    is_original_wanted = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True)
    arrived_sum = models.CharField(max_length=64, blank=True)  # SHA-256 of the bytes that arrived
    state = models.CharField(max_length=20, choices=FileState.choices, default=FileState.AWAITED)
    reason = models.CharField(max_length=200, blank=True)  # of a refusal, or why it was taken down

    class Meta:
        indexes = [models.Index(fields=["stop", "state"], name="field_files_by_state")]
