"""Jobs of this room."""

from yingzao.activities.models import Version
from yingzao.core.jobs import job
from yingzao.core.models import StoredFile
from yingzao.practice import actions


@job("practice.read_document")
def read_document(file: str) -> None:
    """Take the text out of a document soon after it came, so that handing in does not wait for it."""
    stored = StoredFile.objects.filter(code=file).first()
    if stored is not None:
        actions.read_document(file=stored)


@job("practice.look_for_likeness")
def look_for_likeness(version: str) -> None:
    """Compare what was handed in with what was handed in before, and with the library."""
    found = Version.objects.filter(code=version).select_related("entry__activity", "entry__enrolment").first()
    if found is not None:
        actions.look_for_likeness(version=found)
