"""Who may read what this room keeps."""

from yingzao.core.models import StoredFile
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.queries import programmes_organised_by
from yingzao.web import folders
from yingzao.web.models import ActivityFolder


def may_read_file(person: Visitor, stored: StoredFile) -> bool:
    """The folder of an activity: its organisers, and nobody once something in it may not be shown any more."""
    if not is_signed_in(person):
        return False
    folder = (
        ActivityFolder.objects.filter(file=stored, activity__programme__in=programmes_organised_by(person))
        .select_related("activity__programme")
        .first()
    )
    return folder is not None and folders.still_stands(folder)
