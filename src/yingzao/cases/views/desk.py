"""The organiser's page of a case: the article, the question, what learners wrote."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.views import access
from yingzao.articles.actions import import_article
from yingzao.cases import actions, queries
from yingzao.cases.forms import CaseForm
from yingzao.core.errors import Refused
from yingzao.programmes.rules import may_organise

REFLECTIONS_A_PAGE = 30


@login_required
def case(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.readable_activity(request, KindKey.CASE, programme_code, code)
    rows = activities.desk_rows(activity)
    reading = queries.reading_of(activity)
    written = queries.reflections_on(activity, request.user)
    method = request.GET.get("method", "")
    chosen = queries.reflections_on(activity, request.user, method)
    return render(
        request,
        "cases/desk_case.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "reading": reading,
            "article": reading.article if reading else None,
            "rows": rows,
            "reflections": Paginator(chosen.prefetch_related("answers"), REFLECTIONS_A_PAGE).get_page(
                request.GET.get("page")
            ),
            "methods": [("", _("All"), None), *((m, m, n) for m, n in queries.methods_taken(written)[:12])],
            "method": method,
            "done": sum(r.duty.state in ("done", "late") for r in rows),
            "organises": may_organise(request.user, activity.programme),
        },
    )


@login_required
def case_edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_activity(request, programme_code, code, kind=KindKey.CASE)
    reading = queries.reading_of(activity)
    form = CaseForm(
        request.POST or None, request.FILES or None, initial={"question": reading.question if reading else ""}
    )
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            article = (
                import_article(
                    organisation=activity.programme.organisation,
                    by=request.user,
                    data=upload.read(),
                    name=upload.name,
                    pictures={p.name: p.read() for p in form.cleaned_data["pictures"]},
                )
                if upload
                else None
            )
            actions.set_case(
                activity=activity, article=article, question=form.cleaned_data["question"], by=request.user
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("cases:desk-case", programme_code, code)
    return render(
        request,
        "cases/case_edit.html",
        {"programme": activity.programme, "activity": activity, "form": form, "reading": reading},
        status=422 if form.errors else 200,
    )
