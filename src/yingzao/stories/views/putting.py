"""What is put into a story from the material beside it: to where the cursor stands, or, without a script, to its end."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

from yingzao.articles.exports import source_of
from yingzao.articles.models import ArticleImage
from yingzao.articles.readers import mark_of
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.stories import actions, queries
from yingzao.stories.models import Story


@dataclass(frozen=True, slots=True)
class Put:
    """What goes into the text: the words of its source, their HTML where the surface takes it, a photo among the pictures."""

    source: str
    html: str = ""
    picture: ArticleImage | None = None

    @property
    def at_end(self) -> str:
        """As it stands behind a text that ends."""
        return f"\n\n{self.source}" + ("\n" if self.picture else "")


def put_from_material(person: Person, story: Story, put: str) -> Put:
    """`put` is `figure:KEY`, `photo:CODE` or `words:KEY`. Refused (`not_offered`) for what is not offered to the person."""
    kind, _colon, key = put.partition(":")
    material = queries.material_for(person, story)
    if kind == "figure" and key in {one.key for _title, found in material.figures for one in found}:
        return Put(mark_of(key))
    if kind == "photo" and (photo := next((one for one in material.photos if one.code == key), None)):
        picture = actions.adopt_photo(story=story, photo=photo, by=person)
        return Put(f"[图{picture.position + 1}]", picture=picture)
    if kind == "words" and (
        said := next((one for one in (*material.quotes, *material.notes) if one.key == key), None)
    ):
        lines = "".join(f"<p>{escape(line)}</p>" for line in said.words.splitlines() if line.strip())
        named = f"<p>——{escape(said.name)}</p>" if said.name else ""
        html = f"<blockquote>{lines}{named}</blockquote>"
        return Put(source_of(html), html)
    raise Refused(_("This is no longer offered."), code="not_offered")
