"""What the register keeps of those who fill it: which records they entered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.communities.models import Leader, Need, NeedStep, Telling, Voice
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Kind, plain


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    """As records: who a resident is and how to reach them is the resident's."""
    for leader in Leader.objects.filter(entered_by=person).select_related("community"):
        yield plain(leader, "code", "found_on", what="leader", community=leader.community.name)
    for need in Need.objects.filter(entered_by=person).select_related("community"):
        yield plain(need, "code", "raised_on", what="need", community=need.community.name)
    for voice in Voice.objects.filter(entered_by=person, is_own=False).select_related("need__community"):
        yield plain(voice, "code", "on", what="voice", community=voice.need.community.name)
    for step in NeedStep.objects.filter(by=person).select_related("need"):
        yield plain(step, "on", "state", what="step of a need", code=step.need.code)
    for telling in Telling.objects.filter(by=person).select_related("voice__need"):
        yield plain(telling, "on", "way", what="answer carried back", code=telling.voice.need.code)


personal.register(
    Kind(
        "entered",
        _("Leaders and needs that you entered"),
        why=_("Who wrote a record down. What it says is about residents, and theirs."),
        period="programme",
        rows=_rows,
    )
)
