"""Hostile text in a real browser: nothing of it runs, asks anybody else for anything, or widens a page."""

import pytest
from django.apps import apps

from tests.factories.hostile_texts import FIELDS, MARKDOWN, MARKUP
from tests.factories.stories import vouch
from tests.factories.world import World
from tests.project.test_doors import address_of
from tests.project.test_hostile_texts import poison, text_fields
from yingzao.articles.actions import import_article
from yingzao.cases import actions as cases
from yingzao.courses import actions as courses
from yingzao.stories import actions as stories

RUNS_BY_ITSELF = "'\"><img src=x onerror=__x()><script>__x()</script>"
LONG = "w" * 80
# Where people's words stand, and who reads them there
PAGES = {
    "anonymous": ["stories:public-list", "web:public-programmes", "web:public-programme", "honours:public-notices", "honours:public-notice",
                  "honours:verify-certificate", "enrolment:register", "people:privacy"],
    "learner": ["web:learner-today", "web:learner-duties", "web:learner-mine", "web:learner-community", "cases:learner-case",
                "cases:learner-library", "cases:learner-library-case", "courses:learner-course", "live:learner-session", "visits:learner-visit",
                "practice:learner-task", "activities:learner-requests", "activities:learner-request", "notices:messages"],
    "organiser": ["stories:desk-stories", "stories:desk-story", "stories:desk-edit", "cases:desk-case", "cases:desk-library",
                  "cases:desk-library-case", "cases:desk-library-edit", "cases:reflection", "courses:desk-course", "courses:desk-lesson-edit",
                  "enrolment:desk-roster", "enrolment:desk-learner", "enrolment:desk-queue", "enrolment:desk-registrations", "web:desk-board",
                  "web:desk-overview", "web:desk-record", "web:desk-ledger", "web:desk-warnings", "activities:desk-list", "activities:desk-requests",
                  "communities:desk-list", "communities:desk-community", "programmes:desk-settings", "programmes:desk-staff", "judging:desk-rubric",
                  "judging:desk-entry", "honours:desk-selection", "honours:desk-place", "honours:desk-objection", "live:desk-session"],
    "judge": ["judging:jury-queue", "judging:jury-sheet"],
    "mentor": ["practice:mentor-queue", "practice:version", "cases:mentor-reflections"],
}  # fmt: skip


@pytest.fixture
def world(transactional_db) -> World:
    return World("甲")


def poisoned(text: str, *, whole: bool = True) -> int:
    return sum(
        poison(model, field, text, whole=whole)
        for model in apps.get_models()
        if model.__module__.startswith("yingzao.")
        for field in text_fields(model)
        if not whole or field.max_length is None or field.max_length >= len(text)
    )


def with_everything(world: World) -> None:
    """A story, a case and a lesson that hold every piece of markup we know."""
    everything = "\n\n".join(f"安全\n\n{piece}" for piece in [*MARKUP, *MARKDOWN, *FIELDS]).replace("\0", "")
    page = "<html><body><article><p>安全</p>" + "<p>段</p>".join(MARKUP[:60]) + "</article></body></html>"
    story = stories.import_story(
        programme=world.programme,
        by=world.editor,
        data=everything.encode(),
        name="<img src=x onerror=__x()>.md",
    )
    stories.publish_story(story=vouch(story, world.editor), by=world.organiser)
    world.story = story
    article = import_article(
        organisation=world.organisation,
        by=world.organiser,
        data=page.replace("\0", "").encode(),
        name="a.html",
    )
    cases.set_case(activity=world.case, article=article, question=RUNS_BY_ITSELF, by=world.organiser)
    words = "\n\n".join(
        piece for piece in [*MARKUP, *MARKDOWN] if "img" not in piece.lower() and "![" not in piece
    )
    courses.write_lesson(part=world.lesson, text=f"安全\n\n{words}".replace("\0", ""), by=world.organiser)


def person_of(world: World, role: str):
    return {
        "learner": world.learner.person,
        "organiser": world.organiser,
        "judge": world.judge,
        "mentor": world.mentor,
    }.get(role)


def test_nothing_hostile_runs(world, live_server, open_context, signed_in, problems):
    with_everything(world)
    assert poisoned(RUNS_BY_ITSELF) > 100
    wrong = []
    for role, names in PAGES.items():
        context = open_context()
        context.add_init_script("window.__x = () => { window.__ran = true }")
        page = context.new_page()
        page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        if person := person_of(world, role):
            signed_in(page, live_server, person)
        extra = [world.story.address] if role == "anonymous" else []
        for address in [*(address_of(world, name) for name in names), *extra]:
            answer = page.goto(live_server.url + address)
            assert answer.status == 200, (role, address, answer.status)
            for target in page.query_selector_all("summary")[:10]:
                target.evaluate("e => e.parentElement.open = true")
            page.mouse.move(300, 300)
            page.keyboard.press("Tab")
            if page.evaluate("window.__ran || window.__x === 1"):
                wrong.append(f"{role} {address}: it ran")
            if found := page.evaluate(
                "() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes].filter(a => /^on/.test(a.name)"
                " || /^\\s*(javascript|vbscript|data:text)/i.test(a.value) && ['href','src','action'].includes(a.name)).map(a => a.name))"
            ):
                wrong.append(f"{role} {address}: {found[:3]}")
    assert wrong == []
    assert problems == []


def test_long_words_widen_no_page(world, live_server, open_context, signed_in):
    assert poisoned(LONG, whole=False) > 100
    wrong = []
    for role, names in PAGES.items():
        for size in (390, 1280):
            page = open_context({"viewport": {"width": size, "height": 800}}).new_page()
            if person := person_of(world, role):
                signed_in(page, live_server, person)
            for name in names:
                assert page.goto(live_server.url + address_of(world, name)).status == 200
                width = page.evaluate("document.documentElement.scrollWidth")
                if width > size:
                    wrong.append(f"{name} at {size}: {width}")
    assert wrong == []
