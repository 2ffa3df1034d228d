"""How devices are called, how the privacy notice is set, and what is said of what is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from markdown_it import MarkdownIt

from yingzao.people import personal
from yingzao.people.models import Organisation, Person

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


@dataclass(frozen=True)
class Held:
    """One kind of what is kept about a person, as the page says it."""

    name: str
    why: str
    count: int
    until: str


def kept_of(person: Person) -> list[Held]:
    """What is kept about the person, kinds with nothing in them last."""
    organisations = list(Organisation.objects.filter(pk__in=personal.holding(person)))
    held = [
        Held(
            str(kind.name),
            str(kind.why),
            sum(1 for _row in kind.rows(person)),
            until_words(personal.PERIODS[kind.period], _longest_of(organisations, kind.period)),
        )
        for kind in personal.kinds()
    ]
    return sorted(held, key=lambda one: not one.count)


def _longest_of(organisations: list[Organisation], period: str) -> int | None:
    usual = personal.PERIODS[period].days
    if usual is None:
        return None
    return max((personal.days_of(o, period) or 0 for o in organisations), default=usual)


def until_words(period: personal.Period, days: int | None) -> str:
    """`3 years, from the last day of the programme`."""
    if days is None:
        return str(period.begins)
    return _("%(span)s, %(begins)s") % {"span": span(days), "begins": period.begins}


def span(days: int) -> str:
    if days % 365 == 0:
        return ngettext("%(n)d year", "%(n)d years", days // 365) % {"n": days // 365}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@dataclass(frozen=True)
class Told:
    """One period, and how long each organisation that keeps something of the reader keeps it."""

    name: str
    why: str
    usual: str
    differing: tuple[str, ...]


def periods_for(person: Person) -> list[Told]:
    """The usual periods, and where an organisation of the reader's chose another."""
    organisations = Organisation.objects.filter(pk__in=personal.holding(person)).prefetch_related(
        "retentions"
    )
    chosen = {(r.period, o.shown_name): r.days for o in organisations for r in o.retentions.all()}
    return [
        Told(
            str(period.name),
            str(period.why),
            until_words(period, period.days),
            tuple(
                _("%(organisation)s: %(span)s") % {"organisation": name, "span": span(days)}
                for (key, name), days in chosen.items()
                if key == period.key and days != period.days
            ),
        )
        for period in personal.PERIODS.values()
    ]


_SORTS = {
    "sign_ins": gettext_noop("sign-ins"),
    "acts": gettext_noop("lines of the record of acts"),
    "messages": gettext_noop("messages"),
    "learners": gettext_noop("learners whose names go"),
    "registrations": gettext_noop("registrations of people who never became learners"),
    "rows_of_files": gettext_noop("rows of files"),
}


def sorts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """(words, how many) for what would go."""
    return [(_(_SORTS.get(name, name)), count) for name, count in counts.items()]
