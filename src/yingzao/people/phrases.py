"""How devices are called, and how the privacy notice is set."""

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from markdown_it import MarkdownIt

# The first that a browser names itself by; most also claim to be those further down.
_BROWSERS = (
    ("MicroMessenger", gettext_noop("WeChat")),
    ("DingTalk", gettext_noop("DingTalk")),
    ("Edg", "Edge"),
    ("HuaweiBrowser", gettext_noop("Huawei Browser")),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", gettext_noop("HarmonyOS")),
    ("Android", gettext_noop("Android phone")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", gettext_noop("Windows computer")),
    ("Macintosh", gettext_noop("Mac")),
    ("Linux", gettext_noop("Linux computer")),
)
_markdown = MarkdownIt("js-default", {"html": False, "linkify": False})


def device_words(user_agent: str) -> str:
    """`WeChat, Android phone`, as far as the browser says."""
    found = [
        next((_(word) for sign, word in signs if sign in user_agent), "") for signs in (_BROWSERS, _SYSTEMS)
    ]
    return (
        _("%(browser)s, %(system)s") % {"browser": found[0], "system": found[1]}
        if all(found)
        else (found[0] or found[1] or _("unknown device"))
    )


def notice_html(text: str) -> SafeString:
    """The notice's Markdown as HTML; HTML written in it is shown as text."""
    return mark_safe(_markdown.render(text))
