"""The organiser's page of a self-paced course."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.views import access
from yingzao.core.errors import Refused
from yingzao.core.scoping import only
from yingzao.courses import actions, queries
from yingzao.courses.forms import CourseForm, LessonForm
from yingzao.programmes.rules import may_organise


@login_required
def course(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.readable_activity(request, KindKey.COURSE, programme_code, code)
    rows = activities.desk_rows(activity)
    return render(
        request,
        "courses/desk_course.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "course": queries.course_of(activity),
            "lessons": queries.lessons_of(activity),
            "rows": rows,
            "done": sum(r.duty.state in ("done", "late") for r in rows),
            "organises": may_organise(request.user, activity.programme),
        },
    )


@login_required
def course_edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_activity(request, programme_code, code, kind=KindKey.COURSE)
    course = queries.course_of(activity)
    initial = {"provider": course.provider, "url": course.url} if course else {}
    form = CourseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.set_course(activity=activity, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("courses:desk-course", programme_code, code)
    return _form_page(request, activity, form, _("Platform and link"))


@login_required
def lesson_edit(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    activity = access.organised_activity(request, programme_code, code, kind=KindKey.COURSE)
    part = only(activity.parts.all(), code=part_code)
    form = LessonForm(request.POST or None, initial={"text": queries.lesson_text(part)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_lesson(part=part, text=form.cleaned_data["text"], by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:desk-course", programme_code, code)
    return _form_page(request, activity, form, part.title)


def _form_page(request: HttpRequest, activity, form, heading: str) -> HttpResponse:
    return render(
        request,
        "courses/edit.html",
        {"programme": activity.programme, "activity": activity, "form": form, "heading": heading},
        status=422 if form.errors else 200,
    )
