"""Field visits as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yingzao.activities.kind import Fact, Frame, Idea, Kind, Verdict
from yingzao.activities.models import Activity, Part
from yingzao.communities.models import Community
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.visits import queries, settling
from yingzao.visits.actions import copying
from yingzao.visits.models import Stop, StopDocument, Visit
from yingzao.visits.phrases import group_told


class FieldVisit(Kind):
    key = "visit"
    icon = "map-pin"
    excuses_by_part = True

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return settling.settle(frame, facts, now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        stops = activity.parts.count()
        told = [
            _("Done when you have checked in at %(asked)d of %(stops)d stops.")
            % {"asked": settling.asked_of(rule, stops), "stops": stops}
        ]
        if rule.get("check_out"):
            told.append(_("Check out as well when you leave a stop."))
        late, early = rule.get("late_after"), rule.get("early_before")
        marked = rule.get("marked", settling.FULL)
        if marked != settling.FULL and (late is not None or early is not None):
            told.append(
                _("A stop at which you come late or leave early makes the visit late.")
                if marked == settling.AS_LATE
                else _("A stop at which you come late or leave early does not count.")
            )
        return "".join(told) if get_language() == "zh-hans" else " ".join(told)

    def phrase(self, reason: Mapping[str, Any]) -> str:
        match reason["code"]:
            case "visit.confirmed":
                return _("Taking part was confirmed by staff.")
            case "visit.stops":
                return _stops_said(reason)
            case "visit.late":
                return _("%(minutes)d minutes late at %(stop)s.") % reason
            case "visit.early":
                return _("Left %(stop)s %(minutes)d minutes early.") % reason
            case "visit.not_out":
                return _("Not checked out at %(stop)s.") % reason
            case "visit.waiting":
                return _("The check-in at %(stop)s waits for the staff's confirmation.") % reason
            case "visit.excused":
                return _("Excused from %(stop)s: %(why)s") % {
                    "stop": reason["stop"],
                    "why": reason.get("why") or "—",
                }
        return ""

    def receiving(self, activity: Activity) -> Sequence[tuple[Person, str]]:
        return queries.hosts_to_tell(activity)

    def ideas(self, enrolment: Enrolment) -> Sequence[Idea]:
        return [
            Idea(
                str(note.note),
                f"{note.stop.part.activity.title} · {note.stop.part.title}",
                note.at,
                note.idea,
                note.text,
            )
            for note in queries.notes_of_learner(enrolment)
            if note.idea
        ]

    def learner_url(self, activity: Activity) -> str:
        return reverse("visits:learner-visit", args=[activity.code])

    def desk_url(self, activity: Activity) -> str:
        return reverse("visits:desk-visit", args=[activity.programme.code, activity.code])

    def missing(
        self, rule: Mapping[str, Any], activity: Activity, reasons: Sequence[Mapping[str, Any]]
    ) -> str:
        stops = [p.title for p in activity.parts.all()]
        found = next((r for r in reasons if r["code"] == "visit.stops"), None)
        left = found["missing"] if found else stops
        needed = (found["asked"] - len(found["stops"])) if found else settling.asked_of(rule, len(stops))
        if needed <= 0 or not left:
            return _("A check-in is missing.")
        return ngettext(
            "A check-in at %(count)d of these stops is missing: %(stops)s.",
            "Check-ins at %(count)d of these stops are missing: %(stops)s.",
            needed,
        ) % {"count": needed, "stops": "、".join(left)}

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> bool:
        first = rows[0] if rows else {}
        visit, changed = Visit.objects.get_or_create(
            activity=activity, defaults={"organisation_id": activity.organisation_id}
        )
        meeting_place = first.get("meeting_place", visit.meeting_place)
        if visit.meeting_place != meeting_place:
            visit.meeting_place = meeting_place
            visit.save(update_fields=["meeting_place"])
            changed = True
        places = {row.get("part", ""): row["place"] for row in rows if "place" in row}
        for part in activity.parts.all():
            stop, created = Stop.objects.get_or_create(
                part=part,
                defaults={
                    "organisation_id": activity.organisation_id,
                    "place": places.get(part.title, ""),
                    "community": _only_community_called(part.title, activity.organisation_id),
                },
            )
            if not created and stop.place != places.get(part.title, stop.place):
                stop.place = places[part.title]
                stop.save(update_fields=["place"])
                changed = True
            changed = changed or created
        return changed

    def places(self, activities: Sequence[Activity]) -> Mapping[int, str]:
        return queries.places_of(activities)

    def places_for(self, activities: Sequence[Activity], enrolment: Enrolment) -> Mapping[int, str]:
        """Whoever rides in a group meets there: 1号车, 街道办事处东门, 7:30."""
        rides = queries.rides_of(activities, enrolment)
        told = {pk: group_told(group) for pk, group in rides.items()}
        return {**self.places(activities), **{pk: words for pk, words in told.items() if words}}

    def extras(self, activity: Activity) -> Mapping[str, str]:
        visit = queries.visit_of(activity)
        return {"meeting_place": visit.meeting_place} if visit else {}

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        visit = Visit.objects.filter(activity=source).first()
        made = Visit.objects.create(
            organisation_id=target.organisation_id,
            activity=target,
            meeting_place=visit.meeting_place if visit else "",
        )
        copying.copy_sign_up(source, made)
        for stop in Stop.objects.filter(part__activity=source):
            copied = Stop.objects.create(
                organisation_id=target.organisation_id,
                part=parts[stop.part_id],
                community=stop.community,
                place=stop.place,
                guide_questions=stop.guide_questions,
            )
            for document in stop.documents.all():
                StopDocument.objects.create(
                    organisation_id=target.organisation_id,
                    stop=copied,
                    title=document.title,
                    url=document.url,
                    file=document.file,
                    position=document.position,
                )


def _stops_said(reason: Mapping[str, Any]) -> str:
    stops = "、".join(reason["stops"])
    if not stops:
        return _("No check-in yet.")
    if reason["missing"]:
        return _("Checked in at %(stops)s; not at %(missing)s.") % {
            "stops": stops,
            "missing": "、".join(reason["missing"]),
        }
    return _("Checked in at %(stops)s.") % {"stops": stops}


def _only_community_called(name: str, organisation_id: int) -> Community | None:
    """None where two towns have one of this name: a person says which is meant."""
    found = list(Community.objects.filter(organisation_id=organisation_id, name=name)[:2])
    return found[0] if len(found) == 1 else None
