"""The export of 问卷星 at the desk: brought in, its columns said, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import actions
from yingzao.activities.enums import SCALES, QuestionKind
from yingzao.activities.forms.surveys import AnswersFileForm
from yingzao.activities.readers.surveys import NEW
from yingzao.activities.views import access
from yingzao.activities.views.desk_surveys import results_page
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in
from yingzao.enrolment.enums import SourceState
from yingzao.enrolment.models import SourceFile

ROWS_SHOWN = 6


@login_required
@require_POST
def answers_import(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    survey = access.organised_survey(request, programme_code, code)
    form = AnswersFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return results_page(request, survey, form)
    upload = form.cleaned_data["file"]
    try:
        source, is_new = actions.keep_answers(
            survey=survey, by=request.user, data=upload.read(), name=upload.name
        )
    except Refused as refusal:
        form.add_error("file", refusal.sentence)
        return results_page(request, survey, form)
    if source.state == SourceState.READ:
        return redirect("activities:desk-survey-columns", programme_code, code, source.code)
    if not is_new:
        messages.info(request, _("This file was brought in before; nothing was changed."))
    return redirect("activities:desk-survey", programme_code, code)


@login_required
def columns(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    """Which column is which question: proposed, shown with the first rows, changed, confirmed."""
    survey = access.organised_survey(request, programme_code, code)
    source = access.open_answer_file(survey, file_code)
    chosen, refusal = _chosen(request.POST) if request.method == "POST" else None, ""
    if chosen is not None and request.POST.get("confirm"):
        try:
            taken = actions.take_answers(source_file=source, survey=survey, by=request.user, chosen=chosen)
        except Refused as refused:
            refusal = str(refused.sentence)
        else:
            _say_taken(request, taken)
            return redirect("activities:desk-survey", programme_code, code)
    looked = actions.look_at_answers(source, survey, chosen)
    choices = [("", _("leave out")), *((q.code, q.text) for q in looked.questions)]
    choices += [
        (NEW + kind, _("a further question: %(kind)s") % {"kind": label})
        for kind, label in QuestionKind.choices
    ]
    kinds = {q.code: q.kind for q in looked.questions} | {NEW + kind: kind for kind in QuestionKind.values}
    return render(
        request,
        "activities/surveys/columns.html",
        {
            "programme": survey.programme,
            "survey": survey,
            "source": source,
            "looked": looked,
            "columns": [(t, kinds.get(t.to) in SCALES) for t in looked.targets],
            "rows": [
                (n, [mask_phones_in(row.cells.get(t.column.index, "")) for t in looked.targets])
                for n, row in enumerate(looked.table.rows[:ROWS_SHOWN], start=1)
            ],
            "choices": choices,
            "refusal": refusal,
        },
        status=422 if refusal else 200,
    )


def _chosen(data: QueryDict) -> actions.Chosen | None:
    """`c3=<question>` for each column, `r3` where its numbers count backwards; None where the page says nothing."""
    picked = {int(n[1:]): v for n, v in data.items() if n[:1] == "c" and n[1:].isdecimal() and len(n) < 6}
    back = {int(n[1:]) for n in data if n[:1] == "r" and n[1:].isdecimal() and len(n) < 6}
    return actions.Chosen(picked, frozenset(back)) if picked else actions.Chosen({})


def _say_taken(request: HttpRequest, source: SourceFile) -> None:
    messages.success(
        request, _("%(count)d answers were taken from the file.") % {"count": source.meta["rows"]}
    )
    if unread := source.meta["unread_count"]:
        first = source.meta["unread"][0]
        messages.warning(
            request,
            _(
                "%(count)d cells could not be read and count as not answered, the first in row %(row)d: “%(text)s”."
            )
            % {"count": unread, "row": first["row"], "text": first["text"]},
        )


@login_required
@require_POST
def take_back(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    survey = access.organised_survey(request, programme_code, code)
    actions.take_back_answers(source_file=access.answer_file(survey, file_code), by=request.user)
    messages.success(request, _("The file was taken back; its answers count no more."))
    return redirect("activities:desk-survey", programme_code, code)
