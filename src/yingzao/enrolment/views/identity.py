"""核对考勤: names in files that wait for a decision, and the log of all decisions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in
from yingzao.enrolment import actions, phrases, queries
from yingzao.enrolment.enums import Outcome
from yingzao.enrolment.models import Enrolment, IdentityDecision, IdentityMatch
from yingzao.enrolment.views import access
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise

NAMES_A_PAGE = 40
DECISIONS_A_PAGE = 60
ROWS_SHOWN = 3


@login_required
def queue(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    waiting = queries.matches_of(programme, *queries.WAITING)
    proposed, unmatched = (waiting.filter(outcome=o).count() for o in queries.WAITING)
    shown = (
        waiting.filter(outcome=request.GET["show"]) if request.GET.get("show") in queries.WAITING else waiting
    )
    page = Paginator(shown.prefetch_related("rows"), NAMES_A_PAGE).get_page(request.GET.get("page"))
    learners = queries.learners_by_code(programme)
    context = {
        "programme": programme,
        "page": page,
        "items": [_item(match, learners) for match in page],
        "learners": learners.values(),
        "filters": [
            ("", _("All that wait"), proposed + unmatched),
            (Outcome.PROPOSED, _("With a proposal"), proposed),
            (Outcome.UNMATCHED, _("Like nobody"), unmatched),
        ],
        "linked": queries.matches_of(programme, Outcome.LINKED).count(),
        "organises": may_organise(request.user, programme),
    }
    return render(request, "enrolment/queue.html", context)


@login_required
@require_POST
def link(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    match = access.match_to_decide(request.user, programme_code, code)
    learner = _meant(match.programme, request)
    decision = actions.link(match=match, enrolment=learner, by=request.user)
    return _decided(request, match, decision)


@login_required
@require_POST
def set_aside(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    match = access.match_to_decide(request.user, programme_code, code)
    decision = actions.set_aside(match=match, by=request.user)
    return _decided(request, match, decision)


@login_required
@require_POST
def link_together(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """All the named learners sat before one device."""
    match = access.match_to_decide(request.user, programme_code, code)
    learners = queries.learners_by_code(match.programme)
    together = [learners[c] for c in request.POST.getlist("enrolment") if c in learners]
    decision = actions.link_together(match=match, enrolments=together, by=request.user)
    return _decided(request, match, decision)


@login_required
@require_POST
def split(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The rows under one name are of different people: each is decided by itself."""
    match = access.match_to_decide(request.user, programme_code, code)
    apart = actions.split_match(match=match, by=request.user)
    told = ngettext("%(count)d row now waits by itself.", "%(count)d rows now wait one by one.", len(apart))
    messages.success(request, told % {"count": len(apart)})
    return redirect("enrolment:desk-queue", programme_code)


