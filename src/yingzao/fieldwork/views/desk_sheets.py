"""Filled-in sheets at the desk: typed in from paper, looked at one by one, taken out of the figures, made into needs."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingzao.communities import actions as communities
from yingzao.communities.enums import NeedSource, RaisedBy
from yingzao.communities.rules import may_keep_register
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in
from yingzao.fieldwork import actions, phrases, queries
from yingzao.fieldwork.enums import SheetSource
from yingzao.fieldwork.forms.answering import AnswerSheet
from yingzao.fieldwork.forms.surveys import NeedForm, PaperForm, SheetFilter, SheetStateForm
from yingzao.fieldwork.models import FilledSheet
from yingzao.fieldwork.settling.questions import asked
from yingzao.fieldwork.views import access
from yingzao.fieldwork.views.access import Place
from yingzao.fieldwork.views.desk import page_context

SHEETS_A_PAGE = 50


@login_required
def paper(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    """One sheet after another, by keyboard."""
    place = access.survey_to_run(request, code, programme_code)
    number = place.survey.version
    given = request.POST.get("version", "")
    if given.isascii() and given.isdigit() and len(given) < 6 and int(given) < number:
        number = int(given)
    tree = queries.tree_of(place.survey, number)
    fresh = {"key": uuid4(), "version": number, "number": request.GET.get("next", "")[:20]}
    form = PaperForm(request.POST or None, request.FILES or None, initial=fresh)
    sheet = AnswerSheet(tree, request.POST if request.method == "POST" else None, is_paper=True)
    taken = None
    if request.method == "POST" and form.is_valid() and sheet.is_whole:
        try:
            made = actions.enter_paper(
                survey=place.survey,
                by=request.user,
                key=form.cleaned_data["key"],
                version=number,
                number=form.cleaned_data["number"],
                answers=sheet.values,
                photo=form.cleaned_data["photo"],
            )
        except actions.NumberTaken as refusal:
            form.add_error("number", refusal.sentence)
            taken = refusal.sheet
        except Refused as refusal:
            form.add_error("photo" if refusal.field == "" else refusal.field, refusal.sentence)
        else:
            messages.success(request, _("Sheet %(number)s is entered.") % {"number": made.number})
            return redirect(f"{place.url('paper')}?next={_following(made.number)}")
    context = page_context(request, place) | {
        "form": form,
        "sheet": sheet,
        "taken": taken,
        "compared": _compared(taken, tree, sheet) if taken is not None else [],
        "taken_url": place.url("sheet", taken.code) if taken is not None else "",
        "entered": queries.sheets_of(place.survey).filter(source=SheetSource.PAPER).count(),
        "asks": bool(asked(tree)),
    }
    is_wrong = bool(form.errors or (sheet.is_bound and not sheet.is_whole))
    return render(request, "fieldwork/desk/paper.html", context, status=422 if is_wrong else 200)


def _compared(taken: FilledSheet, tree, sheet: AnswerSheet) -> list[tuple[str, str, str]]:
    """(question, what was entered before, what stands here now)."""
    return [
        (
            q.label,
            mask_phones_in(phrases.told(q, taken.answers)),
            mask_phones_in(phrases.told(q, sheet.values)),
        )
        for q in asked(tree)
    ]


def _following(number: str) -> str:
    """The next number, with as many digits: 007 → 008. Empty where it does not end in digits."""
    digits = number[len(number.rstrip("0123456789")) :]
    return number[: len(number) - len(digits)] + str(int(digits) + 1).zfill(len(digits)) if digits else ""


@login_required
@require_safe
def sheets(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_read(request, code, programme_code)
    form = SheetFilter(request.GET)
    words = form.asked()
    found = queries.narrow_sheets(
        queries.sheets_of(place.survey), words=words["q"], source=words["source"], state=words["state"]
    )
    page = Paginator(found, SHEETS_A_PAGE).get_page(request.GET.get("page"))
    numbers = {sheet.version for sheet in page.object_list}
    trees = {number: queries.tree_of(place.survey, number) for number in numbers}
    rows = [
        (sheet, place.url("sheet", sheet.code), _summary(sheet, trees[sheet.version]))
        for sheet in page.object_list
    ]
    context = page_context(request, place) | {
        "form": form,
        "page": page,
        "rows": rows,
        "total": queries.sheets_of(place.survey).count(),
    }
    return render(request, "fieldwork/desk/sheets.html", context)


def _summary(sheet: FilledSheet, tree) -> str:
    said = [text for _question, text in phrases.shown_values(tree, sheet.answers) if text]
    return mask_phones_in(" · ".join(said))[:160]


@login_required
def sheet(request: HttpRequest, code: str, sheet_code: str, programme_code: str = "") -> HttpResponse:
    """One sheet: what it says, and whether it counts."""
    place = access.survey_to_read(request, code, programme_code)
    found = access.sheet_of(place, sheet_code)
    form = SheetStateForm.of(found, request.POST or None)
    if request.method == "POST":
        access.survey_to_run(request, code, programme_code)
        if form.is_valid():
            try:
                actions.set_sheet_state(sheet=found, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            else:
                messages.success(request, _("Saved."))
                return redirect(place.url("sheet", sheet_code))
    tree = queries.tree_of(place.survey, found.version)
    photos = list(found.photos.select_related("file"))
    context = page_context(request, place) | {
        "sheet": found,
        "form": form,
        "answers": [
            (question, mask_phones_in(text), [p for p in photos if p.question == question.name])
            for question, text in phrases.shown_values(tree, found.answers)
        ],
        "scans": [p for p in photos if not p.question],
        "need_url": place.url("need", sheet_code),
        "self_url": place.url("sheet", sheet_code),
    }
    return render(request, "fieldwork/desk/sheet.html", context, status=422 if form.errors else 200)


@login_required
def need(request: HttpRequest, code: str, sheet_code: str, programme_code: str = "") -> HttpResponse:
    """A need that is read out of an answer: its words stand in the form already."""
    place = access.survey_to_run(request, code, programme_code)
    found = access.sheet_of(place, sheet_code)
    form = NeedForm(request.POST or None, initial={"key": uuid4(), "evidence": _evidence(place, found)})
    if form.is_valid():
        told = dict(form.cleaned_data)
        try:
            made = communities.add_need(
                key=told.pop("key"),
                community=place.survey.community,
                by=request.user,
                source=NeedSource.SURVEY,
                source_note=_("Survey “%(title)s”, answer %(code)s")
                % {"title": place.survey.title, "code": found.code},
                raised_by=RaisedBy.RESIDENT,
                raised_on=clock.local_date(found.sent_at),
                **told,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The need is in the register."))
            if programme_code and may_keep_register(request.user, place.survey.organisation):
                return redirect("communities:desk-need", programme_code, made.code)
            return redirect(place.url("sheet", sheet_code))
    context = page_context(request, place) | {
        "form": form,
        "sheet": found,
        "back": place.url("sheet", sheet_code),
    }
    return render(request, "fieldwork/desk/need.html", context, status=422 if form.errors else 200)


def _evidence(place: Place, found: FilledSheet) -> str:
    tree = queries.tree_of(place.survey, found.version)
    said = [f"{q.label}：{text}" for q, text in phrases.shown_values(tree, found.answers) if text]
    return mask_phones_in("\n".join(said))[:4000]
