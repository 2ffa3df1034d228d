"""Reading a case on the phone and writing about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.views import access
from yingzao.cases import actions, queries, rules
from yingzao.cases.forms import ReflectionForm
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui import offline


@login_required
@offline.kept("case")
def case(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_activity(request, KindKey.CASE, code)
    reading = queries.reading_of(activity)
    article = reading.article if reading and rules.is_out(activity.starts_at, clock.now()) else None
    form = ReflectionForm(queries.methods_offered(activity, article), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hand_in_reflection(
                enrolment=enrolment, activity=activity, by=request.user, **form.values()
            )
        except Refused as refusal:
            form.add_error(_field(refusal.field, form), refusal.sentence)
        else:
            messages.success(request, _("Your reflection is handed in."))
            return redirect("cases:learner-case", code)
    elif request.method == "GET" and article and not offline.is_ahead(request):
        actions.record_reading(enrolment=enrolment, activity=activity, by=request.user)
    written = list(queries.reflections_of(enrolment, activity))
    return render(
        request,
        "cases/case.html",
        {
            "arrived": [[row.detail.get("form", ""), row.detail.get("text", "")] for row in written],
            "activity": activity,
            "reading": reading,
            "article": article,
            "is_out": rules.is_out(activity.starts_at, clock.now()),
            "mine": activities.my_duty(enrolment, activity),
            "written": written,
            "others": queries.shown_reflections(activity).exclude(enrolment=enrolment)[:20],
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _field(named: str, form: ReflectionForm) -> str | None:
    """Where a refusal stands: methods are typed where none are offered."""
    if named == "methods" and named not in form.fields:
        return "other_methods"
    return named if named in form.fields else None