@login_required
@require_POST
def link_many(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Each of the ticked names to its only candidate, all or none."""
    programme = access.programme_to_run(request.user, programme_code)
    learners = queries.learners_by_code(programme)
    ticked = queries.matches_managed_by(request.user).filter(
        programme=programme, code__in=request.POST.getlist("match"), outcome=Outcome.PROPOSED
    )
    pairs = [(m, learners.get(m.candidates[0]["enrolment"])) for m in ticked if len(m.candidates) == 1]
    count = actions.link_all(pairs=[(m, e) for m, e in pairs if e is not None], by=request.user)
    if count:
        told = ngettext("%(count)d name decided.", "%(count)d names decided.", count)
        messages.success(request, told % {"count": count})
    else:
        messages.info(request, _("No name was ticked."))
    return redirect("enrolment:desk-queue", programme_code)


@login_required
def log(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Every decision and every undoing, with its author, the newest first."""
    programme = access.programme_to_read(request.user, programme_code)
    decisions = queries.decisions_of(programme)
    by_hand = decisions.filter(decided_by__isnull=False)
    counts = {"all": decisions.count(), "hand": by_hand.count()}
    if request.GET.get("show") == "hand":
        decisions = by_hand
    for word in request.GET.get("q", "").split():
        decisions = decisions.filter(match__name_as_given__icontains=word)
    page = Paginator(queries.decision_events(decisions), DECISIONS_A_PAGE).get_page(request.GET.get("page"))
    events = queries.with_decisions(page)
    also = queries.also_named([event.decision for event in events])
    context = {
        "programme": programme,
        "page": page,
        "items": [
            {
                "event": event,
                "because": phrases.decided_because(event.decision.reason),
                "others": _others(event.decision, also),
            }
            for event in events
        ],
        "filters": [("", _("All"), counts["all"]), ("hand", _("Decided by hand"), counts["hand"])],
        "organises": may_organise(request.user, programme),
    }
    return render(request, "enrolment/decisions.html", context)


@login_required
@require_POST
def undo(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    decision = access.decision_to_undo(request.user, programme_code, code)
    match = actions.undo_decision(decision=decision, by=request.user)
    if _is_partial(request) and request.POST.get("from") == "queue":
        learners = queries.learners_by_code(match.programme)
        context = {
            "item": _item(match, learners),
            "programme": match.programme,
            "organises": True,
            "left": queries.waiting_count(match.programme),
        }
        return render(request, "enrolment/queue.html#waiting", context)
    messages.success(request, _("Undone: “%(name)s” waits again.") % {"name": match.name_as_given})
    back = "enrolment:desk-decisions" if request.POST.get("next_log") else "enrolment:desk-queue"
    return redirect(back, programme_code)


def _is_partial(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _decided(request: HttpRequest, match: IdentityMatch, decision: IdentityDecision) -> HttpResponse:
    if not _is_partial(request):
        return redirect("enrolment:desk-queue", match.programme.code)
    context = {
        "match": match,
        "decision": decision,
        "others": _others(decision, queries.also_named([decision])),
        "programme": match.programme,
        "left": queries.waiting_count(match.programme),
    }
    return render(request, "enrolment/queue.html#decided", context)


def _others(decision: IdentityDecision, also: dict[int, list[Enrolment]]) -> str:
    """The further names of a shared device."""
    return "、".join(e.name for e in also.get(decision.pk, ()))


def _meant(programme: Programme, request: HttpRequest) -> Enrolment:
    """The learner whose button was pressed, or whose number or name was typed."""
    learners = queries.learners_by_code(programme)
    if (chosen := learners.get(request.POST.get("enrolment", ""))) is not None:
        return chosen
    typed = request.POST.get("who", "").split()
    whole = " ".join(typed)
    found = [e for e in learners.values() if whole and whole in (e.number, e.name)] or [
        e
        for e in learners.values()
        if len(typed) > 1
        and (typed[0] == e.number or (typed[0] == e.name and typed[1:] == e.community_name.split()))
    ]
    if len(found) > 1:
        raise Refused(
            _("Several learners are called so. Type the learner number."), code="several", field="who"
        )
    if not found:
        raise Refused(_("No learner has this number or name."), code="unknown", field="who")
    return found[0]


def _item(match: IdentityMatch, learners: dict[str, Enrolment]) -> dict[str, Any]:
    candidates = [
        {
            "learner": learners[c["enrolment"]],
            "reasons": list(
                dict.fromkeys(
                    (phrases.candidate_reason(r), r["code"] in phrases.AGAINST) for r in c["reasons"]
                )
            ),
            "key": position,
        }
        for position, c in enumerate((c for c in match.candidates if c["enrolment"] in learners), start=1)
    ]
    rows = list(match.rows.all())
    return {
        "match": match,
        "why": phrases.chief_reason(match.reason),
        "together": [c["learner"] for c in candidates[:2]]
        if match.reason == "shared_device" and len(candidates) > 1
        else [],
        "candidates": candidates,
        "rows": [
            {"number": r.number, "text": mask_phones_in(" · ".join(str(v) for v in r.cells.values() if v))}
            for r in rows[:ROWS_SHOWN]
        ],
        "more_rows": max(len(rows) - ROWS_SHOWN, 0),
        "numbers": "、".join(str(r.number) for r in rows),
        "several": len(rows) > 1,
    }
