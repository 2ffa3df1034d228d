"""Naming the hosts of a stop, what they say of it, and asking visitors about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState, QuestionKind
from yingzao.activities.models import Activity, Survey
from yingzao.activities.queries.questions import Asked
from yingzao.activities.queries.surveys import has_ever_answers
from yingzao.activities.readers.surveys import StandardForm
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.programmes import actions as programmes
from yingzao.programmes.enums import Role
from yingzao.programmes.models import StaffRole
from yingzao.programmes.queries import staff_of
from yingzao.programmes.rules import require_organiser
from yingzao.visits import queries, rules
from yingzao.visits.enums import HostReady
from yingzao.visits.models import HostReply, Stop, StopHost, Visit

HOST_NAMED, HOST_WORD = "visit_host_named", "visit_host_word"  # the kinds of messages
MOST_CAME = 10_000


# Naming


@transaction.atomic
def name_host(*, stop: Stop, role: StaffRole, by: Person) -> StopHost:
    """Name a host for this stop. Whoever was its host by the unit's name until now is named along, so that nobody loses a stop;
    a host of another programme gets the role in this one. The host is told."""
    _take_turn(stop, by)
    _require_planned(stop)
    programme = stop.part.activity.programme
    if role not in queries.nameable_hosts(stop, by):
        raise Refused(
            _("Choose somebody of the list, or invite a new host."), code="not-a-host", field="role"
        )
    if role.programme_id != programme.pk:
        role = programmes.add_staff(
            programme=programme,
            by=by,
            role=Role.HOST,
            name=role.name,
            unit=role.unit,
            phone=role.phone,
            person=role.person,
        )
    _keep_hosts_by_unit(stop, by)
    return _name(stop, role, by)


@transaction.atomic
def invite_host(
    *, stop: Stop, by: Person, name: str, unit: str = "", phone: str = ""
) -> tuple[StaffRole, str]:
    """A new host of the programme, named for this stop, and the token of the invitation, told once."""
    _take_turn(stop, by)
    _require_planned(stop)
    role, token = programmes.invite_staff(
        programme=stop.part.activity.programme, by=by, role=Role.HOST, name=name, unit=unit, phone=phone
    )
    _keep_hosts_by_unit(stop, by, but=role)
    _name(stop, role, by)
    return role, token


@transaction.atomic
def end_host(*, stop: Stop, role: StaffRole, by: Person) -> None:
    """Let somebody be this stop's host no more, named or found by the unit's name. What they said of it stays."""
    _take_turn(stop, by)
    _keep_hosts_by_unit(stop, by)
    ended = StopHost.objects.filter(stop=stop, role=role, ended_at=None).update(ended_at=clock.now())
    if ended:
        _record(stop, by, "ended", {"role": role.code})


def name_usual_hosts(stop: Stop, by: Person) -> None:
    """Name for a newly planned stop who receives at other stops in the same community. Part of planning it."""
    for role in queries.usual_hosts(stop):
        _name(stop, role, by)


def _keep_hosts_by_unit(stop: Stop, by: Person, but: StaffRole | None = None) -> None:
    for role in queries.roles_by_unit(stop):
        if role != but:
            _name(stop, role, by, is_told=False)


def _name(stop: Stop, role: StaffRole, by: Person, *, is_told: bool = True) -> StopHost:
    now = clock.now()
    host, made = StopHost.objects.get_or_create(
        stop=stop,
        role=role,
        defaults={"organisation_id": stop.organisation_id, "named_at": now, "named_by": by},
    )
    if not made:
        host.named_at, host.named_by, host.ended_at = now, by, None
        host.save(update_fields=["named_at", "named_by", "ended_at"])
    _record(stop, by, "named", {"role": role.code})
    if is_told and role.person is not None and role.person.is_active:
        _tell_host(stop, role.person, by)
    return host


def _tell_host(stop: Stop, host: Person, by: Person) -> None:
    activity = stop.part.activity
    notices.send_to_many(
        organisation=activity.programme.organisation,
        people=[host],
        programme_code=activity.programme.code,
        kind=HOST_NAMED,
        key=f"visits.host.named:{stop.part.code}",
        title=lambda: _("You receive visitors at %(stop)s") % {"stop": stop.part.title[:80]},
        body=lambda: _("Please say whether all is well: %(title)s.") % {"title": activity.title},
        url=reverse("visits:host-stop", args=[stop.part.code]),
        by=by,
    )


@transaction.atomic
def set_contact(*, activity: Activity, by: Person, name: str, phone: str) -> Visit:
    """Say whom the hosts of a visit ring; nothing said, it is the programme's organisers."""
    require_organiser(by, activity.programme)
    visit, _made = Visit.objects.get_or_create(
        activity=activity, defaults={"organisation_id": activity.organisation_id}
    )
    visit.contact_name, visit.contact_phone = name.strip(), phone.strip()
    visit.save(update_fields=["contact_name", "contact_phone"])
    audit.record(
        actor=by, act="visits.contact.set", subject=activity.code, organisation_id=activity.organisation_id
    )
    return visit


# What hosts say


