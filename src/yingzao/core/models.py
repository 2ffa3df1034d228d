"""Rows that belong to no room: the audit, stored files, and whose turn it is."""

from django.conf import settings
from django.db import models

from yingzao.core.codes import CodeField


class AuditLine(models.Model):
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="audit_lines"
    )
    organisation_id = models.BigIntegerField(null=True, db_index=True)
    act = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=80, db_index=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    origin = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-pk"]


class StoredFile(models.Model):
    """One stored upload. The bytes lie under their hash; a row says whose they are and who may read them.

    `room` and `subject` name the row that owns it: the owning room's resolver decides who may read.
    """

    code = CodeField()
    organisation_id = models.BigIntegerField(db_index=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=255)  # as the uploader called it
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    focus_x = models.PositiveSmallIntegerField(
        default=50
    )  # what a cut keeps, in hundredths from the left and the top
    focus_y = models.PositiveSmallIntegerField(default=50)
    room = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    @property
    def path(self) -> str:
        """Where the bytes lie below the media folder."""
        return f"{self.sha256[:2]}/{self.sha256}"


class RegularJob(models.Model):
    """When a job that comes round by itself has its next turn."""

    name = models.CharField(max_length=80, unique=True)
    next_at = models.DateTimeField(null=True)
