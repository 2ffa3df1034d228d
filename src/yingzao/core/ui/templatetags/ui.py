"""Components, for every template without {% load %}. Each refuses an attribute or a value that it does not know.

Small things are built here; anything with more than one element is a template in templates/ui/components/.
docs/interface.md shows each with its attributes, /styleguide/ shows them drawn.
"""

import datetime as dt
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import segno
from django import template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template import TemplateSyntaxError
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingzao.core import masking, media
from yingzao.core.clock import SHANGHAI, parse_moment
from yingzao.core.ui import navigation as slots
from yingzao.core.ui.forms import grouped

register = template.Library()

SPRITE = Path(__file__).resolve().parent.parent / "static/ui/vendor/icons.svg"
ICONS = frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))

# state → (shape, word). Six shapes; a duty's own words (pending, late, missed, excused) lead to the same six.
STATES = {
    "done": ("done", pgettext_lazy("state", "Done")),
    "part": ("part", pgettext_lazy("state", "In progress")),
    "todo": ("todo", pgettext_lazy("state", "Not started")),
    "pending": ("todo", pgettext_lazy("state", "Not started")),
    "late": ("soon", pgettext_lazy("state", "Handed in late")),
    "soon": ("soon", pgettext_lazy("state", "Due soon")),
    "miss": ("miss", pgettext_lazy("state", "Missing")),
    "missed": ("miss", pgettext_lazy("state", "Missing")),
    "held": ("held", pgettext_lazy("state", "Excused")),
    "excused": ("held", pgettext_lazy("state", "Excused")),
    "offered": ("held", pgettext_lazy("state", "Voluntary")),
}
TONES = ("plain", "glaze", "clay", "leaf", "harm")
NOTICE_ICONS = {
    "plain": "info-circle",
    "glaze": "info-circle",
    "clay": "alert-triangle",
    "leaf": "check",
    "harm": "alert-triangle",
}
BUTTONS = ("primary", "plain", "quiet", "harm")
BUTTON_CLASSES = {
    "primary": "btn btn-primary",
    "plain": "btn",
    "quiet": "btn btn-quiet",
    "harm": "btn btn-harm",
}
DASH = "—"


def _one_of(tag: str, name: str, value, known) -> None:
    if value not in known:
        raise TemplateSyntaxError(
            f"{tag}: {name}={value!r} is not one of {', '.join(sorted(map(str, known)))}"
        )


def _draw(component: str, /, **context) -> SafeString:
    return render_to_string(f"ui/components/{component}.html", context)


# States ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def state(key, word=""):
    """A word and a shape: {% state 'done' %}, {% state 'soon' 'three days left' %}. Harm is red, nothing else is."""
    _one_of("state", "key", key, STATES)
    shape, usual = STATES[key]
    return format_html('<span class="state {}">{}</span>', shape, word or usual)


@register.simple_tag
def tick(key, label="", url=""):
    """The shape alone, for boards. What it means is read out: `label`, else the state's word. `url` makes it a link.

    A board has thousands of these, so they are put together by hand and without `format_html`.
    """
    if key not in STATES:
        _one_of("tick", "key", key, STATES)
    mark = _labelled_tick(key, escape(label)) if label else _usual_tick(key, get_language())
    return SafeString(f'<a class="tick-link" href="{escape(url)}">{mark}</a>') if url else mark


def _labelled_tick(key: str, label: str) -> SafeString:
    return SafeString(f'<span class="tick {STATES[key][0]}" role="img" aria-label="{label}"></span>')


@cache
def _usual_tick(key: str, language: str) -> SafeString:
    """With the state's own word; `language` is what the word is said in now."""
    return _labelled_tick(key, escape(STATES[key][1]))


@register.simple_tag
def state_word(key):
    """The state's word alone, for sentences and exports."""
    _one_of("state_word", "key", key, STATES)
    return STATES[key][1]


@register.simple_tag
def legend(keys="done part todo late miss excused", offered=False):
    """The shapes with their words, under a board; `offered` where something on it is voluntary."""
    keys += " offered" if offered else ""
    for key in keys.split():
        _one_of("legend", "keys", key, STATES)
    return _draw("legend", entries=[(STATES[key][0], STATES[key][1]) for key in keys.split()])


