"""What is done from a page that reads across rooms."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Collection
from fractions import Fraction
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.core import audit, clock, jobs, locking, media
from yingzao.core.errors import Refused
from yingzao.core.ui.templatetags.ui import moment, share
from yingzao.notices.actions import Told, send_to_many
from yingzao.people.models import Person
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import require_organiser
from yingzao.web import folders, warnings
from yingzao.web.enums import FolderState
from yingzao.web.models import ActivityFolder
from yingzao.web.outlook import Group
from yingzao.web.queries import as_decimal

NEARLY_LATE = dt.timedelta(days=2)


def warn(programme: Programme, *, now: dt.datetime | None = None) -> int:
    """Tell learners for whom one more missed duty is one too many, while the nearest can still be done; how many were told.

    Once a duty, in the two days before it is too late for it. Those who are safe, or beyond help, hear nothing here.
    """
    now = now or clock.now()
    line = warnings.line_of(programme)
    at_stake: dict[str, list[int]] = defaultdict(list)
    by_code: dict[str, warnings.Chance] = {}
    for row in warnings.warnings_of(programme, show=Group.EDGE).rows:
        nearest = row.open[0] if row.open else None
        if nearest and nearest.by and row.learner.person_id and now < nearest.by <= now + NEARLY_LATE:
            at_stake[nearest.activity.code].append(row.learner.person_id)
            by_code[nearest.activity.code] = nearest
    told = 0
    for code, people in at_stake.items():
        chance = by_code[code]
        told += send_to_many(
            organisation=programme.organisation,
            programme_code=programme.code,
            people=Person.objects.filter(pk__in=people, is_active=True),
            kind="nearly_late",
            key=f"web.nearly_late:{code}:{clock.local_date(chance.by or now).isoformat()}",
            title=partial(_last_chance_title, chance),
            body=partial(_last_chance_body, chance, line),
            url=reverse("web:learner-duty", args=[code]),
            now=now,
        )
    return told


def remind(
    *, programme: Programme, person_ids: Collection[int], by: Person, today: dt.date | None = None
) -> int:
    """Tell learners that duties are open, at most once a day each; how many had not been told today."""
    require_organiser(by, programme)
    if not person_ids:
        raise Refused(_("There is nobody to remind."), code="nobody")
    today = today or clock.today()
    title, body = reminder_words(programme)
    return send_to_many(
        organisation=programme.organisation,
        people=Person.objects.filter(pk__in=person_ids),
        programme_code=programme.code,
        kind="behind",
        key=f"web.remind:{programme.code}:{today.isoformat()}",
        title=title,
        body=body,
        url=reverse("web:learner-duties"),
        by=by,
    )


def write(
    *,
    programme: Programme,
    people: Collection[Person],
    key: str,
    title: Told,
    body: Told,
    by: Person,
) -> int:
    """Send what an organiser wrote to learners; `key` is the form's, so that the same form sent twice is one letter."""
    require_organiser(by, programme)
    if not people:
        raise Refused(
            _("There is nobody to write to: none of them has joined yet."), code="nobody", field="to"
        )
    return send_to_many(
        organisation=programme.organisation,
        programme_code=programme.code,
        people=people,
        kind="letter",
        key=f"web.letter:{programme.code}:{key}",
        title=title,
        body=body,
        by=by,
    )


def reminder_words(programme: Programme) -> tuple[Told, Told]:
    """Title and body of the organiser's reminder."""
    return (
        lambda: _("Some of your duties are open"),
        lambda: (
            _(
                "You are behind in %(programme)s. See which duties are open and what each still needs; "
                "if something keeps you from it, tell the organiser."
            )
            % {"programme": programme.full_name}
        ),
    )


def _last_chance_title(chance: warnings.Chance) -> str:
    return _("Do not miss this one: %(title)s") % {"title": chance.activity.title[:80]}


def _last_chance_body(chance: warnings.Chance, line: Fraction) -> str:
    return _(
        "It can be done until %(moment)s. If one more duty is missed, %(line)s of the plan can no longer be "
        "reached. If something keeps you from it, tell the organiser in time."
    ) % {"moment": moment(chance.by), "line": share(as_decimal(line))}


# The folder of an activity

KEPT = dt.timedelta(days=7)
GIVEN_UP = dt.timedelta(hours=1)  # what is not ready by then was cut off


@transaction.atomic
def ask_folder(*, activity: Activity, by: Person, now: dt.datetime | None = None) -> ActivityFolder:
    """Have the folder put together anew; the one before goes. One that is being made already is the answer to a second press."""
    require_organiser(by, activity.programme)
    locking.take_turn(f"web.folder:{activity.code}")
    now = now or clock.now()
    waiting = activity.folders.filter(state=FolderState.WAITING, asked_at__gt=now - GIVEN_UP).first()
    if waiting is not None:
        return waiting
    for old in ActivityFolder.objects.filter(activity=activity):
        _drop(old)
    folder = ActivityFolder.objects.create(
        organisation_id=activity.organisation_id, activity=activity, asked_by=by, asked_at=now
    )
    audit.record(
        actor=by, act="web.folder.asked", subject=activity.code, organisation_id=activity.organisation_id
    )
    jobs.enqueue("web.make_folder", code=folder.code)
    return folder


def make_folder(*, code: str) -> ActivityFolder | None:
    """Write the zip. What was put together already, or dropped since, stays as it is."""
    folder = (
        ActivityFolder.objects.filter(code=code, state=FolderState.WAITING)
        .select_related("activity__programme__organisation", "asked_by")
        .first()
    )
    if folder is None or folder.asked_by is None:
        return None
    activity = folder.activity
    try:
        with (
            translation.override(folder.asked_by.language or settings.LANGUAGE_CODE),
            tempfile.TemporaryFile() as target,
        ):
            done = folders.write(activity, target)
            with transaction.atomic():
                folder.file = media.store_made(
                    target,
                    name=f"{activity.title} {clock.local_date(folder.asked_at)}.zip",
                    media_type="application/zip",
                    organisation_id=activity.organisation_id,
                    room="web",
                    subject=folder.code,
                    uploaded_by=folder.asked_by,
                )
                folder.files, folder.photos, folder.stories = len(done.lines), done.photos, done.stories
                folder.state, folder.made_at = FolderState.READY, clock.now()
                folder.save()
    except Exception:
        ActivityFolder.objects.filter(pk=folder.pk).update(state=FolderState.FAILED)
        raise
    return folder


def drop_folders(found: QuerySet[ActivityFolder]) -> int:
    """Take folders away with their bytes; how many."""
    gone = 0
    for folder in found.select_related("file"):
        with transaction.atomic():
            _drop(folder)
        gone += 1
    return gone


def drop_old_folders(now: dt.datetime | None = None) -> int:
    """Those whose days are over, and those that hold what may not be shown any more."""
    now = now or clock.now()
    old = drop_folders(ActivityFolder.objects.filter(asked_at__lt=now - KEPT))
    fallen = [
        f.pk for f in ActivityFolder.objects.filter(state=FolderState.READY) if not folders.still_stands(f)
    ]
    return old + drop_folders(ActivityFolder.objects.filter(pk__in=fallen))


def _drop(folder: ActivityFolder) -> None:
    file = folder.file
    folder.delete()
    if file is not None:
        media.remove(file)