@transaction.atomic
def say_ready(*, stop: Stop, host: StaffRole, ready: str, words: str = "") -> HostReply:
    """A host says that the visit can come, or what changes; the organisers are told of a change, and of other words anew."""
    reply, activity = _reply(stop, host), stop.part.activity
    if not rules.may_say_ready(stop, clock.now()):
        raise Refused(_("The visit has begun or is cancelled. Ring whoever leads it."), code="too-late")
    words = words.strip()
    if ready not in HostReady.values:
        raise Refused(_("Choose one of the two."), code="no-choice", field="ready")
    if ready == HostReady.CHANGES and not words:
        raise Refused(_("Say what changes."), code="no-words", field="words")
    before = (reply.ready, reply.ready_words)
    reply.ready, reply.ready_words, reply.ready_at = ready, words, clock.now()
    reply.ready_for = rules.begins_at(stop)
    reply.save()
    _record(stop, host.person, "ready", {"role": host.code, "ready": ready})
    if ready == HostReady.CHANGES and before != (ready, words):
        _tell_organisers(activity, stop, reply)
    return reply


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a host says afterwards: how many came, marks of 1 to 5 by name, words. All but the first may be left out."""

    came: int
    marks: Mapping[str, int | None]
    words: str = ""


@transaction.atomic
def say_after(*, stop: Stop, host: StaffRole, said: Aftermath) -> HostReply:
    """A host says how many came and how it was; saying it again takes its place. Learners are never shown it."""
    reply = _reply(stop, host)
    if not rules.may_say_after(stop, clock.now()):
        raise Refused(
            _("This can be said from the beginning of the stop until two weeks after the visit is closed."),
            code="not-now",
        )
    if not 0 <= said.came <= MOST_CAME:
        raise Refused(_("This is no number of visitors."), code="no-number", field="came")
    for name in queries.MARKS:
        mark = said.marks.get(name)
        if mark is not None and mark not in range(1, 6):
            raise Refused(_("Choose one of the five."), code="no-mark", field=name)
        setattr(reply, name, mark)
    reply.came, reply.words, reply.said_at = said.came, said.words.strip(), clock.now()
    reply.save()
    _record(stop, host.person, "said", {"role": host.code, "came": said.came})
    return reply


def _reply(stop: Stop, host: StaffRole) -> HostReply:
    """The host's reply, made where there is none. Asked afresh whether it is a host: it may have ended meanwhile."""
    locking.take_turn(f"visits.hosts:{stop.pk}")
    if host.person is None or not queries.stops_hosted_by(host.person).filter(pk=stop.pk).exists():
        raise Refused(_("You are not a host of this stop any more."), code="not-host")
    reply, _made = HostReply.objects.get_or_create(
        stop=stop, role=host, defaults={"organisation_id": stop.organisation_id}
    )
    return reply


def _tell_organisers(activity: Activity, stop: Stop, reply: HostReply) -> None:
    programme = activity.programme
    organisers = staff_of(programme, Role.ORGANISER).filter(person__is_active=True)
    notices.send_to_many(
        organisation=programme.organisation,
        people=[role.person for role in organisers if role.person],
        programme_code=programme.code,
        kind=HOST_WORD,
        key=f"visits.host.word:{stop.part.code}:{reply.role.code}:{reply.ready_at:%Y%m%dT%H%M%S%f}",
        title=lambda: _("Something changes at %(stop)s") % {"stop": stop.part.title[:80]},
        body=lambda: _("%(name)s: %(words)s") % {"name": reply.role.name, "words": reply.ready_words},
        url=reverse("visits:desk-visit", args=[programme.code, activity.code]),
        by=reply.role.person,
    )


# Asking visitors


@transaction.atomic
def ask_visitors(*, stop: Stop, by: Person) -> Survey:
    """A form about this stop for whoever checks in there, whose sums the hosts read; the form says so itself."""
    _take_turn(stop, by)
    _require_planned(stop)
    stop.refresh_from_db(fields=["visitors_form"])
    if stop.visitors_form is not None:
        return stop.visitors_form
    part = stop.part
    form = activities.make_survey(activity=part.activity, part=part, by=by, form=_visitors_form(stop))
    stop.visitors_form = form
    stop.save(update_fields=["visitors_form"])
    _record(stop, by, "visitors_asked", {"form": form.code})
    return form


@transaction.atomic
def ask_visitors_no_more(*, stop: Stop, by: Person) -> None:
    """Take the form away where nobody has answered it; one that has answers stays, and its hosts read it no more."""
    _take_turn(stop, by)
    form = stop.visitors_form
    if form is None:
        return
    stop.visitors_form = None
    stop.save(update_fields=["visitors_form"])
    if not has_ever_answers(form):
        activities.remove_survey(survey=form, by=by)
    _record(stop, by, "visitors_unasked", {"form": form.code})


def _visitors_form(stop: Stop) -> StandardForm:
    low, high = _("not at all"), _("very much")
    scales = (
        _("Did you learn something here that you can use?"),
        _("Did the hosts explain well and answer questions?"),
        _("Was the visit well arranged?"),
    )
    asked = [Asked(QuestionKind.SCALE5, text, True, low, high) for text in scales]
    words = Asked(QuestionKind.TEXT, _("What you want to say to the hosts"), False)
    return StandardForm(
        title=(_("About %(stop)s") % {"stop": stop.part.title})[:120],
        intro=_(
            "A minute, about this stop alone. Its hosts read averages and words, never who answered, and only once at least five have."
        ),
        questions=(*asked, words),
    )


def _take_turn(stop: Stop, by: Person) -> None:
    locking.take_turn(f"visits.hosts:{stop.pk}")
    require_organiser(by, stop.part.activity.programme)


def _require_planned(stop: Stop) -> None:
    if stop.part.activity.state == ActivityState.CANCELLED:
        raise Refused(_("This visit was cancelled. Plan it again first."), code="cancelled")


def _record(stop: Stop, by: Person | None, what: str, after: Mapping[str, object]) -> None:
    audit.record(
        actor=by,
        act=f"visits.host.{what}",
        subject=stop.part.code,
        organisation_id=stop.organisation_id,
        after=dict(after),
    )
