"""Needs sorted into themes, as cards are on a table (the KJ method): piles made, named, moved, given dots, taken apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yingzao.communities import rules
from yingzao.communities.models import Community, Need, NeedTheme
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.people.models import Person

MOST_DOTS = 100_000


@transaction.atomic
def make_theme(*, community: Community, title: str, by: Person, needs: Sequence[Need] = ()) -> NeedTheme:
    """A new pile at the end of the table, with these cards in it."""
    _take_turn(community)
    title = _checked_title(title)
    last = community.themes.aggregate(last=Max("position"))["last"]
    theme = NeedTheme.objects.create(
        organisation_id=community.organisation_id,
        community=community,
        title=title,
        position=0 if last is None else last + 1,
        changed_at=clock.now(),
    )
    _note(theme, by, "made", {"needs": [need.code for need in needs]})
    if needs:
        move_cards(community=community, needs=needs, theme=theme, by=by)
    return theme


@transaction.atomic
def move_cards(*, community: Community, needs: Sequence[Need], theme: NeedTheme | None, by: Person) -> int:
    """Lay cards on a pile, or back among those that lie loose; how many lay elsewhere before."""
    _take_turn(community)
    if not needs:
        raise Refused(_("Choose the cards first."), code="no_cards")
    if any(need.community_id != community.pk for need in needs) or (
        theme is not None and theme.community_id != community.pk
    ):
        raise Refused(_("Only cards of one community lie on a table."), code="other_community")
    moved = Need.objects.filter(pk__in=[need.pk for need in needs]).exclude(theme=theme)
    if theme is None:
        moved = Need.objects.filter(pk__in=[need.pk for need in needs]).exclude(theme=None)
    codes = list(moved.values_list("code", flat=True))
    Need.objects.filter(code__in=codes).update(theme=theme)
    if codes:
        audit.record(
            actor=by,
            act="communities.need_theme.cards_moved",
            subject=theme.code if theme else community.code,
            organisation_id=community.organisation_id,
            after={"needs": sorted(codes), "theme": theme.code if theme else ""},
        )
    return len(codes)


@transaction.atomic
def change_theme(
    *, theme: NeedTheme, title: str, by: Person, dots: int = 0, dots_on: dt.date | None = None
) -> NeedTheme:
    """Its name, and how many dots residents put on it at which meeting."""
    _take_turn(theme.community)
    theme = NeedTheme.objects.select_related("community").get(pk=theme.pk)
    title = _checked_title(title)
    if not 0 <= dots <= MOST_DOTS:
        raise Refused(_("That many dots cannot be."), code="dots", field="dots")
    if dots and dots_on is None:
        raise Refused(_("Say at which meeting: on which day."), code="no_day", field="dots_on")
    if dots_on is not None and dots_on > clock.today():
        raise Refused(_("This day is still to come."), code="future", field="dots_on")
    before = {"dots": theme.dots}
    theme.title, theme.dots, theme.dots_on = title, dots, dots_on if dots else None
    theme.changed_at = clock.now()
    theme.save(update_fields=["title", "dots", "dots_on", "changed_at"])
    _note(theme, by, "changed", {"dots": dots}, before)
    return theme


@transaction.atomic
def shift_theme(*, theme: NeedTheme, steps: int, by: Person) -> None:
    """Move a pile on the table: -1 before the one in front of it, 1 behind the next. At an end nothing happens."""
    _take_turn(theme.community)
    themes = list(theme.community.themes.all())
    at = next(place for place, one in enumerate(themes) if one.pk == theme.pk)
    there = at + steps
    if not 0 <= there < len(themes):
        return
    themes.insert(there, themes.pop(at))
    for place, one in enumerate(themes):
        one.position = place
    NeedTheme.objects.bulk_update(themes, ["position"])
    _note(theme, by, "moved", {"position": there})


@transaction.atomic
def dissolve_theme(*, theme: NeedTheme, by: Person) -> None:
    """Take a pile apart: its cards lie loose again, its name and dots are gone."""
    _take_turn(theme.community)
    codes = list(theme.needs.order_by("pk").values_list("code", flat=True))
    _note(theme, by, "dissolved", {"needs": codes}, {"dots": theme.dots})
    theme.needs.update(theme=None)
    theme.delete()


def _checked_title(title: str) -> str:
    title = " ".join(title.split())
    rules.require_plain(title=title)
    if not title:
        raise Refused(_("Give the theme a name."), code="no_title", field="title")
    return title


def _take_turn(community: Community) -> None:
    locking.take_turn(f"communities:themes:{community.code}")


def _note(theme: NeedTheme, by: Person, what: str, after: dict, before: dict | None = None) -> None:
    audit.record(
        actor=by,
        act=f"communities.need_theme.{what}",
        subject=theme.code,
        organisation_id=theme.organisation_id,
        before=before,
        after=after,
    )
