"""Videos of activities, and the log of what was really played of them."""

from django.db import models

from yingzao.activities.enums import VideoSource
from yingzao.activities.models.activities import Activity, Part
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Owned


class Video(Owned):
    """A recording of a live course, or the film of a lesson: a file or a stream of ours, or an address elsewhere."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="videos")
    part = models.ForeignKey(Part, null=True, blank=True, on_delete=models.CASCADE, related_name="videos")
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=VideoSource.choices, default=VideoSource.FILE)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    folder = models.CharField(
        max_length=40, blank=True
    )  # of a stream: where its parts lie; copies of it share them
    entry = models.CharField(max_length=200, blank=True)  # of a stream: its playlist, below that folder
    url = models.URLField(blank=True, max_length=500)
    seconds = models.PositiveIntegerField(default=0)  # its length; 0 while nobody knows it
    chapters = models.JSONField(default=list, blank=True)  # [{"at": seconds, "title": …}], ascending
    captions = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["pk"]

    @property
    def is_there(self) -> bool:
        """Whether there is something to play."""
        return bool(self.file_id or self.folder or self.url)

    @property
    def length_shown(self) -> str:
        return as_clock(self.seconds)


def as_clock(seconds: int) -> str:
    """1:02:30, as players show it."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class WatchPiece(models.Model):
    """One heartbeat: this stretch of the video was played in that stretch of time. All in milliseconds.

    `session` and `number` come from the player, so that what is delivered twice is one row. `at_ms` is of the server's
    clock, since 1970. `evidence` is the key of the evidence that it went into, once its session was closed.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    session = models.UUIDField()
    number = models.PositiveIntegerField()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="watched_pieces")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="pieces")
    from_ms = models.PositiveIntegerField()
    to_ms = models.PositiveIntegerField()
    at_ms = models.BigIntegerField()
    took_ms = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    evidence = models.UUIDField(null=True, blank=True)  # none where nothing of it counted

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_piece_a_session_and_number")
        ]
        indexes = [
            models.Index(fields=["received_at"], name="open_pieces", condition=models.Q(is_open=True)),
            models.Index(fields=["enrolment", "video", "at_ms"], name="pieces_of_a_learner"),
        ]
