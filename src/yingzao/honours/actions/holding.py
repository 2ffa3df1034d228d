"""One selection at a time: taken in turn, and every act on it in the audit."""

from yingzao.core import audit, locking
from yingzao.honours.enums import SelectionState
from yingzao.honours.models import Selection
from yingzao.people.models import Person

DRAFTS = (SelectionState.DRAFT,)


def held(selection: Selection) -> Selection:
    """The selection as it stands, in turn with everybody else who acts on it."""
    locking.take_turn(f"honours.selection:{selection.code}")
    return Selection.objects.select_related("programme", "scheme", "round").get(pk=selection.pk)


def record(
    act: str, selection: Selection, by: Person | None, before: dict | None = None, after: dict | None = None
) -> None:
    audit.record(
        actor=by,
        act=f"honours.selection.{act}",
        subject=selection.code,
        organisation_id=selection.organisation_id,
        before=before,
        after=after,
    )
