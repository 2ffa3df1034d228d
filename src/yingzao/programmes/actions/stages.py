"""Stages: planned, opened and closed by hand. Their dates say when that is meant to happen."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.core.ui.templatetags.ui import day
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.programmes import rules, signals
from yingzao.programmes.enums import ProgrammeState, StageState
from yingzao.programmes.models import Programme, Stage


@transaction.atomic
def add_stage(
    *, programme: Programme, by: Person, kind: str, name: str, opens_on: dt.date, closes_on: dt.date
) -> Stage:
    rules.require_organiser(by, programme)
    _require_order(opens_on, closes_on)
    last = programme.stages.aggregate(last=Max("position"))["last"] or 0
    stage = Stage.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        kind=kind,
        name=name,
        position=last + 1,
        opens_on=opens_on,
        closes_on=closes_on,
    )
    _record(stage, by, "added", after={"kind": kind, **_dates(stage)})
    return stage


@transaction.atomic
def edit_stage(*, stage: Stage, by: Person, name: str, opens_on: dt.date, closes_on: dt.date) -> Stage:
    """Rename or move a stage. Opening and closing stay acts of their own: dates alone open nothing."""
    rules.require_organiser(by, stage.programme)
    _require_order(opens_on, closes_on)
    before = {"name": stage.name, **_dates(stage)}
    stage.name, stage.opens_on, stage.closes_on = name, opens_on, closes_on
    after = {"name": stage.name, **_dates(stage)}
    if before != after:
        stage.save(update_fields=["name", "opens_on", "closes_on"])
        _record(stage, by, "edited", before=before, after=after)
    return stage


@transaction.atomic
def remove_stage(*, stage: Stage, by: Person) -> None:
    """Only a stage that was never opened can go; activities that named it stay and name none."""
    rules.require_organiser(by, stage.programme)
    if stage.opened_at is not None:
        raise Refused(_("A stage that was open once cannot be removed. Close it instead."), code="was_open")
    _record(stage, by, "removed", before={"kind": stage.kind, **_dates(stage)})
    stage.delete()


@transaction.atomic
def open_stage(*, stage: Stage, by: Person, at: dt.datetime | None = None) -> Stage:
    """Open a stage, again if it was closed. The first one that opens sets the programme running."""
    rules.require_organiser(by, stage.programme)
    if stage.state == StageState.OPEN:
        return stage
    before = stage.state
    stage.state, stage.opened_at, stage.closed_at = StageState.OPEN, at or clock.now(), None
    stage.save(update_fields=["state", "opened_at", "closed_at"])
    _record(stage, by, "opened", before={"state": before}, after={"state": stage.state})
    if stage.programme.state != ProgrammeState.RUNNING:
        _set_state(stage.programme, by, ProgrammeState.RUNNING)
    notices.tell_groups(
        organisation=stage.programme.organisation,
        programme_code=stage.programme.code,
        kind="stage_opened",
        key=f"programmes.stage:{stage.code}:{stage.opened_at.isoformat()}",
        title=lambda: _("“%(stage)s” is open") % {"stage": stage.name},
        body=lambda: (
            _("%(programme)s, until %(day)s.")
            % {
                "programme": stage.programme.full_name,
                "day": day(stage.closes_on),
            }
        ),
    )
    signals.stage_opened.send(sender=Stage, stage=stage, by=by)
    return stage


@transaction.atomic
def close_stage(*, stage: Stage, by: Person, at: dt.datetime | None = None) -> Stage:
    """Close an open stage; what only it allowed is refused from now on. After the last of all stages the programme is closed."""
    rules.require_organiser(by, stage.programme)
    if stage.state != StageState.OPEN:
        raise Refused(_("This stage is not open."), code="not_open")
    stage.state, stage.closed_at = StageState.CLOSED, at or clock.now()
    stage.save(update_fields=["state", "closed_at"])
    _record(stage, by, "closed", before={"state": StageState.OPEN}, after={"state": stage.state})
    programme = stage.programme
    if not programme.stages.exclude(state=StageState.CLOSED).exists():
        _set_state(programme, by, ProgrammeState.CLOSED)
    signals.stage_closed.send(sender=Stage, stage=stage, by=by)
    return stage


def _set_state(programme: Programme, by: Person, state: str) -> None:
    before, programme.state = programme.state, state
    programme.save(update_fields=["state"])
    audit.record(
        actor=by,
        act=f"programmes.programme.{state}",
        subject=programme.code,
        organisation_id=programme.organisation_id,
        before={"state": before},
        after={"state": state},
    )


def _require_order(opens_on: dt.date, closes_on: dt.date) -> None:
    if closes_on < opens_on:
        raise Refused(_("The stage would close before it opens."), code="order", field="closes_on")


def _dates(stage: Stage) -> dict[str, str]:
    return {"opens_on": stage.opens_on.isoformat(), "closes_on": stage.closes_on.isoformat()}


def _record(
    stage: Stage, by: Person, what: str, before: dict | None = None, after: dict | None = None
) -> None:
    audit.record(
        actor=by,
        act=f"programmes.stage.{what}",
        subject=stage.code,
        organisation_id=stage.organisation_id,
        before=before,
        after=after,
    )
