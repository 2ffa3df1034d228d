"""Building a course: units, lessons, their order, what each asks."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import actions as activities
from yingzao.activities.enums import KindKey, VideoSource
from yingzao.activities.models import Activity, Part
from yingzao.activities.views import access
from yingzao.core.errors import Refused
from yingzao.core.scoping import only
from yingzao.courses import actions, queries
from yingzao.courses.enums import LessonKind
from yingzao.courses.forms import LessonForm, NewLessonForm, UnitForm, percent
from yingzao.courses.models import Unit
from yingzao.courses.settling import Asked
from yingzao.courses.views.desk import form_page


def _course(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return access.organised_activity(request, programme_code, code, kind=KindKey.COURSE)


def _part(activity: Activity, part_code: str) -> Part:
    return only(activity.parts.select_related("activity__programme"), code=part_code)


# Units


@login_required
def unit_add(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = _course(request, programme_code, code)
    form = UnitForm(request.POST or None, activity=activity)
    if request.method == "POST" and form.is_valid():
        actions.add_unit(activity=activity, by=request.user, **form.cleaned_data)
        messages.success(request, _("The unit is there; now put lessons into it."))
        return redirect("courses:desk-course", programme_code, code)
    return form_page(request, activity, form, _("Add a unit"))


@login_required
def unit_edit(request: HttpRequest, programme_code: str, code: str, unit_code: str) -> HttpResponse:
    activity = _course(request, programme_code, code)
    unit = only(Unit.objects.filter(activity=activity), code=unit_code)
    form = UnitForm(
        request.POST or None, activity=activity, unit=unit, initial={"title": unit.title, "after": unit.after}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_unit(unit=unit, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:desk-course", programme_code, code)
    return form_page(request, activity, form, unit.title, unit=unit)


@login_required
@require_POST
def unit_remove(request: HttpRequest, programme_code: str, code: str, unit_code: str) -> HttpResponse:
    activity = _course(request, programme_code, code)
    actions.remove_unit(unit=only(Unit.objects.filter(activity=activity), code=unit_code), by=request.user)
    messages.success(request, _("The unit is removed; its lessons stay."))
    return redirect("courses:desk-course", programme_code, code)


# Lessons


@login_required
def lesson_add(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = _course(request, programme_code, code)
    unit = queries.unit_named(activity, request.GET.get("unit", ""))
    form = NewLessonForm(request.POST or None, activity=activity, initial={"unit": unit})
    if request.method == "POST" and form.is_valid():
        try:
            lesson = actions.add_lesson(activity=activity, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("courses:desk-lesson-edit", programme_code, code, lesson.part.code)
    return form_page(request, activity, form, _("Add a lesson"))


@login_required
def lesson_edit(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    activity = _course(request, programme_code, code)
    part = _part(activity, part_code)
    lesson = queries.lesson_of(part)
    asked = Asked.of(activity.rule, part.code)
    form = LessonForm(
        request.POST or None,
        request.FILES or None,
        activity=activity,
        initial={
            "title": part.title,
            "kind": lesson.kind if lesson else LessonKind.TEXT,
            "unit": lesson.unit if lesson else None,
            "optional": asked.optional,
            "share": percent(asked.share),
            "counts": asked.counts,
            "passing": percent(asked.passing),
            "url": lesson.url if lesson else "",
            "text": lesson.text if lesson else "",
        },
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.change_lesson(
                part=part,
                title=told["title"],
                kind=told["kind"],
                unit=told["unit"],
                optional=told["optional"],
                asked=form.asked(),
                text=told["text"],
                url=told["url"],
                upload=told["file"],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(
                refusal.field or None if refusal.field in form.fields else "file", refusal.sentence
            )
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:desk-course", programme_code, code)
    return form_page(request, activity, form, part.title, part=part, lesson=lesson)


@login_required
@require_POST
def film(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """To the page on which the lesson's film is sent; the lesson becomes one of a video."""
    activity = _course(request, programme_code, code)
    part = _part(activity, part_code)
    lesson = queries.lesson_of(part)
    video = (lesson.video if lesson else None) or activities.make_video(
        activity=activity, part=part, title=part.title, source=VideoSource.FILE, by=request.user
    )
    return redirect("activities:desk-video", programme_code, video.code)


@login_required
@require_POST
def move(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    activity = _course(request, programme_code, code)
    actions.move_lesson(part=_part(activity, part_code), up=request.POST.get("to") != "down", by=request.user)
    return redirect("courses:desk-course", programme_code, code)


@login_required
@require_POST
def remove(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    activity = _course(request, programme_code, code)
    try:
        actions.remove_lesson(part=_part(activity, part_code), by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("courses:desk-lesson-edit", programme_code, code, part_code)
    messages.success(request, _("The lesson is removed."))
    return redirect("courses:desk-course", programme_code, code)