# Surfaces ----------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(content, title="", note="", url="", link="", tone="plain", level=2, flush=False, id=""):
    """A sheet of paper. `url` with `link` stands at the right of the title; `flush` for lists that reach the edges."""
    _one_of("card", "tone", tone, TONES)
    _one_of("card", "level", level, (2, 3))
    return _draw(
        "card",
        content=content,
        title=title,
        note=note,
        url=url,
        link=link,
        tone=tone,
        level=level,
        flush=flush,
        id=id,
    )


@register.simple_block_tag
def tiles(content, facts=False):
    """A row of tiles; two a row on a phone. `facts`: three a row and the figure first, as a story has them."""
    return format_html('<dl class="tiles{} sheet">{}</dl>', " tiles-facts" if facts else "", content)


@register.simple_tag
def tile(label, value, note="", url="", tone="plain"):
    """One figure. With `url` the figure opens what it was made from."""
    _one_of("tile", "tone", tone, TONES)
    return _draw("tile", label=label, value=value, note=note, url=url, tone=tone)


@register.simple_block_tag
def empty(content, title, icon="info-circle"):
    """A list with nothing in it: what that means, and between the tags what to do next."""
    return _draw("empty", content=content, title=title, icon=icon)


@register.simple_block_tag
def notice(content, tone="glaze", title=""):
    """A sentence or two that the reader has to know. clay: soon; harm: something is lost or refused."""
    _one_of("notice", "tone", tone, TONES)
    return _draw("notice", content=content, tone=tone, title=title, icon=NOTICE_ICONS[tone])


@register.simple_block_tag
def rows(content, label=""):
    """A list of {% row %} with hairlines between, in a sheet."""
    return _draw("rows", content=content, label=label)


@register.simple_block_tag
def row(content, title, note="", url="", icon=""):
    """One line of a list: icon, title, a soft line; between the tags what stands at the right (a state, a button)."""
    return _draw("row", content=content, title=title, note=note, url=url, icon=icon)


# The thread --------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def thread(content, label=""):
    """How a figure came about, from the top down to the source: {% step %} and {% source %} between the tags."""
    return _draw("thread", content=content, label=label)


@register.simple_block_tag
def step(content, text, value="", note="", key="", open=False):
    """One step. Steps and sources between its tags open below it; `key` is a state shown instead of a value."""
    if key:
        _one_of("step", "key", key, STATES)
    return _draw(
        "step", content=mark_safe(content.strip()), text=text, value=value, note=note, key=key, open=open
    )


@register.simple_tag
def source(text, url="", link="", note=""):
    """The end of a thread, a red square: the piece of evidence itself."""
    return _draw("source", text=text, url=url, link=link or _("See the evidence"), note=note)


# Figures -----------------------------------------------------------------------------------------------------------


def _hundredths(figure) -> int:
    """0–100 for the width of a bar; a figure that is not known has no width."""
    return (
        0
        if figure is None
        else max(0, min(100, int((Decimal(str(figure)) * 100).to_integral_value(ROUND_HALF_UP))))
    )


@register.simple_tag
def progress(whole, so_far, reachable, url="", link=""):
    """The three figures that always stand together, as shares 0–1: of the whole plan, so far, best still reachable."""
    return _draw(
        "progress",
        whole=whole,
        so_far=so_far,
        reachable=reachable,
        whole_width=_hundredths(whole),
        reachable_width=_hundredths(reachable),
        url=url,
        link=link or _("How it is counted"),
    )


@register.simple_tag
def bar(figure, label):
    """One share 0–1 as a bar; `label` is read out with it."""
    return format_html(
        '<span class="bar" role="img" aria-label="{} {}"><span class="bar-done w-p{}"></span></span>',
        label, share(figure), _hundredths(figure),
    )  # fmt: skip


@register.simple_block_tag
def figure_list(content):
    """Names and their values, check-your-answers style: {% figure %} between the tags."""
    return format_html('<dl class="figures">{}</dl>', content)


@register.simple_tag
def figure(label, value, url="", link=""):
    """One line of a {% figure_list %}; `url` with `link` (say "Change") at the right."""
    return _draw("figure", label=label, value=value, url=url, link=link)


