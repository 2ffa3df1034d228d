"""Sentences for codes of this room."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from yingzao.honours.models import PublicNotice
from yingzao.honours.queries.threads import part_title, parts_as_frozen
from yingzao.honours.rules.what_if import ADJUSTED, RAW, WEIGHT_DOWN, WEIGHT_UP, Alternative


def not_frozen() -> str:
    return _("This is shown once the list is frozen.")


def alternative(each: Alternative, scheme: Mapping, judges: Mapping[str, str]) -> str:
    """What is put in another's place, for a line of a table."""
    if each.kind in (WEIGHT_UP, WEIGHT_DOWN):
        titles = {p["key"]: part_title(p["title"], p["source"]) for p in parts_as_frozen(scheme)}
        told = {"part": titles[each.about]}
        if each.kind == WEIGHT_UP:
            return _("%(part)s counts 10 %% more, the rest less in proportion") % told
        return _("%(part)s counts 10 %% less, the rest more in proportion") % told
    if each.kind == RAW:
        return _("raw means instead of adjusted marks")
    if each.kind == ADJUSTED:
        return _("marks adjusted for severity instead of raw means")
    return _("without judge %(judge)s") % {"judge": judges.get(each.about, each.about)}


def notice_body(notice: PublicNotice) -> str:
    """What stands above a posted list: its own words, else the usual ones."""
    return notice.body or _(
        "After duties, judging and the approval of the supervising committee, these learners of “%(programme)s” are to be "
        "named outstanding learners. Whoever knows of a reason against it may object in their own name within the period."
    ) % {"programme": notice.programme.full_name}
