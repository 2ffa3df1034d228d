"""Hostile text in every place that holds text, read on every page and in every file that goes out.

One walk puts it into the rows themselves, so that no form can be in its way; the other sends it through every form and looks
at the answer. Neither asks whether a text was escaped, but whether a page holds anything that only hostile text brings.
"""

import html.parser
import io
import json
import re
import zipfile

import lxml.html
import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.test import Client
from lxml import etree

from tests.factories.hostile_texts import FIELDS, MARKUP
from tests.factories.world import World
from tests.project.test_doors import ANYBODY, TABLE, address_of, browser_of

pytestmark = pytest.mark.long

MARK = "zq"
SHORT = f"'\"><{MARK} onclick=__x()>"
# What is no text for people: names of things inside the product, addresses, ciphers
STRUCTURE = re.compile(
    r"code|slug|sha256|digest|token|key|path|password|media_type|room|subject|act|kind|state|html|colou?r|language|version"
    r"|username|phone|email|^score$|^points$|^of$|^mark$|model|queue_name|backend|address|division|region|search|pinyin|initials|alphabet|fact|source$|purpose|secret|^url$"
)
SCHEMES = re.compile(r"(?:https?://|mailto:|tel:|/|\?|#|$|webcal:|\.)")
FEWEST = {"text": (60, 60), "json": (5, 10)}  # fields poisoned, addresses that show it
DATA_BLOCKS = {"application/json", "application/ld+json", "importmap"}


class Page(html.parser.HTMLParser):
    """What on a page only hostile text can have brought: `found`."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._data_block = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._data_block = tag == "script" and given.get("type") in DATA_BLOCKS
        ours = tag == "iframe" and (given.get("src") or "").startswith(
            "/stories/"
        )  # a story in the frame of a phone
        if tag.startswith(MARK) or (
            tag in {"base", "iframe", "object", "embed", "foreignobject"} and not ours
        ):
            self.found.append(f"<{tag}>")
        if tag == "script" and not self._data_block and "src" not in given:
            self.found.append("a script in the page")
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc", "formaction", MARK}:
                self.found.append(f"{name} of {tag}")
            if name in {
                "href",
                "src",
                "action",
                "xlink:href",
                "poster",
                "cite",
                "data",
            } and not SCHEMES.match(value or ""):
                self.found.append(f"{name}={value} of {tag}")

    def handle_data(self, data):
        if self._data_block and data.strip():
            try:
                json.loads(data)
            except ValueError:
                self.found.append("a broken data block")


def brought(response) -> list[str]:
    """What a hostile text did to an answer, whatever kind of file it is."""
    kind = response.get("Content-Type", "").partition(";")[0]
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "text/html":
        return Page(body.decode()).found
    if kind.endswith("spreadsheetml.sheet"):
        return formulas(body)
    if kind.endswith("xml"):
        return in_feed(body)
    if kind == "text/calendar":
        return [line for line in unfolded(body) if not re.match(r"[A-Z-]+[;:]", line)]
    if kind == "application/json":
        json.loads(body)
    return []


def formulas(body: bytes) -> list[str]:
    """Cells of a workbook that would be computed, and links."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        links = [name for name in sheets if b"hyperlink" in book.read(name).lower()]
        return [name for name in sheets if re.search(rb"<f[ >]", book.read(name))] + links


def in_feed(body: bytes) -> list[str]:
    root = etree.fromstring(body)
    texts = [e.text or "" for e in root.iter() if isinstance(e.tag, str) and e.get("type") == "html"]
    odd = [e.tag for e in root.iter() if isinstance(e.tag, str) and MARK in e.tag]
    links = [e.get("href") for e in root.iter("{*}link") if not re.match(r"https?://", e.get("href") or "")]
    return odd + links + [found for text in texts for found in Page(text).found]


def unfolded(body: bytes) -> list[str]:
    return [line for line in body.decode().replace("\r\n ", "").split("\r\n") if line]


