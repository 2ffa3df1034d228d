"""The only way that a page of this room gets a row."""

from __future__ import annotations

from django.http import HttpRequest

from yingzao.activities.models import Version
from yingzao.core.scoping import only
from yingzao.practice import queries


def readable_version(request: HttpRequest, code: str) -> Version:
    """A version handed in, for the learner's mentor and the desk."""
    return only(
        queries.versions_readable_by(request.user).select_related(
            "entry__enrolment__programme__organisation",
            "entry__enrolment__community",
            "entry__enrolment__team__mentor",
            "entry__activity__programme",
            "reviewed_by",
        ),
        code=code,
    )
