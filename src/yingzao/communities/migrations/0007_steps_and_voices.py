"""Needs so far get the new states, a step for each of them, their own voice, and, where nobody has answered, a day for the answer."""

import datetime as dt

from django.db import migrations

NOW_CALLED = {"open": "found", "taken_up": "acting", "met": "answered", "dropped": "closed"}
WORKING_DAYS = 15  # Monday to Friday, from the day of this change: nothing is overdue because of it


def _due(day):
    left = WORKING_DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5
    return day


def forward(apps, schema_editor):
    from yingzao.core import clock
    from yingzao.core.codes import new_code

    Need, NeedStep, Voice = (apps.get_model("communities", name) for name in ("Need", "NeedStep", "Voice"))
    due = _due(clock.today())
    for need in Need.objects.order_by("pk").iterator():
        state = NOW_CALLED.get(need.state, need.state)
        has_ended = state in {"answered", "closed"}
        shared = {"organisation_id": need.organisation_id, "need": need, "by_id": need.entered_by_id}
        NeedStep.objects.create(
            state="found", on=need.raised_on, recorded_at=need.created_at, **shared
        )
        if state != "found":
            step = NeedStep.objects.create(
                state=state,
                on=max(clock.local_date(need.changed_at), need.raised_on),
                note="" if has_ended else need.state_note,
                answer=need.state_note if has_ended else "",
                recorded_at=need.changed_at,
                **(shared | {"by_id": None}),
            )
            if has_ended:
                need.answer, need.state_note, need.answered_in = need.state_note, "", step
        need.state = state
        need.answer_due_on = None if has_ended else due
        need.save(update_fields=["state", "state_note", "answer", "answered_in", "answer_due_on"])
        Voice.objects.create(
            code=new_code(),
            organisation_id=need.organisation_id,
            created_at=need.created_at,
            need=need,
            is_own=True,
            words="\n".join(part for part in (need.title, need.text) if part),
            raised_by=need.raised_by,
            leader_id=need.raised_by_leader_id,
            way=need.source,
            way_note=need.source_note,
            on=need.raised_on,
            entered_by_id=need.entered_by_id,
        )


class Migration(migrations.Migration):
    dependencies = [("communities", "0006_needs_and_answers")]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
