"""Surveys at the desk: the list, one survey with its figures, settings, paper to print, files to take away."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingzao.communities import queries as communities
from yingzao.communities.rules import may_keep_register
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.fieldwork import actions, queries, rules
from yingzao.fieldwork.enums import SheetSource
from yingzao.fieldwork.exports.answers import answers_csv, answers_workbook
from yingzao.fieldwork.exports.xlsform import xlsform_workbook
from yingzao.fieldwork.forms.answering import AnswerSheet
from yingzao.fieldwork.forms.surveys import EMPTY, CopyForm, SurveyForm
from yingzao.fieldwork.settling.questions import asked, placed
from yingzao.fieldwork.views import access
from yingzao.fieldwork.views.access import Place

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def survey_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    now = clock.now()
    rows = [
        (survey, rules.state_of(survey, now=now, by_phone=0, asks=survey.asks))
        for survey in queries.with_counts(queries.surveys_of(organisation))
    ]
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "surveys": rows,
        "keeps": may_keep_register(request.user, organisation),
    }
    return render(request, "fieldwork/desk/list.html", context)


@login_required
def survey_new(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_keep(request.user, programme_code)
    known = communities.communities_of(organisation)
    asked_for = known.filter(code=request.GET.get("community", "")).first()
    form = SurveyForm(request.POST or None, communities=known, initial={"community": asked_for})
    if form.is_valid():
        told = dict(form.cleaned_data)
        begins_with, community = told.pop("begins_with"), told.pop("community")
        tree = () if begins_with == EMPTY else actions.plan_questions(begins_with)
        first = {name: told.pop(name) for name in ("title", "purpose", "consent")}
        try:
            survey = actions.start_survey(
                community=community, by=request.user, questions=tree, settings=told, **first
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(
                request, _("The survey is made. Look through its questions, then print the poster.")
            )
            return redirect("fieldwork:desk-questions", programme_code, survey.code)
    context = {"programme_code": programme_code, "form": form, "has_communities": known.exists()}
    return render(request, "fieldwork/desk/new.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def survey(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    """How many came back, and what they say."""
    place = access.survey_to_read(request, code, programme_code)
    source, version = request.GET.get("source", ""), request.GET.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 6 else None
    results = queries.results_of(place.survey, version=number, source=source)
    counts = queries.counts_of(place.survey)
    tree = queries.tree_of(place.survey)
    context = page_context(request, place) | {
        "counts": counts,
        "results": results,
        "state": rules.state_of(
            place.survey,
            now=clock.now(),
            by_phone=queries.sheets_by_phone(place.survey),
            asks=bool(asked(tree)),
        ),
        "address": address_of(request, place),
        "is_narrowed": source in SheetSource.values,
        "sources": [
            ("", _("Together"), counts.valid),
            (SheetSource.WEB, SheetSource.WEB.label, counts.valid_by_phone),
            (SheetSource.PAPER, SheetSource.PAPER.label, counts.valid_on_paper),
        ],
        "versions": [
            (str(n), _("Version %(number)d") % {"number": n}, of) for n, of in reversed(results.versions)
        ],
    }
    return render(request, "fieldwork/desk/survey.html", context)


@login_required
def settings(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_run(request, code, programme_code)
    form = SurveyForm(request.POST or None, survey=place.survey, consent=queries.consent_of(place.survey))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_survey(survey=place.survey, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect(place.url("survey"))
    context = page_context(request, place) | {"form": form}
    return render(request, "fieldwork/desk/settings.html", context, status=422 if form.errors else 200)


@login_required
def copy(request: HttpRequest, code: str, programme_code: str) -> HttpResponse:
    place = access.survey_to_run(request, code, programme_code)
    known = communities.communities_of(access.register_to_keep(request.user, programme_code))
    form = CopyForm(request.POST or None, communities=known)
    if form.is_valid():
        made = actions.copy_survey(
            survey=place.survey, community=form.cleaned_data["community"], by=request.user
        )
        messages.success(request, _("The copy is made, without answers and days."))
        return redirect("fieldwork:desk-survey", programme_code, made.code)
    context = page_context(request, place) | {"form": form}
    return render(request, "fieldwork/desk/copy.html", context, status=422 if form.errors else 200)


# On paper


@login_required
@require_safe
def poster(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_read(request, code, programme_code)
    context = page_context(request, place) | {"address": address_of(request, place)}
    return render(request, "fieldwork/desk/poster.html", context)


@login_required
@require_safe
def blank(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    """The questions on sheets of A4, to be filled in with a pen."""
    place = access.survey_to_read(request, code, programme_code)
    tree = queries.tree_of(place.survey)
    labels = {one.question.name: one.question for one in placed(tree)}
    context = page_context(request, place) | {
        "sheet": AnswerSheet(tree, is_paper=True),
        "consent": queries.consent_of(place.survey),
        "conditions": {name: q.relevant for name, q in labels.items() if q.relevant},
    }
    return render(request, "fieldwork/desk/blank.html", context)


# Files


@login_required
@require_safe
def export_xlsx(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_read(request, code, programme_code)
    sheets = queries.sheets_of(place.survey).order_by("sent_at", "pk")
    return _attached(answers_workbook(place.survey, sheets), f"{place.survey.title}.xlsx", XLSX)


@login_required
@require_safe
def export_csv(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_read(request, code, programme_code)
    sheets = queries.sheets_of(place.survey).order_by("sent_at", "pk")
    data = answers_csv(place.survey, sheets, by_name=request.GET.get("values") == "names")
    return _attached(data, f"{place.survey.title}.csv", "text/csv; charset=utf-8")


@login_required
@require_safe
def export_form(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_read(request, code, programme_code)
    data = xlsform_workbook(place.survey, queries.tree_of(place.survey))
    return _attached(data, f"{place.survey.title} XLSForm.xlsx", XLSX)


def _attached(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def address_of(request: HttpRequest, place: Place) -> str:
    return request.build_absolute_uri(reverse("fieldwork:survey", args=[place.survey.token]))


def page_context(request: HttpRequest, place: Place) -> dict[str, object]:
    """What every page of a survey shows: where one is, and the way to the others."""
    names = (
        "survey", "questions", "settings", "paper", "sheets", "poster", "blank", "export-xlsx", "export-csv", "export-form",
        "question-new", "import",
    )  # fmt: skip
    return {
        "place": place,
        "survey": place.survey,
        "programme_code": place.programme_code,
        "runs": place.runs,
        "shell": place.shell,
        "to": {name.replace("-", "_"): place.url(name) for name in names},
        "audience": "learner",
    }
