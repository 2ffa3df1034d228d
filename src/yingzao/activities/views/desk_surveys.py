"""满意度 at the desk: the forms of a programme, one form and its results, comparing, paper."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import actions
from yingzao.activities.exports import XLSX
from yingzao.activities.exports.surveys import survey_workbook
from yingzao.activities.forms.surveys import (
    AnswersFileForm,
    NewSurveyForm,
    QuestionForms,
    SurveyForm,
)
from yingzao.activities.models import Survey
from yingzao.activities.queries import record_counts
from yingzao.activities.queries import surveys as queries
from yingzao.activities.rules import surveys as rules
from yingzao.activities.views import access
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.programmes.rules import may_organise


@login_required
def survey_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.readable_programme(request, programme_code)
    words, about = request.GET.get("q", ""), request.GET.get("activity", "")
    surveys = queries.search_surveys(queries.surveys_of(programme), words)
    now = clock.now()
    return render(
        request,
        "activities/surveys/list.html",
        {
            "programme": programme,
            "organises": may_organise(request.user, programme),
            "surveys": [(s, rules.state_of(s, now)) for s in surveys],
            "is_searched": bool(words),
            "form": NewSurveyForm(queries.survey_activities(programme), initial={"about": about}),
        },
    )


@login_required
@require_POST
def survey_make(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The standard form about an activity, with one click."""
    programme = access.organised_programme(request, programme_code)
    form = NewSurveyForm(queries.survey_activities(programme), request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the activity that the form is about."))
        return redirect("activities:desk-surveys", programme_code)
    activity, part = access.activity_and_part(programme, *form.codes())
    made = actions.make_survey(activity=activity, part=part, by=request.user)
    messages.success(request, _("The form is made. Look at its questions, then hand out the link."))
    return redirect("activities:desk-survey", programme_code, made.code)


@login_required
def survey_page(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return results_page(request, access.readable_survey(request, programme_code, code), AnswersFileForm())


def results_page(request: HttpRequest, survey: Survey, form: AnswersFileForm) -> HttpResponse:
    """The results, with the link, the files and what can be done."""
    version = _version(request, survey)
    results = queries.results_of(survey, version)
    return render(
        request,
        "activities/surveys/results.html",
        {
            "programme": survey.programme,
            "survey": survey,
            "organises": may_organise(request.user, survey.programme),
            "state": rules.state_of(survey, clock.now()),
            "results": results,
            "reach": queries.reach_of(survey, results.answered),
            "versions": [
                (str(v), _("Version %(number)d") % {"number": v}, None) for v in _newest_first(survey)
            ],
            "version": version,
            "address": address_of(request, survey),
            "files": record_counts(access.answer_files(survey)),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _newest_first(survey: Survey) -> list[int]:
    return sorted(queries.versions_of(survey), reverse=True)


def _version(request: HttpRequest, survey: Survey) -> int:
    asked = request.GET.get("version", "")
    return int(asked) if asked.isdecimal() and int(asked) in queries.versions_of(survey) else survey.version


def address_of(request: HttpRequest, survey: Survey) -> str:
    return request.build_absolute_uri(reverse("activities:survey", args=[survey.token]))


@login_required
def survey_settings(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    survey = access.organised_survey(request, programme_code, code)
    form = SurveyForm(survey, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_survey(survey=survey, by=request.user, values=form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:desk-survey", programme_code, code)
    context = {
        "programme": survey.programme,
        "survey": survey,
        "form": form,
        "answered": queries.has_ever_answers(survey),
    }
    return render(request, "activities/surveys/settings.html", context, status=422 if form.errors else 200)


@login_required
def survey_questions(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """All questions on one page. With answers there already, saving begins a new version."""
    survey = access.organised_survey(request, programme_code, code)
    asked = [queries.asked_of(q) for q in queries.questions_of(survey)]
    several = QuestionForms(asked, request.POST if request.method == "POST" else None)
    if request.method == "POST" and several.is_valid():
        before = survey.version
        try:
            actions.save_questions(survey=survey, by=request.user, questions=several.asked())
        except Refused as refusal:
            several.error = str(refusal.sentence)
        else:
            new = survey.version > before
            messages.success(
                request,
                _("Saved as version %(number)d; the answers so far stay with their questions.")
                % {"number": survey.version}
                if new
                else _("Saved."),
            )
            return redirect("activities:desk-survey", programme_code, code)
    context = {
        "programme": survey.programme,
        "survey": survey,
        "several": several,
        "answered": queries.has_answers(survey),
    }
    return render(
        request, "activities/surveys/questions.html", context, status=422 if several.is_wrong else 200
    )


@login_required
@require_POST
def survey_remove(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    survey = access.organised_survey(request, programme_code, code)
    actions.remove_survey(survey=survey, by=request.user)
    messages.success(request, _("The form is removed."))
    return redirect("activities:desk-surveys", programme_code)


@login_required
def survey_words(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Everything written in own words, with search."""
    survey = access.readable_survey(request, programme_code, code)
    version = _version(request, survey)
    return render(
        request,
        "activities/surveys/words.html",
        {
            "programme": survey.programme,
            "survey": survey,
            "answers": queries.open_answers(survey, version, request.GET.get("q", "")),
            "is_searched": bool(request.GET.get("q")),
            "is_shown": queries.results_of(survey, version).is_shown,
        },
    )


@login_required
def survey_poster(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The link as a QR code on a sheet of A4."""
    survey = access.readable_survey(request, programme_code, code)
    context = {"programme": survey.programme, "survey": survey, "address": address_of(request, survey)}
    return render(request, "activities/surveys/poster.html", context)


@login_required
def survey_screen(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The QR code for the wall of the room, with how many have answered."""
    survey = access.readable_survey(request, programme_code, code)
    context = {
        "programme": survey.programme,
        "survey": survey,
        "address": address_of(request, survey),
        "state": rules.state_of(survey, clock.now()),
    }
    return render(request, "activities/surveys/screen.html", context)


@login_required
def survey_export(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    survey = access.readable_survey(request, programme_code, code)
    version = _version(request, survey)
    response = HttpResponse(survey_workbook(survey, version), content_type=XLSX)
    name = f"{survey.activity.title} {survey.title}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def survey_compare(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.readable_programme(request, programme_code)
    context = {
        "programme": programme,
        "comparisons": queries.compare(programme),
        "few": queries.FEW,
        "earlier": programme.made_from,
    }
    return render(request, "activities/surveys/compare.html", context)


# Mentors


@login_required
def mentor_list(request: HttpRequest) -> HttpResponse:
    """Named forms that learners of one's own teams have answered."""
    return render(
        request,
        "activities/surveys/mentor_list.html",
        {"audience": "public", "surveys": queries.named_surveys_for_mentor(request.user)},
    )


@login_required
def mentor_survey(request: HttpRequest, code: str) -> HttpResponse:
    """The answers of one's own teams to a named form."""
    survey = access.mentored_survey(request, code)
    responses = queries.responses_for_mentor(survey, request.user)
    results = queries.results_of(survey, survey.version, responses)
    questions = queries.questions_of(survey)
    return render(
        request,
        "activities/surveys/mentor_survey.html",
        {
            "audience": "public",
            "survey": survey,
            "results": results,
            "questions": questions,
            "rows": queries.named_answers(
                queries.counted(responses).filter(version=survey.version), questions
            ),
        },
    )
