"""What is put into a story from the material beside it, as words of its source: at its end, where the page has no script for more."""

from __future__ import annotations

from html import escape

from django.utils.translation import gettext as _

from yingzao.articles.exports import source_of
from yingzao.articles.readers import mark_of
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.stories import actions, queries
from yingzao.stories.models import Story


def words_for(person: Person, story: Story, put: str) -> str:
    """`put` is `figure:KEY`, `photo:CODE` or `words:KEY`. Refused (`not_offered`) for what is not offered to the person."""
    kind, _colon, key = put.partition(":")
    material = queries.material_for(person, story)
    if kind == "figure" and key in {one.key for _title, found in material.figures for one in found}:
        return f"\n\n{mark_of(key)}"
    if kind == "photo" and (photo := next((one for one in material.photos if one.code == key), None)):
        picture = actions.adopt_photo(story=story, photo=photo, by=person)
        return f"\n\n[图{picture.position + 1}]\n"
    if kind == "words" and (
        said := next((one for one in (*material.quotes, *material.notes) if one.key == key), None)
    ):
        lines = "".join(f"<p>{escape(line)}</p>" for line in said.words.splitlines() if line.strip())
        named = f"<p>——{escape(said.name)}</p>" if said.name else ""
        return "\n\n" + source_of(f"<blockquote>{lines}{named}</blockquote>")
    raise Refused(_("This is no longer offered."), code="not_offered")
