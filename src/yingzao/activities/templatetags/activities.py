"""What rooms above add to an activity's page on the desk: `{% load activities %}{% links_of activity as links %}`."""

from django import template

from yingzao.activities.models import Activity
from yingzao.activities.signals import desk_links_asked

register = template.Library()


@register.simple_tag(takes_context=True)
def links_of(context, activity: Activity) -> list[tuple[str, str, str]]:
    """(word, address, icon) of each thing that the reader can do with it elsewhere."""
    answers = desk_links_asked.send(sender=Activity, activity=activity, person=context["request"].user)
    links: list[tuple[str, str, str]] = []
    for _receiver, answer in answers:
        links += answer or ()  # type: ignore[arg-type]
    return links
