"""Showing an article: `{% include "articles/_body.html" with article=story.article %}`."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from yingzao.articles import queries
from yingzao.articles.models import Article
from yingzao.articles.readers import placeholder

register = template.Library()


@register.filter
def article_html(article: Article) -> SafeString:
    """The text with our own copies of its pictures in their places. One query; safe, because `html` was sanitised when it
    was written and what is put in is rendered by a template."""
    html = article.html
    for picture in queries.pictures_of(article):
        mark = placeholder(picture.position)
        if mark not in html:
            continue
        alone = f"<figure>{mark}</figure>"
        whole = render_to_string("articles/_picture.html", {"picture": picture, "in_line": alone not in html})
        html = html.replace(alone if alone in html else mark, whole.strip(), 1)
    return mark_safe(html)