def text_fields(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field.unique or field.primary_key or STRUCTURE.search(field.name))
        and (field.max_length is None or field.max_length >= len(SHORT))
    ]


def poison(model: type[models.Model], field: models.Field, text: str, *, whole: bool = True) -> int:
    """Put the text before what each row says there; the number of rows. Where not both find room, the text is whole or,
    where it need not be, what the row says."""
    changed = 0
    for key, said in model._base_manager.values_list("pk", field.name):
        kept = said or ""
        room = len(text) if whole or field.max_length is None else max(0, field.max_length - len(kept))
        with transaction.atomic():
            try:
                hostile = f"{text[:room]}{kept}"[: field.max_length]
                changed += model._base_manager.filter(pk=key).update(**{field.name: hostile})
            except IntegrityError:
                transaction.set_rollback(True)
    return changed


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World("甲")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visitors(world) -> dict[str, Client]:
    people = {
        "anonymous": None, "learner": world.learner.person, "organiser": world.organiser, "mentor": world.mentor,
        "judge": world.judge, "supervisor": world.supervisor, "editor": world.editor, "host": world.host,
    }  # fmt: skip
    return {role: browser_of(person, raise_request_exception=False) for role, person in people.items()}


def readers_of(name: str, visitors: dict[str, Client]) -> list[str]:
    readers = TABLE[name].get & set(visitors)
    return sorted(
        readers & {"anonymous", "learner", "organiser"} if readers >= ANYBODY & set(visitors) else readers
    )


def in_words(value: object, text: str) -> object:
    """A JSON value whose words for people (those with Chinese in them) begin with the text."""
    if isinstance(value, dict):
        return {key: in_words(inner, text) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_words(inner, text) for inner in value]
    return text + value if isinstance(value, str) and re.search("[一-龥]", value) else value


def poison_json(model: type[models.Model], field: models.JSONField, text: str) -> int:
    changed = 0
    for key, said in model._base_manager.values_list("pk", field.name):
        if (hostile := in_words(said, text)) != said:
            changed += model._base_manager.filter(pk=key).update(**{field.name: hostile})
    return changed


def everything(visitors: dict[str, Client], world: World) -> tuple[list[str], dict[str, int]]:
    """What is wrong on any page as any reader, and on how many pages of each address the text stands as text."""
    wrong, shown = [], {}
    for name in (name for name, door in TABLE.items() if door.get):
        address = address_of(world, name)
        for role in readers_of(name, visitors):
            response = visitors[role].get(address)
            if response.status_code >= 500:
                wrong.append(f"{name} as {role}: {response.status_code} {response.exc_info[1]!r}")
                continue
            wrong += [f"{name} as {role}: {found}" for found in brought(response)]
            if not response.streaming and f"&lt;{MARK}".encode() in response.content:
                shown[name] = shown.get(name, 0) + 1
    return wrong, shown


@pytest.mark.parametrize("kind", ["text", "json"])
def test_stored_text_is_shown_as_text(kind, world, visitors, db):
    poisoned = set()
    with transaction.atomic():
        for model in apps.get_models():
            if not model.__module__.startswith("yingzao."):
                continue
            if kind == "text":
                poisoned |= {
                    f"{model.__name__}.{f.name}" for f in text_fields(model) if poison(model, f, SHORT)
                }
            else:
                fields = [f for f in model._meta.concrete_fields if isinstance(f, models.JSONField)]
                poisoned |= {f"{model.__name__}.{f.name}" for f in fields if poison_json(model, f, SHORT)}
        wrong, shown = everything(visitors, world)
        transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)
    # The walk would find nothing either if nothing had been poisoned or no page were read
    assert (len(poisoned), len(shown)) >= FEWEST[kind], (len(poisoned), len(shown))


# Forms: what is sent comes back as text, whether it is taken or refused


