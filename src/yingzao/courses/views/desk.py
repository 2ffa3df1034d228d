"""The organiser's page of a self-paced course: its lessons, and how far everybody is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.activities.enums import KindKey
from yingzao.activities.views import access
from yingzao.core.errors import Refused
from yingzao.courses import actions, phrases, queries
from yingzao.courses.forms import CourseForm
from yingzao.programmes.rules import may_organise


@login_required
def course(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.readable_activity(request, KindKey.COURSE, programme_code, code)
    outline = queries.outline_of(activity)
    rows = queries.standing_rows(activity, outline)
    return render(
        request,
        "courses/desk_course.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "outline": outline,
            "lines": [
                (row, phrases.missing(row.asked, row.how_far) if row.asked and row.how_far else "")
                for row in rows
            ],
            "done": sum(row.duty.state in ("done", "late") for row in rows),
            "organises": may_organise(request.user, activity.programme),
        },
    )


@login_required
def course_edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_activity(request, programme_code, code, kind=KindKey.COURSE)
    course = queries.course_of(activity)
    known = ("provider", "url", "in_order", "after")
    initial = {name: getattr(course, name) for name in known} if course else {}
    form = CourseForm(request.POST or None, activity=activity, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_course(activity=activity, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:desk-course", programme_code, code)
    return form_page(request, activity, form, _("Settings of the course"))


def form_page(request: HttpRequest, activity, form, heading: str, **more) -> HttpResponse:
    return render(
        request,
        "courses/edit.html",
        {"programme": activity.programme, "activity": activity, "form": form, "heading": heading, **more},
        status=422 if form.errors else 200,
    )
