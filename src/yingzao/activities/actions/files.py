"""Files of entries: kept as the learner's, read by the learner, the learner's mentor and the programme's desk."""

from __future__ import annotations

from typing import Any

from yingzao.core import media
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment

ROOM = "activities"


def keep_entry_file(*, enrolment: Enrolment, upload: Any, name: str, by: Any) -> StoredFile:
    """Keep a photo or document for an entry of this learner. Raises Refused for what is neither."""
    return media.store(
        upload,
        name=name,
        accept="any",
        organisation_id=enrolment.organisation_id,
        room=ROOM,
        subject=enrolment.code,
        uploaded_by=by,
    )