def forms_of(
    world: World, visitors: dict[str, Client]
) -> dict[str, tuple[str, str, dict[str, object], list[str]]]:
    """By address and fields: role, address, what the form holds, and its fields for words."""
    found: dict[str, tuple[str, str, dict[str, object], list[str]]] = {}
    for name in TABLE:
        for role in readers_of(name, visitors):
            address = address_of(world, name)
            response = visitors[role].get(address)
            if response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
                continue
            for form in lxml.html.fromstring(response.content.decode()).iter("form"):
                words = [
                    field.get("name")
                    for field in form.xpath(
                        ".//textarea | .//input[not(@type) or @type='text' or @type='search' or @type='url' or @type='email']"
                    )
                    if field.get("name") and field.get("name") != "csrfmiddlewaretoken"
                ]
                if not words:
                    continue
                goes_to = (form.get("action") or address).partition("?")[0]
                method = (form.get("method") or "get").lower()
                held = {key: value for key, value in form.form_values() if key != "csrfmiddlewaretoken"}
                for choice in form.xpath(".//select[@name]"):
                    values = [option.get("value") for option in choice.iter("option") if option.get("value")]
                    held.setdefault(choice.get("name"), "")
                    held[choice.get("name")] = held[choice.get("name")] or next(iter(values), "")
                for radio in form.xpath(".//input[@type='radio']"):
                    held.setdefault(radio.get("name"), radio.get("value") or "on")
                for day in form.xpath(".//input[@type='date' or @type='datetime-local' or @type='number']"):
                    usual = {"date": "2021-11-15", "datetime-local": "2021-11-15T10:00", "number": "1"}
                    held[day.get("name")] = held.get(day.get("name")) or usual[day.get("type")]
                found.setdefault(f"{method} {name} {','.join(sorted(words))}", (role, goes_to, held, words))
    return found


VARIANTS = {
    "fields": lambda word: "".join(FIELDS),
    "markup": lambda word: "\n\n".join(MARKUP).replace("\0", ""),
    "attack on addresses": lambda word: "javascript:__x()//https://x.example",
}


@pytest.fixture(scope="module")
def filled_in(world, visitors, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        found = forms_of(world, visitors)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_words_sent_through_a_form_come_back_as_words(variant, world, visitors, filled_in, db):
    wrong, outcomes = [], {"taken": 0, "refused": 0, "shown": 0}
    for name, (role, address, held, words) in filled_in.items():
        sent = held | {word: VARIANTS[variant](word) for word in words}
        client = visitors[role]
        with transaction.atomic():
            ask = client.post if name.startswith("post") else client.get
            response = ask(address, sent)
            answers = [response]
            if response.status_code == 302 and (goes_to := response["Location"]).startswith("/"):
                answers.append(client.get(goes_to))
            elif response.status_code == 302:
                wrong.append(f"{name}: leads to {goes_to}")
            transaction.set_rollback(True)
        outcomes["taken" if response.status_code == 302 else "refused"] += 1
        for answer in answers:
            if answer.status_code >= 500:
                wrong.append(f"{name} as {role}: {answer.status_code} {answer.exc_info[1]!r}")
                continue
            wrong += [f"{name} as {role}: {found}" for found in brought(answer)]
            outcomes["shown"] += not answer.streaming and b"__x()" in answer.content
    assert not wrong, "\n".join(wrong)
    assert len(filled_in) >= 60, sorted(filled_in)
    assert outcomes["shown"] >= 50, outcomes


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (f"<p>{SHORT}</p>", [f"<{MARK}>", f"onclick of {MARK}"]),
        ("<a href='javascript:__x()'>x</a>", ["href=javascript:__x() of a"]),
        ("<script>__x()</script>", ["a script in the page"]),
        ('<script type="application/ld+json">{"a": </script>', ["a broken data block"]),
        ("<p style='x'>&lt;zq onclick=__x()&gt;</p>", ["style of p"]),
        ('<a href="/a/">&lt;script&gt;</a><script src="/a.js"></script>', []),
    ],
)
def test_the_look_at_a_page_sees_what_hostile_text_brings(page, found):
    assert Page(page).found == found
