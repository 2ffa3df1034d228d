"""An article as it leaves the room: HTML with its pictures in their places, Markdown to go on writing in, and files."""

from yingzao.articles.exports.card import CardLook, as_card
from yingzao.articles.exports.markdown import as_markdown, markdown_of
from yingzao.articles.exports.packed import hexo_zip, markdown_zip, wechat_zip
from yingzao.articles.exports.page import body_html, entry_html, preview_html
from yingzao.articles.exports.pdf import as_pdf
from yingzao.articles.exports.surface import goes_into_surface, source_of, surface_of
from yingzao.articles.exports.told import Told, told
from yingzao.articles.exports.wechat import as_wechat
from yingzao.articles.exports.word import as_docx

__all__ = [
    "CardLook",
    "Told",
    "as_card",
    "as_docx",
    "as_markdown",
    "as_pdf",
    "as_wechat",
    "body_html",
    "entry_html",
    "goes_into_surface",
    "hexo_zip",
    "markdown_of",
    "markdown_zip",
    "preview_html",
    "source_of",
    "surface_of",
    "told",
    "wechat_zip",
]
