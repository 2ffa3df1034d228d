"""A self-paced course on the phone, lesson by lesson."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.views import access
from yingzao.core.scoping import only
from yingzao.courses import actions, queries
from yingzao.courses.queries import outside


@login_required
def course(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_activity(request, KindKey.COURSE, code)
    return render(
        request,
        "courses/course.html",
        {
            "activity": activity,
            "course": queries.course_of(activity),
            "lessons": queries.lessons_of(activity, enrolment),
            "outside": outside.came_in(enrolment, activity),
            "mine": activities.my_duty(enrolment, activity),
        },
    )


@login_required
@require_POST
def finish(request: HttpRequest, code: str, part_code: str) -> HttpResponse:
    enrolment, activity = access.my_activity(request, KindKey.COURSE, code)
    part = only(activity.parts.all(), code=part_code)
    actions.finish_lesson(enrolment=enrolment, activity=activity, part=part, by=request.user)
    messages.success(request, _("Lesson finished: %(title)s") % {"title": part.title})
    return redirect("courses:learner-course", code)
