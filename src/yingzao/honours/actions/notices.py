"""Putting a list up for objection, taking objections and answering them."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.honours.actions.handling import write_down
from yingzao.honours.enums import HandlingStep, NoticeState, ObjectionState, PlaceState, SelectionState
from yingzao.honours.models import Objection, PublicNotice, Selection
from yingzao.honours.queries import rows
from yingzao.honours.queries.threads import shown
from yingzao.honours.rules import rights
from yingzao.honours.rules.snapshot import sha256_of
from yingzao.honours.rules.working_days import notice_end
from yingzao.people.models import Person
from yingzao.programmes import rules as programmes
from yingzao.programmes.enums import Act


def _frozen(selection: Selection, title: str, body: str, posted_on: dt.date, ends_on: dt.date) -> dict:
    """What the notice says, by code: names stand beside it as commitments."""
    return {
        "format": "yingzao-notice/1",
        "title": title,
        "body": body,
        "selection": selection.code,
        "selection_sha256": selection.sha256,
        "posted_on": posted_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "places": [
            {
                "learner": place.enrolment_code,
                "name": place.how["name"],
                "rank": place.rank,
                "total": shown(place.total, selection.snapshot["scheme"]["decimals"]),
            }
            for place in rows.places_of(selection)
            if place.state == PlaceState.CHOSEN
        ],
    }


@transaction.atomic
def post_notice(
    *,
    selection: Selection,
    title: str,
    by: Person,
    body: str = "",
    basis: str = "",
    posted_on: dt.date | None = None,
    working_days: int = 5,
    reply_days: int = 5,
    replaces: PublicNotice | None = None,
    now: dt.datetime | None = None,
) -> PublicNotice:
    """Put the approved list up for objection from today (`posted_on`) to 24:00 of the nth working day.

    Refused without the committee's approval, for a list that is posted already, for another day than today, and when
    the window or the answers to objections would reach into a year without a holiday calendar. `replaces` is the
    notice that this one corrects (by itself that of the list it was made from): it stays readable and points here. Refused
    where an objection to it was accepted that this list does not take up. `basis` is on what the printed sheet shows full
    names; without it the sheet shows masked ones.
    """
    now = now or clock.now()
    programmes.require_organiser(by, selection.programme)
    locking.take_turn(f"honours.selection:{selection.code}")
    selection.refresh_from_db()
    rights.require_state(selection, SelectionState.APPROVED)
    programmes.require_stage(selection.programme, Act.NOTIFY)
    if not title.strip():
        raise Refused(_("The notice needs a title."), code="title", field="title")
    if rows.standing_notice(selection):
        raise Refused(_("This list is posted already."), code="posted")
    posted_on = posted_on or clock.local_date(now)
    if posted_on != clock.local_date(now):
        raise Refused(
            _("A notice is dated with the day on which it is put up."), code="posted_on", field="posted_on"
        )
    if not 1 <= working_days <= 60 or not 1 <= reply_days <= 60:
        raise Refused(_("Between 1 and 60 working days."), code="working_days", field="working_days")
    ends_on = notice_end(posted_on, working_days)
    notice_end(ends_on, reply_days)  # the last answer's deadline must be countable as well
    replaces = replaces or rows.notice_to_correct(selection)
    if replaces is not None:
        _replace(replaces, selection)
    frozen = _frozen(selection, title.strip(), body.strip(), posted_on, ends_on)
    notice = PublicNotice.objects.create(
        organisation_id=selection.organisation_id,
        programme=selection.programme,
        selection=selection,
        title=title.strip(),
        body=body.strip(),
        basis=basis.strip(),
        posted_on=posted_on,
        working_days=working_days,
        ends_on=ends_on,
        reply_days=reply_days,
        frozen=frozen,
        sha256=sha256_of(frozen),
        posted_by=by,
    )
    if replaces is not None:
        replaces.replaced_by = notice
        replaces.save(update_fields=["state", "replaced_by"])
    audit.record(
        actor=by,
        act="honours.notice.posted",
        subject=notice.code,
        organisation_id=notice.organisation_id,
        after={
            "selection": selection.code,
            "sha256": notice.sha256,
            "ends_on": ends_on.isoformat(),
            "replaces": replaces.code if replaces else "",
        },
    )
    return notice


def _replace(old: PublicNotice, selection: Selection) -> None:
    if old.programme_id != selection.programme_id or old.state == NoticeState.REPLACED:
        raise Refused(_("This notice cannot be replaced."), code="replaces", field="replaces")
    if rows.has_open_objection(old):
        raise Refused(
            _("Answer the objections to the old notice first."), code="objection_open", field="replaces"
        )
    if left_out := rows.objections_left_out(selection, old):
        raise Refused(
            _(
                "Objection %(code)s was accepted, and this list does not take it up. Look at the list again because of it, "
                "or make the whole list anew."
            )
            % {"code": left_out[0]},
            code="objection_left_out",
            field="replaces",
        )
    old.state = NoticeState.REPLACED


@transaction.atomic
def raise_objection(
    *, notice: PublicNotice, name: str, contact: str, text: str, now: dt.datetime | None = None
) -> Objection:
    """Take a named objection while the window is open. The contact is for the answer alone and is never shown publicly.

    Nothing is issued until it is answered; the answer is due within the notice's working days.
    """
    locking.take_turn(f"honours.notice:{notice.code}")
    now = now or clock.now()  # after the wait: the window may have ended meanwhile
    notice = PublicNotice.objects.get(pk=notice.pk)
    if not rights.window_is_open(notice, now) or clock.local_date(now) < notice.posted_on:
        raise Refused(_("The time for objections is over."), code="window_closed")
    for field, value, sentence in (
        ("name", name, _("Objections are raised in one's own name: write yours.")),
        ("contact", contact, _("Say how the answer can reach you. It is shown to the organisers alone.")),
        ("text", text, _("Say what the objection is about.")),
    ):
        if not value.strip():
            raise Refused(sentence, code=field, field=field)
    objection = Objection.objects.create(
        organisation_id=notice.organisation_id,
        notice=notice,
        name=name.strip(),
        contact=contact.strip(),
        text=text.strip(),
        received_at=now,
        reply_by=notice_end(clock.local_date(now), notice.reply_days),
    )
    write_down(objection, HandlingStep.RECEIVED, at=now)
    audit.record(
        actor=None,
        act="honours.objection.received",
        subject=objection.code,
        organisation_id=objection.organisation_id,
        after={"notice": notice.code, "reply_by": objection.reply_by.isoformat()},
    )
    return objection


@transaction.atomic
def answer_objection(
    *, objection: Objection, outcome: str, reply: str, by: Person, now: dt.datetime | None = None
) -> Objection:
    """Accept or reject with an answer. After an accepted one nothing is issued until a corrected notice stands."""
    programmes.require_organiser(by, objection.notice.programme)
    locking.take_turn(f"honours.notice:{objection.notice.code}")
    objection.refresh_from_db()
    if objection.state != ObjectionState.RECEIVED:
        raise Refused(_("This objection has been answered already."), code="answered")
    if outcome not in (ObjectionState.ACCEPTED, ObjectionState.REJECTED):
        raise Refused(_("Accept the objection or reject it."), code="outcome", field="outcome")
    if not reply.strip():
        raise Refused(_("Write the answer."), code="reply", field="reply")
    objection.state, objection.reply = outcome, reply.strip()
    objection.replied_at, objection.replied_by = now or clock.now(), by
    objection.save(update_fields=["state", "reply", "replied_at", "replied_by"])
    write_down(objection, HandlingStep(outcome), at=objection.replied_at, by=by, text=objection.reply)
    audit.record(
        actor=by,
        act=f"honours.objection.{outcome}",
        subject=objection.code,
        organisation_id=objection.organisation_id,
        after={"notice": objection.notice.code},
    )
    return objection


def note_names_read(*, notice: PublicNotice, by: Person) -> None:
    """Reading full names is an act, on whichever sheet or page they stand."""
    audit.record(
        actor=by,
        act="honours.notice.names_read",
        subject=notice.code,
        organisation_id=notice.organisation_id,
    )
