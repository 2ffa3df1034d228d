"""Showing an article: `{% include "articles/_body.html" with article=story.article %}`."""

from django import template
from django.utils.safestring import SafeString

from yingzao.articles.exports import body_html
from yingzao.articles.models import Article

register = template.Library()


@register.filter
def article_html(article: Article) -> SafeString:
    """The text with our own copies of its pictures in their places. One query."""
    return body_html(article)
