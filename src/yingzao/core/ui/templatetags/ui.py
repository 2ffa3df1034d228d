"""Components. Each refuses an attribute it does not know."""

from django import template

register = template.Library()
