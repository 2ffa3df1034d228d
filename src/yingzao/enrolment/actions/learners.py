"""Single learners: entered by hand, mended, withdrawn, transferred, taken back, invited."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities.queries import find_community
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.core.pinyin import pinyin
from yingzao.enrolment import queries, rules, signals
from yingzao.enrolment.actions.roster import next_numbers
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment, Team
from yingzao.people import actions as people
from yingzao.people.enums import InvitationPurpose
from yingzao.people.models import Person
from yingzao.programmes import queries as programmes
from yingzao.programmes import rules as programme_rules
from yingzao.programmes.enums import Act, Role
from yingzao.programmes.models import Programme, StaffRole

EDITABLE = frozenset({"name", "phone", "sex", "community_as_given", "team", "post", "note"})


@transaction.atomic
def add_learner(
    *, programme: Programme, by: Person, name: str, number: str = "", **further: Any
) -> Enrolment:
    """Enter one learner by hand. `further`: phone, sex, community_as_given, team, post, note."""
    rules.require_manager(by, programme)
    if not programme_rules.may_enrol_now(programme):
        programme_rules.require_stage(programme, Act.ENROL)
    locking.take_turn(f"enrolment.roster:{programme.pk}")
    taken = list(programme.enrolments.values_list("number", flat=True))
    if number and number in taken:
        raise Refused(_("Another learner has this number."), code="number_taken", field="number")
    further = _only_editable(further)
    _require_free_phone(programme, further.get("phone", ""))
    learner = Enrolment.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        number=number or next_numbers(taken, 1)[0],
        name=name,
        pinyin=pinyin(name),
        community=find_community(programme.organisation, further.get("community_as_given", "")),
        **further,
    )
    _record(learner, by, "added", after={"number": learner.number})
    _announce(learner)
    return learner


@transaction.atomic
def edit_learner(*, enrolment: Enrolment, by: Person, **changes: Any) -> Enrolment:
    """Change what the programme knows of a learner. The account behind it is the person's own and is not touched.

    A community as given is looked up anew. The audit says which fields changed, not what stood in them.
    """
    rules.require_manager(by, enrolment.programme)
    rules.require_there(enrolment)
    changes = _only_editable(changes)
    differing = {field: value for field, value in changes.items() if getattr(enrolment, field) != value}
    if not differing:
        return enrolment
    if "phone" in differing:
        _require_free_phone(enrolment.programme, differing["phone"], but=enrolment)
    for field, value in differing.items():
        setattr(enrolment, field, value)
    if "community_as_given" in differing:
        enrolment.community = find_community(enrolment.organisation, enrolment.community_as_given)
    enrolment.pinyin = pinyin(enrolment.name)
    enrolment.save()
    _record(enrolment, by, "edited", after={"fields": sorted(differing)})
    _announce(enrolment)
    return enrolment


def withdraw(*, enrolment: Enrolment, by: Person, reason: str) -> Enrolment:
    """退出. The learner is no longer of the cohort; evidence and account stay. Taken back with `reinstate`."""
    return _leave(enrolment, by, EnrolmentState.WITHDRAWN, reason)


def transfer(*, enrolment: Enrolment, by: Person, reason: str) -> Enrolment:
    """调离: moved to other work or another place, hence no longer of the cohort. Taken back with `reinstate`."""
    return _leave(enrolment, by, EnrolmentState.TRANSFERRED, reason)


@transaction.atomic
def reinstate(*, enrolment: Enrolment, by: Person) -> Enrolment:
    """Take a learner back into the cohort, with all evidence that was kept."""
    rules.require_manager(by, enrolment.programme)
    if enrolment.state == EnrolmentState.ACTIVE:
        return enrolment
    return _set_state(enrolment, by, EnrolmentState.ACTIVE, "", "reinstated")


@transaction.atomic
def make_team(*, programme: Programme, by: Person, name: str, mentor: StaffRole | None = None) -> Team:
    rules.require_manager(by, programme)
    if programme.teams.filter(name=name).exists():
        raise Refused(_("There is a team of this name already."), code="team_taken", field="name")
    team = Team.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        name=name,
        mentor=_mentor(programme, mentor),
    )
    _record(team, by, "made", kind="team")
    return team


@transaction.atomic
def edit_team(*, team: Team, by: Person, name: str, mentor: StaffRole | None) -> Team:
    """Rename a team, or give it another mentor, who reads its learners from now on."""
    rules.require_manager(by, team.programme)
    if team.programme.teams.filter(name=name).exclude(pk=team.pk).exists():
        raise Refused(_("There is a team of this name already."), code="team_taken", field="name")
    before = {"mentor": team.mentor.code if team.mentor else ""}
    team.name, team.mentor = name, _mentor(team.programme, mentor)
    team.save(update_fields=["name", "mentor"])
    _record(team, by, "edited", kind="team", before=before, after={"mentor": mentor.code if mentor else ""})
    return team


@transaction.atomic
def invite_learner(*, enrolment: Enrolment, by: Person) -> str:
    """The token of a new invitation, told once (`reverse("people:join", args=[token])`). The one before it ends."""
    rules.require_manager(by, enrolment.programme)
    rules.require_there(enrolment)
    if enrolment.person_id:
        raise Refused(_("This learner has joined already."), code="joined")
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Refused(_("This learner is no longer in the programme."), code="left")
    return people.invite(
        by=by,
        organisation=enrolment.organisation,
        purpose=InvitationPurpose.ENROLMENT,
        target_code=enrolment.code,
        shown_name=enrolment.name,
        shown_for=enrolment.programme.full_name,
    )


@transaction.atomic
def invite_learners(
    *, programme: Programme, by: Person, enrolments: Iterable[Enrolment]
) -> list[tuple[Enrolment, str]]:
    """Invitations for the sheet to print: one for each learner who has not joined. Earlier ones of theirs end."""
    rules.require_manager(by, programme)
    waiting = [
        e
        for e in enrolments
        if e.person_id is None and e.erased_at is None and e.state == EnrolmentState.ACTIVE
    ]
    return [(enrolment, invite_learner(enrolment=enrolment, by=by)) for enrolment in waiting]


@transaction.atomic
def join(*, enrolment: Enrolment, person: Person) -> Enrolment:
    """Let the person who accepted the invitation be this learner. Refused where either is taken in the programme."""
    rules.require_there(enrolment)
    if enrolment.person_id == person.pk:
        return enrolment
    if enrolment.person_id is not None:
        raise Refused(_("Somebody else has joined as this learner already."), code="taken")
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Refused(_("You are no longer on the list of this programme. Ask the organiser."), code="left")
    if queries.find_enrolment_of(person, enrolment.programme) is not None:
        raise Refused(_("You are a learner of this programme already."), code="joined")
    enrolment.person = person
    enrolment.save(update_fields=["person"])
    _record(enrolment, person, "joined", after={"person": person.code})
    return enrolment


@transaction.atomic
def make_learner_reset_link(*, enrolment: Enrolment, by: Person) -> str:
    """The token of a one-time link for a new password of a learner who has joined. Audited by people."""
    rules.require_manager(by, enrolment.programme)
    if enrolment.person is None:
        raise Refused(_("This learner has not joined yet. Send an invitation instead."), code="nobody")
    return people.make_reset_link(by=by, person=enrolment.person, organisation=enrolment.organisation)


def refuse_link_for_learning_elsewhere(*, by: Person, person: Person) -> None:
    """Refuse a link to set a new password for somebody who also learns in a programme that `by` does not organise."""
    mine = programmes.programmes_organised_by(by).values("pk")
    learns = Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE)
    if learns.exclude(programme__in=mine).exists():
        raise Refused(
            _(
                "This person also learns in a programme that you do not organise. Ask whoever runs this Yingzao."
            ),
            code="learns_elsewhere",
        )


@transaction.atomic
def show_phone(*, enrolment: Enrolment, by: Person) -> str:
    """The phone number in clear, and the line that it was read."""
    rules.require_manager(by, enrolment.programme)
    _record(enrolment, by, "phone_read")
    return enrolment.phone


@transaction.atomic
def record_clear_phones(*, programme: Programme, by: Person, reason: str, count: int) -> None:
    """The line that phones were taken out in clear, with the reason that was given. Refused without one."""
    rules.require_manager(by, programme)
    people.record_clear_export(
        act="enrolment.phones.exported",
        subject=programme.code,
        organisation_id=programme.organisation_id,
        by=by,
        reason=reason,
        count=count,
    )


def _leave(enrolment: Enrolment, by: Person, state: str, reason: str) -> Enrolment:
    with transaction.atomic():
        rules.require_manager(by, enrolment.programme)
        if not reason.strip():
            raise Refused(_("Say why the learner leaves."), code="no_reason", field="reason")
        if enrolment.state != EnrolmentState.ACTIVE:
            raise Refused(_("This learner is no longer in the programme."), code="left")
        return _set_state(enrolment, by, state, reason.strip()[:200], state)


def _set_state(enrolment: Enrolment, by: Person, state: str, reason: str, what: str) -> Enrolment:
    before = enrolment.state
    enrolment.state, enrolment.state_reason, enrolment.state_changed_at = state, reason, clock.now()
    enrolment.save(update_fields=["state", "state_reason", "state_changed_at"])
    _record(enrolment, by, what, before={"state": before}, after={"state": state})
    _announce(enrolment)
    return enrolment


def _mentor(programme: Programme, mentor: StaffRole | None) -> StaffRole | None:
    if mentor is None:
        return None
    if mentor.programme_id != programme.pk or mentor.role != Role.MENTOR or mentor.ended_at:
        raise Refused(_("This person is no mentor of the programme."), code="no_mentor", field="mentor")
    return mentor


def _require_free_phone(programme: Programme, phone: str, but: Enrolment | None = None) -> None:
    if not phone:
        return
    others = queries.active_enrolments(programme).filter(phone=phone)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if holder := others.first():
        raise Refused(
            _("No. %(number)s %(name)s has this phone number.")
            % {"number": holder.number, "name": holder.name},
            code="phone_taken",
            field="phone",
        )


def _only_editable(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - EDITABLE
    if unknown:
        raise TypeError(f"no such field of a learner: {', '.join(sorted(unknown))}")
    return fields


def _announce(enrolment: Enrolment) -> None:
    signals.enrolments_changed.send(sender=Enrolment, programme=enrolment.programme, enrolments=[enrolment])


def _record(row: Enrolment | Team, by: Person, what: str, *, kind: str = "learner", **change: dict) -> None:
    audit.record(
        actor=by,
        act=f"enrolment.{kind}.{what}",
        subject=row.code,
        organisation_id=row.organisation_id,
        **change,
    )
