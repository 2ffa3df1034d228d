"""An article as it leaves the room: HTML with its pictures in their places, and Markdown to go on writing in."""

from yingzao.articles.exports.markdown import as_markdown, markdown_of
from yingzao.articles.exports.page import body_html, entry_html, preview_html
from yingzao.articles.exports.surface import goes_into_surface, source_of, surface_of

__all__ = ["as_markdown", "body_html", "entry_html", "goes_into_surface", "markdown_of", "preview_html", "source_of", "surface_of"]
