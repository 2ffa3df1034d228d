"""The questions of a survey: one by one in the browser, or from an XLSForm."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.fieldwork import actions, phrases, queries
from yingzao.fieldwork.enums import QuestionKind
from yingzao.fieldwork.forms.surveys import FormFileForm, QuestionForm
from yingzao.fieldwork.settling.questions import (
    Question,
    Tree,
    added,
    as_json,
    changed,
    find,
    from_json,
    moved,
    placed,
)
from yingzao.fieldwork.views import access
from yingzao.fieldwork.views.access import Place
from yingzao.fieldwork.views.desk import page_context

SALT = "yingzao.fieldwork.form"
GOOD_FOR = 60 * 60 * 6  # seconds between reading a form and taking it over


@login_required
@require_safe
def questions(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_run(request, code, programme_code)
    return _page(request, place)


def _page(request: HttpRequest, place: Place, form: FormFileForm | None = None) -> HttpResponse:
    tree = queries.tree_of(place.survey)
    rows = [
        {
            "question": one.question,
            "depth": one.depth,
            "kind": QuestionKind(one.question.kind).label,
            "edit": place.url("question", one.question.name),
            "act": place.url("question-act", one.question.name),
        }
        for one in placed(tree)
    ]
    context = page_context(request, place) | {
        "rows": rows,
        "form": form or FormFileForm(),
        "is_frozen": queries.sheets_of(place.survey).filter(version=place.survey.version).exists(),
    }
    return render(
        request, "fieldwork/desk/questions.html", context, status=422 if form and form.errors else 200
    )


@login_required
def question_new(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_run(request, code, programme_code)
    tree = queries.tree_of(place.survey)
    kind = request.GET.get("kind", "")
    form = QuestionForm(
        tree,
        None,
        request.POST or None,
        initial={"kind": kind if kind in QuestionKind.values else QuestionKind.SELECT_ONE},
    )
    if form.is_valid():
        new = form.made()
        if _saves(request, place, form, added(tree, new, group=form.cleaned_data.get("group", ""))):
            messages.success(request, _("The question stands at the end."))
            return redirect(place.url("questions"))
    return _question_page(request, place, form)


@login_required
def question(request: HttpRequest, code: str, name: str, programme_code: str = "") -> HttpResponse:
    place = access.survey_to_run(request, code, programme_code)
    tree = queries.tree_of(place.survey)
    found = find(tree, name)
    if found is None:
        raise Http404
    group = found.groups[-1].name if found.groups else ""
    form = QuestionForm(tree, found.question, request.POST or None, group=group)
    if request.method == "POST" and form.is_valid():
        new = form.made()
        if _saves(
            request, place, form, _placed_anew(tree, name, new, group, form.cleaned_data.get("group", group))
        ):
            messages.success(request, _("Saved."))
            return redirect(place.url("questions"))
    return _question_page(request, place, form, found.question)


def _placed_anew(tree: Tree, name: str, new: Question, before: str, group: str) -> Tree:
    if group == before:
        return changed(tree, name, new)
    return added(changed(tree, name, None), new, group=group)


def _saves(request: HttpRequest, place: Place, form: QuestionForm, tree: Tree) -> bool:
    try:
        actions.save_questions(survey=place.survey, questions=tree, by=request.user)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


def _question_page(
    request: HttpRequest, place: Place, form: QuestionForm, found: Question | None = None
) -> HttpResponse:
    context = page_context(request, place) | {"form": form, "question": found}
    return render(request, "fieldwork/desk/question.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def question_act(request: HttpRequest, code: str, name: str, programme_code: str = "") -> HttpResponse:
    """Up, down, away."""
    place = access.survey_to_run(request, code, programme_code)
    tree = queries.tree_of(place.survey)
    if find(tree, name) is None:
        raise Http404
    match request.POST.get("do"):
        case "up":
            tree = moved(tree, name, -1)
        case "down":
            tree = moved(tree, name, 1)
        case "remove":
            tree = changed(tree, name, None)
    try:
        actions.save_questions(survey=place.survey, questions=tree, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect(place.url("questions"))


# From a file


@login_required
@require_POST
def import_form(request: HttpRequest, code: str, programme_code: str = "") -> HttpResponse:
    """What the file gives, row by row; nothing is changed before it is confirmed."""
    place = access.survey_to_run(request, code, programme_code)
    if request.POST.get("taken"):
        return _take_over(request, place, request.POST["taken"])
    form = FormFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, place, form)
    upload = form.cleaned_data["file"]
    try:
        found = actions.read_form(data=upload.read(), name=upload.name)
    except Refused as refusal:
        form.add_error("file", refusal.sentence)
        return _page(request, place, form)
    lines = [(line, phrases.line(line)) for line in found.form.lines if line.what != "taken"]
    context = page_context(request, place) | {
        "found": found,
        "name": upload.name,
        "refused": [one for one in lines if one[0].what == "refused"],
        "changed": [one for one in lines if one[0].what == "changed"],
        "left_out": [one for one in lines if one[0].what == "left_out"],
        "taken": [(line, QuestionKind(line.code).label) for line in found.form.lines if line.what == "taken"],
        "token": ""
        if found.is_refused
        else signing.dumps(as_json(found.form.questions), salt=SALT, compress=True),
        "has_questions": bool(queries.tree_of(place.survey)),
    }
    return render(request, "fieldwork/desk/import.html", context, status=422 if found.is_refused else 200)


def _take_over(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    try:
        tree = from_json(signing.loads(token, salt=SALT, max_age=GOOD_FOR))
    except (signing.BadSignature, json.JSONDecodeError):
        messages.error(request, _("This took too long, or came apart on the way. Upload the file once more."))
        return redirect(place.url("questions"))
    actions.save_questions(survey=place.survey, questions=tree, by=request.user)
    messages.success(request, _("The questions are taken over."))
    return redirect(place.url("questions"))
