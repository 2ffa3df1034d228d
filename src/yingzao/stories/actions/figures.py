"""Binding figures of a text to their queries, freezing them when the story is approved, and letting them go again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from yingzao.articles import actions as articles
from yingzao.articles.readers import figures_named
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.stories import queries
from yingzao.stories.models import BoundFigure, Story
from yingzao.stories.queries import Figure, Reckoning


@dataclass(frozen=True, slots=True)
class Binding:
    """What a text's figures stand for: `values` for the text, `counted` those that were counted just now, `names` of all of them."""

    values: dict[str, str]
    counted: dict[str, Figure]
    names: dict[str, str]


def bind(
    programme: Programme,
    by: Person,
    text: str,
    *,
    story: Story | None = None,
    renew: Collection[str] = (),
    now: dt.datetime,
) -> Binding:
    """The figures that the text names and the person may ask for. Frozen ones keep their value, unless their key is in `renew`."""
    keys = figures_named(text)
    if not keys:
        return Binding({}, {}, {})
    rows = {one.key: one for one in queries.bound_to(story)} if story is not None else {}
    frozen = {key: str(one.value) for key, one in rows.items() if one.frozen_at and key not in renew}
    wanted = [key for key in keys if key not in frozen]
    seen = queries.communities_to_tell_of(by, programme.organisation)
    with translation.override("zh-hans"):  # the name is kept, and stands in what readers are told
        counted = Reckoning(programme, seen, now).figures(wanted)
        # what stands there already may be of a community that this editor does not see
        left = [key for key in wanted if key not in counted and key in rows]
        counted |= Reckoning(programme, now=now).figures(left) if left else {}
    lost = {key: str(rows[key].value) for key in wanted if key in rows and key not in counted}
    return Binding(
        values=lost | frozen | {key: str(one.value) for key, one in counted.items()},
        counted=counted,
        names={key: one.name for key, one in rows.items()} | {key: one.name for key, one in counted.items()},
    )


def keep_bound(story: Story, binding: Binding, *, is_public: bool, now: dt.datetime) -> None:
    """The story's figures as its text names them now; on a public one what was counted just now stands from now on."""
    story.figures.exclude(key__in=binding.values).delete()
    for key, figure in binding.counted.items():
        BoundFigure.objects.update_or_create(
            story=story,
            key=key,
            defaults={
                "organisation_id": story.organisation_id,
                "name": figure.name[:120],
                "value": figure.value,
                "counted_at": now,
                "frozen_at": now if is_public else None,
            },
        )


def freeze_figures(story: Story, now: dt.datetime) -> None:
    """Count every figure of the text once more and let it stand. Refused (`figure_gone`) where one can no longer be asked."""
    rows = queries.bound_to(story)
    with translation.override("zh-hans"):
        counted = Reckoning(story.programme, now=now).figures(one.key for one in rows)
    if gone := [one for one in rows if one.key not in counted]:
        raise Refused(
            _("“%(name)s” can no longer be counted. Type the number instead, or take it out.")
            % {"name": gone[0].name},
            code="figure_gone",
        )
    articles.set_figures(article=story.article, figures={key: str(one.value) for key, one in counted.items()})
    for row in rows:
        figure = counted[row.key]
        row.name, row.value, row.counted_at, row.frozen_at = figure.name[:120], figure.value, now, now
        row.save(update_fields=["name", "value", "counted_at", "frozen_at"])


def thaw_figures(story: Story) -> None:
    """They follow their queries again: the story is no longer approved."""
    story.figures.update(frozen_at=None)