# Buttons and links -------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name, label=""):
    """A line icon. Without `label` it is decoration; the word stands beside it."""
    _one_of("icon", "name", name, ICONS)
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, _sprite(), name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', _sprite(), name)


@cache
def _sprite() -> str:
    return static("ui/vendor/icons.svg")


@register.simple_tag
def button(
    label, tone="primary", icon="", name="", value="", form="", wide=False, small=False, disabled=False, type="submit", id="",
    hx_post="", hx_get="", hx_target="", hx_swap="",
):  # fmt: skip
    """A button whose label says what happens. `wide` fills the line on a phone; `hx_*` are htmx's."""
    _one_of("button", "tone", tone, BUTTONS)
    _one_of("button", "type", type, ("submit", "button"))
    return _draw(
        "button", label=label, classes=BUTTON_CLASSES[tone], icon=icon, name=name, value=value, form=form, wide=wide,
        small=small, disabled=disabled, type=type, id=id, hx_post=hx_post, hx_get=hx_get, hx_target=hx_target,
        hx_swap=hx_swap,
    )  # fmt: skip


@register.simple_tag
def link_button(label, url, tone="plain", icon="", wide=False, small=False, download=False, new_tab=False):
    """A link that looks like a button: for going somewhere, never for changing something."""
    _one_of("link_button", "tone", tone, BUTTONS)
    return _draw(
        "link_button", label=label, url=url, classes=BUTTON_CLASSES[tone], icon=icon, wide=wide, small=small,
        download=download, new_tab=new_tab,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def confirm_button(
    context,
    label,
    url,
    question,
    explanation="",
    confirm="",
    tone="harm",
    icon="",
    name="",
    value="",
    small=False,
):
    """Asks first: a button that opens a question and posts to `url` on yes. Without JavaScript it posts at once."""
    _one_of("confirm_button", "tone", tone, BUTTONS)
    return render_to_string(
        "ui/components/confirm_button.html",
        {
            "label": label, "url": url, "question": question, "explanation": explanation, "confirm": confirm or label,
            "classes": BUTTON_CLASSES[tone], "opener": "btn" if tone == "harm" else BUTTON_CLASSES[tone], "icon": icon,
            "name": name, "value": value, "small": small,
        },
        context.get("request"),
    )  # fmt: skip


@register.simple_tag
def copy_code(code, label=""):
    """A code in tabular figures with a button that copies it."""
    return _draw("copy_code", code=code, label=label or _("Copy"))


@register.simple_tag
def qr(text, label, size="usual"):
    """A QR code of a text or an address, drawn in the page; `label` is read out. `small` for slips on paper."""
    _one_of("qr", "size", size, ("small", "usual"))
    drawn = segno.make(text, error="m", micro=False)
    picture = drawn.svg_inline(scale=1, border=2, omitsize=True, dark="#000", light="#fff")
    return format_html(
        '<span class="qr qr-{}" role="img" aria-label="{}">{}</span>', size, label, mark_safe(picture)
    )


# Pictures ----------------------------------------------------------------------------------------------------------

COLUMN = "(max-width: 42rem) calc(100vw - 2rem), 40rem"  # of an article


@register.simple_tag
def picture(stored, alt="", sizes="", shape="whole", head=False, look=""):
    """A stored picture in the sizes and forms that the browser may choose from; `head` for the one that stands first.

    `shape` cuts it (`wide` 16:9, `square`) around its point of focus. `look` is a class.
    """
    _one_of("picture", "shape", shape, media.SHAPES)
    lists = {form: media.renditions_of(stored, shape, form) for form in ("avif", "webp", "jpg")}
    if not lists["jpg"]:
        return ""
    sources = [
        (rendered[0].media_type, _srcset(stored, rendered))
        for form, rendered in lists.items()
        if form != "jpg"
    ]
    usual = next((one for one in lists["jpg"] if one.width >= USUAL), lists["jpg"][-1])
    return _draw(
        "picture", sources=sources, srcset=_srcset(stored, lists["jpg"]), src=media.address_of(stored, usual),
        width=lists["jpg"][-1].shown, height=lists["jpg"][-1].height, alt=alt, sizes=sizes or COLUMN, head=head, look=look,
    )  # fmt: skip


USUAL = 960  # for browsers that know no srcset


def _srcset(stored, rendered) -> str:
    return ", ".join(f"{media.address_of(stored, one)} {one.shown}w" for one in rendered)


# For machines ------------------------------------------------------------------------------------------------------

_IN_SCRIPTS = {
    ord(">"): "\\u003E",
    ord("<"): "\\u003C",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


@register.simple_tag
def json_ld(told):
    """What a page says of itself by schema.org, one thing or a list of them; nothing in it can end the block."""
    written = json.dumps(told, ensure_ascii=False).translate(_IN_SCRIPTS)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(written))


# Forms -------------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound, label="", help="", hide_label=False):
    """A form's field: label, help and error, joined for screen readers. Hidden fields are drawn bare."""
    if not isinstance(bound, BoundField):
        raise TemplateSyntaxError(f"field: {bound!r} is not a form's field")
    if bound.is_hidden:
        return bound.as_widget()
    kind = getattr(bound.field.widget, "input_type", "")
    return _draw(
        "field", field=bound, label=label or bound.label, help=help or bound.help_text, hide_label=hide_label, kind=kind,
        required=bound.field.required, group=bound.use_fieldset,
    )  # fmt: skip


@register.simple_tag
def fields(form):
    """Every field of the form in its order, under the captions of its GROUPS where it has some."""
    if not getattr(form, "GROUPS", ()):
        return mark_safe("".join(field(bound) for bound in form))  # each part was escaped by its template
    return _draw(
        "field_groups",
        groups=[(caption, [field(bound) for bound in several]) for caption, several in grouped(form)],
    )


@register.simple_tag
def error_summary(form):
    """What is wrong, above the form: each sentence leads to its field. The focus goes here. Nothing when all is well."""
    if not form.is_bound or not form.errors:
        return ""
    found = [("", "", error) for error in form.non_field_errors()]
    found += [
        (_first_id(bound), str(bound.label).rstrip("。.？?：:"), error)
        for bound in form
        for error in bound.errors
    ]
    return _draw("error_summary", found=found)


def _first_id(bound: BoundField) -> str:
    """Where a link to the field has to lead: a group of choices has no element with its own id."""
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label or bound.auto_id


# Lists -------------------------------------------------------------------------------------------------------------


def _with(query, **changes) -> str:
    """The page's query string with some parameters changed; None takes one out."""
    query = query.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def pager(context, page, name="page"):
    """Numbers under a long list; nothing for a single page. Keeps search and filters."""
    if not isinstance(page, Page):
        raise TemplateSyntaxError(f"pager: {page!r} is not a page of a paginator")
    if page.paginator.num_pages < 2:
        return ""
    query = context["request"].GET
    numbers = [
        (number, _with(query, **{name: number}) if isinstance(number, int) else "", number == page.number)
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return _draw(
        "pager", page=page, numbers=numbers, total=page.paginator.count,
        before=_with(query, **{name: page.number - 1}) if page.has_previous() else "",
        after=_with(query, **{name: page.number + 1}) if page.has_next() else "",
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def search_bar(context, label, name="q", target=""):
    """Search over a list, kept in the address. `label` says what can be found (name, community, pinyin)."""
    query = context["request"].GET
    kept = [(key, value) for key in query if key not in {name, "page"} for value in query.getlist(key)]
    return _draw("search_bar", label=label, name=name, value=query.get(name, ""), kept=kept, target=target)


@register.simple_tag(takes_context=True)
def filter_chips(context, choices, name="show", label=""):
    """Filters as chips: `choices` are (value, word, count or None); the first is what stands without a filter."""
    query = context["request"].GET
    choices = list(choices)
    chosen = query.get(name) or (choices[0][0] if choices else "")
    first = choices[0][0] if choices else None
    drawn = [
        (
            word,
            count,
            _with(query, page=None, **{name: None if value == first else value}),
            str(value) == str(chosen),
        )
        for value, word, count in choices
    ]
    return _draw("filter_chips", choices=drawn, label=label or _("Filter"))


# The page ----------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def navigation(context, audience, style="side"):
    """What the rooms filled in for this audience: `side` for the desk, `tabs` for phones, `line` for the public."""
    _one_of("navigation", "style", style, ("side", "tabs", "line"))
    _one_of("navigation", "audience", audience, slots.AUDIENCES)
    request = context.get("request")
    sections = slots.sections_for(audience, request)
    return render_to_string(f"ui/components/navigation_{style}.html", {"sections": sections}, request)


@register.simple_tag(takes_context=True)
def place(context, audience):
    """`{% place 'desk' as here %}`: the two lines beside the seal, or None."""
    _one_of("place", "audience", audience, slots.AUDIENCES)
    return slots.place_for(audience, context.get("request"))


@register.simple_tag(takes_context=True)
def here(context):
    """This page's own address, for forms that come back to it."""
    request = context.get("request")
    return request.get_full_path() if request else "/"


# Words and figures -------------------------------------------------------------------------------------------------


@register.simple_tag
def masked_name(name):
    """张* — for everyone who has no need of the name."""
    return masking.mask_name(name)


@register.filter
def masked(name) -> str:
    """{{ name|masked }}: as {% masked_name %}."""
    return masking.mask_name(name if isinstance(name, str) else str(name))


@register.filter
def masked_phone(phone) -> str:
    """138****0001."""
    return masking.mask_phone(str(phone)) if phone else ""


@register.simple_tag
def sentences(*parts) -> str:
    """Sentences, and lists of them, one after another; no space where a full-width mark ends one."""
    flat = [str(s) for part in parts for s in (part if isinstance(part, list | tuple) else [part]) if s]
    said = ""
    for sentence in flat:
        said += ("" if not said or said[-1] in "。！？；：，、）”" else " ") + sentence
    return said


def _local(value):
    return value.astimezone(SHANGHAI) if isinstance(value, dt.datetime) and value.tzinfo else value


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _month(value) -> str:
    return value.strftime("%B")


@register.filter
def day(value) -> str:
    """2021年11月15日; a moment counts by its date in Shanghai; nothing is a dash."""
    if not value:
        return DASH
    value = _local(value)
    if _english():
        return f"{value.day} {_month(value)} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def short_day(value) -> str:
    """11月15日, where the year is already on the page."""
    if not value:
        return DASH
    value = _local(value)
    return f"{value.day} {_month(value)}" if _english() else f"{value.month}月{value.day}日"


@register.filter
def clock_time(value) -> str:
    """19:30, in Shanghai."""
    if not value:
        return DASH
    value = _local(value)
    return f"{value.hour}:{value.minute:02}"


@register.filter
def moment(value) -> str:
    """11月15日 19:30, in Shanghai, where the year is already on the page."""
    return f"{short_day(value)} {clock_time(value)}" if value else DASH


@register.filter
def stamp(value) -> str:
    """2021年11月15日 19:30, in Shanghai."""
    return f"{day(value)} {clock_time(value)}" if value else DASH


@register.filter
def from_iso(text) -> dt.datetime | None:
    """An instant that evidence keeps as text, to be shown by |moment or |stamp."""
    return parse_moment(text)


@register.simple_tag
def period(start, end):
    """11月15日 19:30–21:00; over two days both are named."""
    start, end = _local(start), _local(end)
    if start.date() == end.date():
        return f"{moment(start)}–{clock_time(end)}"
    return f"{moment(start)}–{moment(end)}"


@register.filter
def plain_number(value) -> str:
    """12.50 → 12.5, 20.00 → 20; nothing is a dash."""
    if value is None or value == "":
        return DASH
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def share(value) -> str:
    """0.86 → 86%. Rounded half up, but 100% only when whole and 0% only when nothing; unknown is a dash."""
    if value is None or value == "":
        return DASH
    exact = Decimal(str(value)) * 100
    rounded = int(exact.to_integral_value(ROUND_HALF_UP))
    if rounded == 100 and exact < 100:
        rounded = 99
    if rounded == 0 and exact > 0:
        rounded = 1
    return f"{rounded}%"


@register.filter
def points(value) -> str:
    """91.35 → 91.4, one decimal, rounded half up; unknown is a dash, never a zero."""
    if value is None or value == "":
        return DASH
    return str(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


@register.filter
def minutes(value) -> str:
    """73 分钟; unknown is a dash."""
    if value is None or value == "":
        return DASH
    return pgettext("length of time", "%(count)s min") % {"count": value}
