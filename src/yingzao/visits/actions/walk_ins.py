"""Walk-ins: somebody who came and is not on the list, or whom nobody knows by sight. Who is meant is decided in the identity queue."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import ActivityState, FactKind
from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import SourcePurpose, SourceState
from yingzao.enrolment.models import SourceFile
from yingzao.fieldwork.readers.deliveries import read_item
from yingzao.people.models import Person
from yingzao.people.validators import normal_phone
from yingzao.programmes.enums import Act
from yingzao.visits import rules
from yingzao.visits.actions.field import Asked, Batch, Knock, Receipt, handle, take_one
from yingzao.visits.actions.tickets import Ticket
from yingzao.visits.enums import ScanState, ScanWay
from yingzao.visits.models import Scan, Stop

COLUMNS = ("姓名", "手机号", "社区", "站点", "时间", "记录编号")


@handle("walk_in")
def add_walk_ins(batch: Batch, asked: Sequence[Asked]) -> list[Receipt]:
    """Keep each as a file of one row that names a person; whom it means is found out as for any other file."""
    rows = Scan.objects.filter(key__in=[one.item.key for one in asked])
    known = dict(
        rows.values_list("key", "sha256")
    )  # a receipt names what is here: other bytes stay on their phone
    receipts = []
    for one in asked:
        if one.item.key in known:
            receipts.append(Receipt(one.item.key, known[one.item.key], ScanState.WALK_IN.value))
            continue
        try:
            _keep(batch, one)
        except Refused as refusal:
            more = {"code": refusal.code}
            receipts.append(Receipt(one.item.key, one.item.sha256, "refused", refusal.sentence, more=more))
            continue
        known[one.item.key] = one.item.sha256
        receipts.append(Receipt(one.item.key, one.item.sha256, ScanState.WALK_IN.value))
    return receipts


def _keep(batch: Batch, one: Asked) -> None:
    """Raises Refused with a sentence."""
    ticket, item, now = one.knock.ticket, one.item, one.knock.now
    activity = batch.activities.get(ticket.activity_id)
    stop = batch.stops.get((ticket.activity_id, item.text("stop", 20)))
    person = batch.people.get(ticket.person_id)
    if activity is None or stop is None:
        raise Refused(str(_("This stop is not part of the visit any more.")), code="no-stop")
    if not ticket.is_staff or person is None or not batch.is_staff(person, activity):
        raise Refused(str(_("You do not organise this programme any more.")), code="not-staff")
    if activity.state == ActivityState.CANCELLED:
        raise Refused(str(_("This visit was cancelled.")), code="cancelled")
    if not batch.stage_allows(activity, Act.RECORD):
        raise Refused(str(_("The programme is in no stage in which people check in.")), code="no_stage")
    name = item.text("name", 60)
    if not name:
        raise Refused(str(_("Say the walk-in's name.")), code="no-name", field="name")
    at = now if rules.is_prompt(item.at_ms, one.knock.clock_ms) else item.at
    if not rules.is_of_the_visit(at, activity.starts_at, activity.ends_at, now):
        at = item.at - dt.timedelta(milliseconds=one.ahead_ms)
    source = _write_row(
        stop, activity, person, item.key, at, name, item.text("phone", 20), item.text("community", 60)
    )
    Scan.objects.create(
        organisation_id=activity.organisation_id,
        key=item.key,
        stop=stop,
        source_file=source,
        way=ScanWay.WALK_IN,
        at=item.at,
        received_at=now,
        ahead_ms=one.ahead_ms,
        device=one.knock.device,
        by=person,
        sha256=item.sha256,
        state=ScanState.WALK_IN,
    )


def _write_row(
    stop: Stop,
    activity: Activity,
    person: Person,
    key: uuid.UUID,
    at: dt.datetime,
    name: str,
    phone: str,
    community: str,
) -> SourceFile:
    moment = at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    cells = dict(zip(COLUMNS, (name, phone, community, stop.part.title, moment, str(key)), strict=True))
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerows([COLUMNS, cells.values()])
    source, _is_new = enrolment.keep_source(
        programme=activity.programme,
        by=person,
        data=("\ufeff" + sheet.getvalue()).encode(),
        name=f"现场补登-{stop.part.code}-{str(key)[:8]}.csv",
        purpose=SourcePurpose.WALK_IN,
        about_code=stop.part.code,
        format="walk-in",
    )
    source.state, source.confirmed_at, source.confirmed_by = SourceState.CONFIRMED, at, person
    source.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    row = activities.ReadRow(
        number=2,
        cells=cells,
        name=name,
        phone=normal_phone(phone) or "",
        community=community,
        meanings=[
            activities.Meaning(
                activity.code,
                FactKind.CHECKED_IN,
                at,
                part=stop.part.code,
                detail={"by": "staff", "walk_in": True, "scan": str(key)},
            )
        ],
    )
    activities.take_rows(source_file=source, rows=[row], by=person)
    return source


def add_walk_in(
    *,
    stop: Stop,
    by: Person,
    name: str,
    phone: str = "",
    community: str = "",
    now: dt.datetime | None = None,
) -> Receipt:
    """Add somebody who came without being on the list. Raises Refused with a sentence."""
    now = now or clock.now()
    activity = stop.part.activity
    at_ms = round(now.timestamp() * 1000)
    told = {"stop": stop.part.code, "name": name, "phone": phone, "community": community}
    item = read_item(json.dumps({"key": str(uuid.uuid4()), "do": "walk_in", "at": at_ms, **told}))
    assert item is not None
    ticket = Ticket(activity.organisation_id, activity.pk, by.pk, 0, int(now.timestamp()))
    return take_one(Knock(ticket, (item,), now, at_ms))
