"""A self-paced course on the phone: its lessons in order, and one lesson a page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.views import access
from yingzao.activities.views.watching import with_player
from yingzao.core.scoping import only
from yingzao.core.ui import offline
from yingzao.courses import actions, phrases, queries
from yingzao.courses.enums import LessonKind
from yingzao.courses.queries import outside


@login_required
@offline.kept("page")
def course(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_activity(request, KindKey.COURSE, code)
    return render(
        request,
        "courses/course.html",
        {
            "activity": activity,
            "outline": queries.outline_of(activity, enrolment),
            "outside": outside.came_in(enrolment, activity),
            "mine": activities.my_duty(enrolment, activity),
        },
    )


@login_required
@offline.kept("detail")
def lesson(request: HttpRequest, code: str, part_code: str) -> HttpResponse:
    enrolment, activity = access.my_activity(request, KindKey.COURSE, code)
    outline = queries.outline_of(activity, enrolment)
    before, row, after = queries.lesson_at(outline, part_code)
    if row is None:
        raise Http404
    context = {
        "activity": activity,
        "outline": outline,
        "row": row,
        "before": before,
        "after": after,
        "ask": phrases.ask(row.asked),
        "place": outline.lessons.index(row) + 1,
        "says_so": queries.is_finished_by_saying_so(row),
    }
    video = row.lesson.video if row.lesson and row.kind == LessonKind.VIDEO and not row.shut else None
    return with_player(
        request,
        "courses/lesson.html",
        context,
        video,
        enrolment,
        needed_ms=int(row.asked.needed_ms),
        counts=row.asked.counts,
    )


@login_required
@require_POST
def finish(request: HttpRequest, code: str, part_code: str) -> HttpResponse:
    enrolment, activity = access.my_activity(request, KindKey.COURSE, code)
    part = only(activity.parts.all(), code=part_code)
    actions.finish_lesson(enrolment=enrolment, activity=activity, part=part, by=request.user)
    messages.success(request, _("Lesson finished: %(title)s") % {"title": part.title})
    following = queries.outline_of(activity, enrolment).next
    if following is None:
        return redirect("courses:learner-course", code)
    return redirect("courses:learner-lesson", code, following.part.code)
