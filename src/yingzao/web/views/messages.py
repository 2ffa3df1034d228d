"""Messages at the desk: what went out and what became of it, writing to learners, reminders, and robots in groups."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.activities.actions import plan_reminders
from yingzao.activities.queries.reminders import reminder_plan
from yingzao.core import ports
from yingzao.core.errors import Refused
from yingzao.notices import actions as notices
from yingzao.notices import kind as kinds
from yingzao.notices import phrases, queries
from yingzao.notices.enums import STUCK, Channel, DeliveryState
from yingzao.notices.models import Delivery, Robot
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise, runs_organisation
from yingzao.web import actions, letters
from yingzao.web.forms import HoursForm, LetterForm, ReminderForm, RobotForm
from yingzao.web.views import access

ROWS_A_PAGE = 50
NAMED = 30  # people without an address who are named on a preview
SHAPES = {
    DeliveryState.WAITING: "todo",
    DeliveryState.HELD: "todo",
    DeliveryState.HANDING_OVER: "part",
    DeliveryState.HANDED_OVER: "done",
    DeliveryState.FAILED: "soon",
    DeliveryState.UNCERTAIN: "soon",
    DeliveryState.GIVEN_UP: "miss",
}


# The record


@login_required
def record(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Everything that went out, or was to go out, by e-mail or to a group."""
    programme = access.desk_programme(request, programme_code)
    every = queries.deliveries_of(programme.code)
    state, channel = request.GET.get("show", ""), request.GET.get("channel", "")
    found = queries.found_in(every, words=request.GET.get("q", "").strip(), state=state, channel=channel)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    states, channels = queries.counts_by(every, "state"), queries.counts_by(every, "channel")
    context = {
        "programme": programme,
        "page": page,
        "lines": [_line(row) for row in page],
        "total": sum(states.values()),
        "stuck": states.get(DeliveryState.UNCERTAIN, 0) + states.get(DeliveryState.GIVEN_UP, 0),
        "states": [("", _("All"), sum(states.values()))]
        + [(s.value, s.label, states[s]) for s in DeliveryState if s in states],
        "channels": [("", _("All ways"), None)]
        + [(c.value, c.label, channels[c]) for c in Channel if c in channels],
        "organises": may_organise(request.user, programme),
        "no_mail": bool(ports.port("mail").missing()),
    }
    return render(request, "web/messages.html", context)


def _line(row: Delivery) -> dict:
    thing = row.message or row.post
    declared = kinds.find(thing.kind)
    return {
        "row": row,
        "title": thing.title,
        "to": row.message.person.display_name if row.message else row.post.robot.name,
        "address": (row.message and phrases.masked_address(row)) or row.get_channel_display(),
        "kind": declared.title if declared else "",
        "shape": SHAPES[DeliveryState(row.state)],
        "state": phrases.state_words(row),
        "problem": phrases.problem_sentence(row),
        "answer": phrases.answer_words(row),
        "stuck": row.state in STUCK,
    }


