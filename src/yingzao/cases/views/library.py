"""The library of cases: found, read, kept, given to learners."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.articles.actions import import_article
from yingzao.articles.queries import waiting_entries
from yingzao.cases import actions, phrases, queries
from yingzao.cases.enums import TagKind
from yingzao.cases.forms import LibraryForm, PushForm
from yingzao.cases.models import Case
from yingzao.cases.readers import plain, words_asked
from yingzao.cases.views import access
from yingzao.communities.enums import CommunityKind, Facet
from yingzao.core.errors import Refused
from yingzao.enrolment import queries as enrolment
from yingzao.enrolment.enums import EnrolmentState
from yingzao.people.models import Organisation
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise

CASES_A_PAGE = 20


@login_required
def library(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme, _cases = access.library_to_read(request, programme_code)
    organisation = programme.organisation
    context = _listed(request, [organisation], queries.Scope((organisation.pk,)))
    context |= {
        "programme": programme,
        "organises": may_organise(request.user, programme),
        "waiting": waiting_entries(programme.organisation),
    }
    return render(request, "cases/library.html", context)


@login_required
def my_library(request: HttpRequest) -> HttpResponse:
    mine = enrolment.my_enrolments(request.user).filter(state=EnrolmentState.ACTIVE)
    organisations = {one.organisation_id: one.programme.organisation for one in mine}
    if not organisations:
        raise Http404
    scope = queries.Scope(tuple(organisations), shown_only=True, without=queries.scheduled_for(request.user))
    context = _listed(request, list(organisations.values()), scope)
    return render(request, "cases/my_library.html", context)


def _listed(request: HttpRequest, organisations: list[Organisation], scope: queries.Scope) -> dict[str, Any]:
    asked = request.GET
    question = " ".join(plain(asked.get("q", "").replace("\0", " ")).split())[:200]
    wanted = queries.Wanted(
        question=question,
        words=tuple(words_asked(question)),
        kind=asked.get("kind", "") if asked.get("kind") in CommunityKind.values else "",
        facet=asked.get("facet", "") if asked.get("facet") in Facet.values else "",
        method=asked.get("method", "")[:40],
    )
    found = queries.find(scope, wanted)
    page = Paginator(found, CASES_A_PAGE).get_page(asked.get("page"))
    tags = queries.tags_of(page)
    methods = [pair for organisation in organisations for pair in queries.methods_of(organisation)][:12]
    return {
        "page": page,
        "rows": [(case, _words(tags.get(case.pk, {}))) for case in page],
        "found": found,
        "is_empty": not found and wanted == queries.Wanted(),
        "kinds": [
            ("", _("Every kind"), None),
            *((k, str(label), None) for k, label in CommunityKind.choices),
        ],
        "facets": [("", _("Every side"), None), *((k, str(label), None) for k, label in Facet.choices)],
        "methods": [("", _("Every method"), None), *((m, m, n) for m, n in methods)] if methods else [],
    }


def _words(tags: dict[str, list[str]]) -> list[str]:
    """Facets in words, then methods."""
    facets = [str(Facet(value).label) for value in tags.get(TagKind.FACET, ()) if value in Facet.values]
    return [*facets, *tags.get(TagKind.METHOD, ())]


def _shown(case: Case, among: QuerySet[Case]) -> dict[str, Any]:
    return {
        "case": case,
        "article": case.article,
        "tags": _words(queries.tags_of([case]).get(case.pk, {})),
        "told": [
            (label, text)
            for label, text in (
                (_("The problem"), case.problem),
                (_("What was done"), case.done),
                (_("What shows it"), case.evidence),
                (_("What became of it"), case.outcome),
            )
            if text
        ],
        "related": queries.related_to(case, among),
    }


@login_required
def library_case(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme, case = access.case_to_read(request, programme_code, code)
    pushed = list(queries.pushed(case))
    context = _shown(case, queries.library_of(programme.organisation)) | {
        "programme": programme,
        "pushed": pushed,
        "is_pushed_here": queries.is_for_all(case, programme),
        "organises": may_organise(request.user, programme),
    }
    return render(request, "cases/library_case.html", context)


@login_required
def my_library_case(request: HttpRequest, code: str) -> HttpResponse:
    case = access.my_case(request, code)
    return render(request, "cases/my_library_case.html", _shown(case, queries.shown_to(request.user)))


@login_required
def library_new(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme, _cases = access.library_to_keep(request, programme_code)
    return _edit(request, programme, None)


@login_required
def library_edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _edit(request, *access.case_to_keep(request, programme_code, code))


def _edit(request: HttpRequest, programme: Programme, case: Case | None) -> HttpResponse:
    form = LibraryForm(programme.organisation, request.POST or None, request.FILES or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            kept = _keep(request, programme, form, case)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("cases:desk-library-case", programme.code, kept.code)
    context = {"programme": programme, "case": case, "form": form}
    return render(request, "cases/library_edit.html", context, status=422 if form.errors else 200)


def _keep(request: HttpRequest, programme: Programme, form: LibraryForm, case: Case | None) -> Case:
    upload, organisation = form.cleaned_data["file"], programme.organisation
    article = case.article if case else None
    if upload:
        article = import_article(
            organisation=organisation,
            by=request.user,
            data=upload.read(),
            name=upload.name,
            pictures={p.name: p.read() for p in form.cleaned_data["pictures"]},
        )
    assert article is not None  # the form asks for a file where there is no case yet
    values = form.values()
    return actions.save_case(
        organisation=organisation,
        article=article,
        by=request.user,
        values={**values, "title": values["title"] or article.title},
        facets=form.cleaned_data["facets"],
        methods=form.cleaned_data["methods"],
        case=case,
    )


@login_required
def library_push(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Give the case to learners of the programme."""
    programme, case = access.case_to_keep(request, programme_code, code)
    form = PushForm(programme, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            activity = actions.push_case(
                case=case,
                programme=programme,
                by=request.user,
                values=form.values(),
                question=form.cleaned_data["question"],
                targets=form.targets(),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, phrases.pushed(activity))
            return redirect("cases:desk-case", programme.code, activity.code)
    context = {"programme": programme, "case": case, "form": form}
    return render(request, "cases/library_push.html", context, status=422 if form.errors else 200)
