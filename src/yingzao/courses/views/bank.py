"""The organiser's bank: pools, questions, files of questions, marking anew."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.courses import actions, exports
from yingzao.courses.enums import QuestionKind
from yingzao.courses.forms.quizzes import PoolForm, QuestionForm, QuestionsFileForm, RemarkForm
from yingzao.courses.models import BankQuestion, QuestionPool
from yingzao.courses.phrases import quizzes as phrases
from yingzao.courses.queries import bank as queries
from yingzao.courses.views import access
from yingzao.programmes.rules import may_organise

A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def pools(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The pools; posting makes one."""
    fetch = access.organised_programme if request.method == "POST" else access.readable_programme
    programme = fetch(request, programme_code)
    form = PoolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pool = actions.save_pool(programme=programme, name=form.cleaned_data["name"], by=request.user)
        except Refused as refusal:
            form.add_error("name", refusal.sentence)
        else:
            return redirect("courses:desk-pool", programme_code, pool.code)
    words = request.GET.get("q", "").strip()
    return render(
        request,
        "courses/bank/pools.html",
        {
            "programme": programme,
            "pools": queries.pools_of(programme, words=words),
            "query": words,
            "form": form,
            "organises": may_organise(request.user, programme),
        },
        status=422 if form.errors else 200,
    )


@login_required
def pool(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The questions of a pool; posting calls it otherwise."""
    fetch = access.organised_pool if request.method == "POST" else access.readable_pool
    found = fetch(request, programme_code, code)
    form = PoolForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_pool(
                programme=found.programme, pool=found, name=form.cleaned_data["name"], by=request.user
            )
        except Refused as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:desk-pool", programme_code, code)
    words, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    kind = kind if kind in QuestionKind.values else ""
    rows = queries.search_versions(found, words=words, kind=kind)
    return render(
        request,
        "courses/bank/pool.html",
        {
            "programme": found.programme,
            "pool": found,
            "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
            "query": words,
            "kinds": [("", _("all"), None), *((key, word, None) for key, word in QuestionKind.choices)],
            "new_kinds": QuestionKind.choices,
            "form": form,
            "organises": may_organise(request.user, found.programme),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def pool_remove(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.organised_pool(request, programme_code, code)
    try:
        actions.remove_pool(pool=found, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("courses:desk-pool", programme_code, code)
    messages.success(request, _("The pool is removed."))
    return redirect("courses:desk-pools", programme_code)


@login_required
def pool_export(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Moodle XML with the answers in it, so for organisers alone."""
    found = access.organised_pool(request, programme_code, code)
    data = actions.write_pool(pool=found, by=request.user)
    headers = {"Content-Disposition": f'attachment; filename="questions-{found.code}.xml"'}
    return HttpResponse(data, content_type="application/xml", headers=headers)


# Questions


@login_required
def question_add(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.organised_pool(request, programme_code, code)
    kind = request.GET.get("kind", QuestionKind.SINGLE)
    if kind not in QuestionKind.values:
        raise Http404
    form = QuestionForm(request.POST or None, request.FILES or None, kind=kind, pool=found)
    return _question_page(request, found, form, None)


@login_required
def question(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.organised_question(request, programme_code, code)
    version = queries.version_of(found)
    form = QuestionForm(
        request.POST or None, request.FILES or None, kind=version.kind, pool=found.pool, version=version
    )
    return _question_page(request, found.pool, form, found)


def _question_page(
    request: HttpRequest, pool: QuestionPool, form: QuestionForm, found: BankQuestion | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        keeps = form.version is not None and not told.get("no_picture")
        try:
            written = actions.write_question(
                pool=told["pool"],
                asked=form.asked(),
                by=request.user,
                question=found,
                ids=form.ids(),
                picture=form.version.picture if keeps and form.version else None,
                upload=told["picture"],
            )
        except Refused as refusal:
            code = "picture" if refusal.field is None and told["picture"] else form.field_of(refusal.field)
            form.add_error(code, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            if found is None:
                return redirect("courses:desk-pool", pool.programme.code, written.pool.code)
            return redirect("courses:desk-question", pool.programme.code, found.code)
    return render(
        request,
        "courses/bank/question.html",
        {
            "programme": pool.programme,
            "pool": pool,
            "form": form,
            "question": found,
            "version": form.version,
            "kind": QuestionKind(form.kind).label,
            "to_remark": queries.answers_marked_otherwise(found) if found else 0,
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def retire(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.organised_question(request, programme_code, code)
    actions.retire_question(question=found, retired=request.POST.get("to") != "back", by=request.user)
    messages.success(request, _("Saved."))
    return redirect("courses:desk-question", programme_code, code)


@login_required
def remark(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Whose score would change and what follows; posting, with a reason, does it."""
    found = access.organised_question(request, programme_code, code)
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = actions.remark(question=found, reason=form.cleaned_data["reason"], by=request.user)
        count = len(done.changed)
        said = ngettext(
            "Marked anew; %(count)d score changed.", "Marked anew; %(count)d scores changed.", count
        )
        messages.success(request, said % {"count": count})
        return redirect("courses:desk-question", programme_code, code)
    preview = actions.preview_remarking(question=found, by=request.user)
    return render(
        request,
        "courses/bank/remark.html",
        {
            "programme": found.pool.programme,
            "question": found,
            "version": queries.version_of(found),
            "preview": preview,
            "lines": [(c, phrases.percent(c.before), phrases.percent(c.after)) for c in preview.changed],
            "form": form,
        },
        status=422 if form.errors else 200,
    )


# Files


@login_required
def upload(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    form = QuestionsFileForm(
        request.POST or None, request.FILES or None, initial={"pool": request.GET.get("pool", "")[:80]}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = actions.keep_questions(
                programme=programme,
                data=file.read(),
                name=file.name,
                pool=form.cleaned_data["pool"],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("courses:desk-questions-file", programme_code, kept.code)
    return render(
        request,
        "courses/bank/upload.html",
        {"programme": programme, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
def file(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """What taking the file would do; posting does it."""
    found = access.organised_file(request, programme_code, code)
    if request.method == "POST":
        counts = actions.take_questions(file=found, by=request.user)
        messages.success(
            request,
            _("%(new)d questions are new, %(changed)d have a new version, %(known)d were there already.")
            % counts,
        )
        return redirect("courses:desk-pools", programme_code)
    plan = actions.plan_of(found)
    problems = [(told, phrases.problem(told)) for told in found.problems]
    return render(
        request,
        "courses/bank/file.html",
        {
            "programme": found.programme,
            "file": found,
            "plan": [(p, QuestionKind(p.asked.kind).label) for p in plan],
            "counts": {what: sum(p.what == what for p in plan) for what in ("new", "changed", "known")},
            "left_out": [pair for pair in problems if pair[0]["is_left_out"]],
            "notes": [pair for pair in problems if not pair[0]["is_left_out"]],
            "is_table": found.format == "table",
        },
    )


@login_required
def template(request: HttpRequest, programme_code: str) -> HttpResponse:
    access.organised_programme(request, programme_code)
    headers = {
        "Content-Disposition": "attachment; filename*=UTF-8''%E8%AF%95%E9%A2%98%E6%A8%A1%E6%9D%BF.xlsx"
    }
    return HttpResponse(exports.template_workbook(), content_type=XLSX, headers=headers)