@login_required
@require_POST
def send_again(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    notices.send_again(delivery=access.delivery_of(programme, code), by=request.user)
    messages.success(request, _("It goes out once more."))
    return redirect("web:desk-messages", programme.code)


# Writing to learners


@login_required
def write(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Write, look at it, send. Each step posts the whole form, so that nothing is lost."""
    programme = access.organised_programme(request, programme_code)
    step = request.POST.get("step", "")
    form = LetterForm(
        request.POST or None,
        readers=letters.choices(programme),
        initial={"to": request.GET.get("to", "all")},
    )
    if step == "edit" or not form.is_valid():
        return _letter_page(request, programme, form)
    people = list(letters.readers(programme, form.cleaned_data["to"]))
    title, body = form.words
    if step != "send" and people:
        context = _preview(programme, people, "letter", title, body) | {
            "form": form,
            "without_account": letters.without_account(programme, form.cleaned_data["to"]),
        }
        return render(request, "web/letter_preview.html", context)
    try:
        sent = actions.write(
            programme=programme,
            people=people,
            key=form.cleaned_data["key"],
            title=title,
            body=body,
            by=request.user,
        )
    except Refused as refusal:
        form.add_error(refusal.field, refusal.sentence)
        return _letter_page(request, programme, form)
    if sent:
        told = ngettext("It is sent to %(count)d learner.", "It is sent to %(count)d learners.", sent)
        messages.success(request, told % {"count": sent})
    else:
        messages.info(request, _("This letter has been sent already; nothing was sent again."))
    return redirect("web:desk-messages", programme.code)


def _letter_page(request: HttpRequest, programme: Programme, form: LetterForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/letter.html", {"programme": programme, "form": form}, status=status)


def preview_of_reminder(
    request: HttpRequest, programme: Programme, person_ids: list[int], back: str
) -> HttpResponse:
    """What pressing the button would send, before anything is sent; the page posts to the same address again."""
    people = list(Person.objects.filter(pk__in=person_ids))
    context = _preview(programme, people, "behind", *actions.reminder_words(programme)) | {
        "back": back,
        "hidden": [(name, request.POST.get(name, "")) for name in ("show", "team")],
    }
    return render(request, "web/reminder_preview.html", context)


def _preview(
    programme: Programme, people: list[Person], kind: str, title: notices.Told, body: notices.Told
) -> dict:
    seen = notices.forecast(organisation=programme.organisation, people=people, kind=kind)
    return {
        "programme": programme,
        "seen": seen,
        "unreached": [person.display_name for person in seen.without_address[:NAMED]],
        "more_unreached": max(0, len(seen.without_address) - NAMED),
        "words": notices.said_in_each_language(title, body),
    }


# Reminders that go by themselves


@login_required
def reminders(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    plan = reminder_plan(programme)
    of_hours = request.method == "POST" and "quiet" in request.POST
    may_set_hours = runs_organisation(request.user, programme.organisation)
    usual = queries.hours_of_organisation(programme.organisation)
    form = ReminderForm(
        request.POST if request.method == "POST" and not of_hours else None,
        initial={
            "is_on": plan.is_on,
            "days_before": ", ".join(map(str, plan.days_before)),
            "on_the_eve": plan.on_the_eve,
            "minutes_before": plan.minutes_before,
            "nearly_late": plan.nearly_late,
        },
    )
    hours = HoursForm(
        request.POST if of_hours else None,
        initial={"begins": usual[0] if usual else None, "ends": usual[1] if usual else None},
    )
    if of_hours and may_set_hours and hours.is_valid():
        notices.set_organisation_hours(
            organisation=programme.organisation, hours=hours.hours, by=request.user
        )
    elif form.is_valid():
        plan_reminders(programme=programme, by=request.user, **form.cleaned_data)
    else:
        context = {
            "programme": programme,
            "form": form,
            "hours": hours,
            "usual": usual,
            "may_set_hours": may_set_hours,
        }
        status = 422 if form.errors or hours.errors else 200
        return render(request, "web/reminders.html", context, status=status)
    messages.success(request, _("Saved."))
    return redirect("web:desk-reminders", programme.code)


# Robots


@login_required
def robots(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The programme's robots, and a form for one more."""
    programme = access.organised_programme(request, programme_code)
    form = RobotForm(request.POST or None, initial={"language": settings.LANGUAGE_CODE})
    if form.is_valid():
        try:
            notices.add_robot(
                organisation=programme.organisation,
                programme_code=programme.code,
                by=request.user,
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, _("The robot is added. Send a test to see whether it works."))
            return redirect("web:desk-robots", programme.code)
    context = {
        "programme": programme,
        "form": form,
        "robots": [_robot_line(robot) for robot in queries.robots_of(programme.code)],
        "not_set_up": bool(ports.port("robots").missing()),
    }
    return render(request, "web/robots.html", context, status=422 if form.errors else 200)


def _robot_line(robot: Robot) -> dict:
    told = [str(found.title) for key in robot.kinds if (found := kinds.find(key))]
    return {
        "robot": robot,
        "address": phrases.masked_robot(robot.address),
        "told": "、".join(told) or _("nothing yet"),
    }


@login_required
def robot(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    found = access.robot_of(programme, code)
    form = RobotForm(request.POST or None, robot=found)
    if form.is_valid():
        try:
            notices.edit_robot(robot=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("web:desk-robots", programme.code)
    context = {"programme": programme, "form": form, "line": _robot_line(found)}
    return render(request, "web/robot.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def robot_act(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Test, pause, resume or remove."""
    programme = access.organised_programme(request, programme_code)
    found = access.robot_of(programme, code)
    act = request.POST.get("act")
    if act == "test":
        notices.test_robot(robot=found, by=request.user)
        messages.success(request, _("A test is on its way. What becomes of it stands in the record."))
    elif act in ("pause", "resume"):
        notices.pause_robot(robot=found, by=request.user, paused=act == "pause")
        messages.success(request, _("The robot is paused.") if act == "pause" else _("The robot goes on."))
    elif act == "remove":
        notices.remove_robot(robot=found, by=request.user)
        messages.success(request, _("The robot is removed; its address is forgotten."))
    return redirect("web:desk-robots", programme.code)
