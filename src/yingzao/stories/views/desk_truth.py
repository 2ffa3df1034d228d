"""The page of the truth check: what stands in a story, what the records say, and who vouches for it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.people.enums import PeopleShown
from yingzao.stories import actions, phrases, rules
from yingzao.stories.bridge.truth import TruthCheck, check_story, named_with_consent
from yingzao.stories.models import Story
from yingzao.stories.rules.truth import Code, plain_words
from yingzao.stories.views import access


@login_required
def truth(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _page(request, access.story_to_read(request.user, programme_code, code))


@login_required
@require_POST
def answer(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Everything that was ticked or written, at once; what was left empty stays open."""
    found = access.story_to_tell(request.user, programme_code, code)
    notes = {
        key: request.POST.get(f"note-{key}", "")
        for key in request.POST.getlist("key")
        if f"ok-{key}" in request.POST or request.POST.get(f"note-{key}", "").strip()
    }
    return _act(
        request, found, lambda: _answered(actions.answer_findings(story=found, notes=notes, by=request.user))
    )


def _answered(count: int) -> str:
    if not count:
        return _("Nothing was ticked or written.")
    return ngettext("One place is vouched for.", "%(count)d places are vouched for.", count) % {
        "count": count
    }


@login_required
@require_POST
def people(request: HttpRequest, programme_code: str, code: str, number: int) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)

    def act() -> str:
        actions.say_people(
            story=found,
            number=number,
            people=request.POST.get(f"people-{number}", ""),
            note=request.POST.get(f"agreed-{number}", ""),
            by=request.user,
        )
        return _("Noted.")

    return _act(request, found, act)


@login_required
@require_POST
def take_down(request: HttpRequest, programme_code: str, code: str, number: int) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)

    def act() -> str:
        reason = request.POST.get(f"reason-{number}", "")
        actions.take_down_picture(story=found, number=number, reason=reason, by=request.user)
        return _("The picture is gone from the story, its feeds and the store.")

    return _act(request, found, act)


@login_required
@require_POST
def naming(request: HttpRequest, programme_code: str, code: str, learner_code: str) -> HttpResponse:
    """Record or take back that a learner agreed to be named."""
    found = access.story_to_tell(request.user, programme_code, code)
    learner = access.learner_to_name(found, learner_code)

    def act() -> str:
        if "back" in request.POST:
            actions.take_back_naming(learner=learner, by=request.user)
            return _("The consent is taken back; the name is masked in all stories of the programme.")
        note = request.POST.get(f"consent-{learner_code}", "")
        actions.agree_to_be_named(learner=learner, note=note, by=request.user)
        return _("The consent is recorded.")

    return _act(request, found, act)


def _act(request: HttpRequest, found: Story, act) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refused as refusal:
        return _page(request, found, refusal)
    return redirect("stories:desk-truth", found.programme.code, found.code)


def _page(request: HttpRequest, found: Story, refusal: Refused | None = None) -> HttpResponse:
    check = check_story(found)
    wrong = refusal.field if refusal else ""
    context = {
        "programme": found.programme,
        "story": found,
        "tells": rules.may_tell(request.user, found),
        "check": check,
        "groups": _groups(request, check, wrong),
        "pictures": [
            {
                "shown": one,
                "number": one.number,
                "people": request.POST.get(f"people-{one.number}") or (one.said.people if one.said else ""),
                "note": request.POST.get(f"agreed-{one.number}") or (one.said.note if one.said else ""),
                "is_wrong": wrong == f"agreed-{one.number}",
            }
            for one in check.pictures
        ],
        "choices": PeopleShown.choices,
        "named": named_with_consent(found),
        "refusal": refusal,
    }
    return render(request, "stories/desk_truth.html", context, status=422 if refusal else 200)


def _groups(request: HttpRequest, check: TruthCheck, wrong: str | None) -> list[dict]:
    groups = []
    for code in [Code.PERSON, *(c for c in Code if c != Code.PERSON)]:
        mine = [one for one in check.asked if one.finding.code == code]
        if not mine:
            continue
        title, note = phrases.heading(code)
        lines = [
            {
                "one": one,
                "key": one.finding.key,
                "says": phrases.sentence(one.finding),
                "pieces": _pieces(one.finding.sentence, one.finding.quote),
                "note": request.POST.get(f"note-{one.finding.key}", ""),
                "ticked": f"ok-{one.finding.key}" in request.POST,
                "is_wrong": wrong == f"note-{one.finding.key}",
            }
            for one in mine
        ]
        left = sum(one.is_open for one in mine)
        groups.append(
            {
                "code": code.value,
                "title": title,
                "note": note,
                "lines": lines,
                "left": left,
                "ticks": code == Code.NUMBER,
            }
        )
    return groups


def _pieces(sentence: str, quote: str) -> tuple[str, str, str]:
    """What stands before the quote, the quote, and behind it, at most some words each."""
    before, found, after = (plain_words(part) for part in sentence.partition(quote))
    quote = plain_words(quote)
    if not found:
        return "", quote, ""
    return (
        before if len(before) < 24 else f"…{before[-22:]}",
        quote,
        after if len(after) < 24 else f"{after[:22]}…",
    )
