"""What the office files, as values of a Word document. Every figure is asked where the page that shows it asks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.enums import DutyState, KindKey
from yingzao.activities.models import Activity, Part
from yingzao.core import clock
from yingzao.core.masking import mask_contact, mask_phones_in
from yingzao.core.ports import DocumentOut, Grid, Heading, NewPage, Piece, Stamp, Words, port
from yingzao.core.ui.templatetags.ui import day, period, plain_number, share, stamp
from yingzao.enrolment.models import Enrolment
from yingzao.honours.enums import CertificateKind, PlaceState
from yingzao.honours.models import PublicNotice, Selection
from yingzao.honours.phrases import notice_body
from yingzao.honours.queries import listed, rows, threads
from yingzao.programmes.models import Programme
from yingzao.stories import queries as stories
from yingzao.stories.models import Story
from yingzao.visits.queries import expected_learners
from yingzao.web import queries

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NUMERALS = "一二三四五六七八九十"


def written(document: DocumentOut) -> bytes:
    return port("document_writer").write(document)


def _numbered(headings: Iterable[tuple[str, Sequence[Piece]]]) -> list[Piece]:
    """Sections under 一、 二、 or 1. 2., those that say nothing left out."""
    pieces: list[Piece] = []
    said = [(title, inner) for title, inner in headings if inner]
    for index, (title, inner) in enumerate(said):
        chinese = (get_language() or "").startswith("zh")
        pieces += [Heading(f"{NUMERALS[index]}、{title}" if chinese else f"{index + 1}. {title}"), *inner]
    return pieces


def _said(label: str, text: str) -> Words:
    return Words(label + _(": ") + text)


def _issued(programme: Programme, on: dt.date) -> Stamp:
    return Stamp((programme.organisation.name, day(on)))


# The report of a programme


def report(programme: Programme, now: dt.datetime) -> DocumentOut:
    standing = activities.standing_of(programme)
    seen = queries.overview(programme, standing=standing)
    board = queries.board(programme, standing=standing)
    return DocumentOut(
        title=_("Report on %(programme)s") % {"programme": programme.full_name},
        author=programme.organisation.name,
        pieces=[
            *_numbered([
                (_("The programme"), _about(programme, seen, now)),
                (_("Learning activities"), _activities_done(programme, seen)),
                (_("How learners stand"), _standing(board)),
                (_("Selection and notice"), _selected(programme)),
                (_("Certificates"), _certified(programme)),
                (_("Stories"), _told(stories.published_stories(programme))),
            ]),
            _issued(programme, clock.local_date(now)),
        ],
    )  # fmt: skip


def _about(programme: Programme, seen: queries.Overview, now: dt.datetime) -> list[Piece]:
    return [
        Words(
            _("%(organisation)s holds %(programme)s from %(start)s to %(end)s. Figures as of %(moment)s.")
            % {
                "organisation": programme.organisation.name,
                "programme": programme.full_name,
                "start": day(programme.starts_on),
                "end": day(programme.ends_on),
                "moment": stamp(now),
            }
        ),
        Words(
            ngettext(
                "%(learners)d learner of %(communities)d communities takes part.",
                "%(learners)d learners of %(communities)d communities take part.",
                seen.learners,
            )
            % {"learners": seen.learners, "communities": seen.communities}
        ),
    ]


def _activities_done(programme: Programme, seen: queries.Overview) -> list[Piece]:
    kinds = [kind for kind in seen.kinds if kind.planned]
    if not kinds:
        return []
    states = Counter(
        (d.activity_id, d.state) for d in activities.duties_at(programme, reasons=False).values()
    )
    each = [
        (
            activity.title,
            str(KindKey(activity.kind).label),
            day(clock.local_date(activity.starts_at)) if activity.starts_at else "—",
            str(states[activity.pk, DutyState.DONE] + states[activity.pk, DutyState.LATE]),
            str(sum(count for (pk, _state), count in states.items() if pk == activity.pk)),
        )
        for activity in activities.activities_of(programme)
    ]
    return [
        Grid(
            (_("Kind"), _("Planned"), _("Held"), _("Of what was due, done")),
            [(kind.label, str(kind.planned), str(kind.held), share(kind.share)) for kind in kinds],
        ),
        Words("", small=True),
        Grid(
            (_("Activity"), _("Kind"), _("Day"), _("Learners who did it"), _("Learners asked")),
            each,
        ),
    ]


def _standing(board: queries.Board) -> list[Piece]:
    if not board.everybody:
        return []
    said = [
        Words(
            _("So far: %(mean)s on average. Behind: %(behind)d. At risk: %(risk)d.")
            % {
                "mean": share(board.mean_so_far),
                "behind": board.counts["behind"],
                "risk": board.counts["risk"],
            }
        )
    ]
    if board.has_hours:
        total = sum(row.hours for row in board.everybody)
        said.append(Words(_("Credit hours earned: %(hours)s in all.") % {"hours": plain_number(total)}))
    return list(said)


def _selected(programme: Programme) -> list[Piece]:
    pieces: list[Piece] = []
    notices: Iterable[Any] = rows.notices_of(programme)
    for notice in notices:
        pieces.append(
            Words(
                _(
                    "%(title)s: %(count)d learners, %(start)s to %(end)s, %(days)d working days; "
                    "objections received %(received)d, not answered yet %(open)d."
                )
                % {
                    "title": notice.title,
                    "count": len(notice.frozen["places"]),
                    "start": day(notice.posted_on),
                    "end": day(notice.ends_on),
                    "days": notice.working_days,
                    "received": notice.received,
                    "open": notice.open_objections,
                }
            )
        )
        if notice.replaced_by_id is None:
            pieces.append(_posted(notice, full=False))
    return pieces


def _certified(programme: Programme) -> list[Piece]:
    counted: Counter[str] = Counter()
    for kind, revoked_at in rows.certificates_of(programme).values_list("kind", "revoked_at"):
        counted[kind if revoked_at is None else "revoked"] += 1
    if not counted:
        return []
    return [
        Words(
            _("Valid: %(completion)d of completion, %(honour)d of honour; revoked: %(revoked)d.")
            % {
                "completion": counted[CertificateKind.COMPLETION],
                "honour": counted[CertificateKind.HONOUR],
                "revoked": counted["revoked"],
            }
        )
    ]


def _told(found: Iterable[Story]) -> list[Piece]:
    lines = [
        (day(clock.local_date(story.published_at)) if story.published_at else "—", story.title)
        for story in found
    ]
    return [Grid((_("Day"), _("Title")), lines)] if lines else []


# Minutes, notice, objections


def minutes(selection: Selection) -> DocumentOut:
    """Of the meeting on a frozen list: what it rests on, the places, and room for what was said and for signatures."""
    snapshot, programme = selection.snapshot, selection.programme
    lines = listed.frozen_lines(selection, snapshot["scheme"]["decimals"])
    shown = [line for line in lines if line.state in (PlaceState.CHOSEN, PlaceState.RESERVE, PlaceState.TIED)]
    barred = [line.name for line in lines if line.state == PlaceState.BARRED]
    rests: list[Piece] = [
        Words(
            _("The list was frozen on %(at)s by %(name)s, out of %(count)s learners.")
            % {
                "at": stamp(selection.frozen_at),
                "name": selection.frozen_by.display_name if selection.frozen_by else "—",
                "count": len(lines),
            }
        ),
        *(
            _said(label, sentence)
            for label, sentence in threads.settings_sentences(snapshot["scheme"], snapshot["list"])
        ),
    ]
    if barred:
        rests.append(_said(_("Barred from this list"), _(", ").join(barred)))
    for each in threads.tie_decisions(selection):
        rests.append(
            Words(_("A tie was decided by %(by)s: %(reason)s") % {"by": each.by, "reason": each.reason})
        )
    heads = (
        _("Rank"),
        _("Full name"),
        _("Community"),
        _("Total"),
        _("Completion"),
        _("Actual performance"),
        _("State"),
    )
    places = [
        (
            "—" if line.rank is None else str(line.rank),
            line.name,
            line.community,
            line.total,
            line.completion,
            line.performance,
            line.word,
        )
        for line in shown
    ]
    meeting = Grid(
        ("", "", "", ""),
        [(_("Time"), "", _("Place of meeting"), ""), (_("In the chair"), "", _("Taken down by"), "")],
        (26, 52, 30, 48),
        row_mm=12,
    )
    comment = selection.decision_comment.strip()
    return DocumentOut(
        title=_("Minutes of the meeting on “%(name)s”") % {"name": selection.name},
        author=programme.organisation.name,
        pieces=[
            Words(programme.full_name, align="centre"),
            meeting,
            *_numbered([
                (_("On what it rests"), rests),
                (_("The list"), [Grid(heads, places)]),
                (_("What was said and decided"), [Words(comment), Words("", space_mm=40)]),
                (_("Signatures of those present"), [Grid(("",) * 3, [("",) * 3] * 2, (52, 52, 52), row_mm=18)]),
            ]),
            Words(f"SHA-256 {selection.sha256}", align="left", small=True),
        ],
    )  # fmt: skip


def _posted(notice: PublicNotice, *, full: bool) -> Grid:
    return Grid(
        (_("Rank"), _("Full name"), _("Community"), _("Number"), _("Total")),
        [
            (str(line.rank), line.name if full else line.masked, line.community, line.number, line.total)
            for line in listed.notice_lines(notice)
        ],
    )


def notice(found: PublicNotice, address: str) -> DocumentOut:
    """The list with room for the stamp; full names where a basis was recorded, as on the printed sheet."""
    after = _("%(start)s to %(end)s, 24:00 (%(days)s working days, the day of posting not counted)") % {
        "start": day(found.posted_on),
        "end": day(found.ends_on),
        "days": found.working_days,
    }
    pieces: list[Piece] = [
        Words(notice_body(found)),
        Words(after),
        _posted(found, full=bool(found.basis)),
        _said(_("Objections are taken at"), address),
        _issued(found.programme, found.posted_on),
        Words(f"SHA-256 {found.frozen['selection_sha256']}", align="left", small=True),
    ]
    if found.basis:
        pieces.append(
            Words(
                _("Full names on the basis of: %(basis)s") % {"basis": found.basis}, align="left", small=True
            )
        )
    return DocumentOut(title=found.title, author=found.programme.organisation.name, pieces=pieces)


def handling(
    programme: Programme, objections: Iterable[Any], today: dt.date, *, contacts: bool
) -> DocumentOut:
    """All objections of a programme with their logs. `contacts`: masked ones, for organisers; else none."""
    pieces: list[Piece] = []
    for number, each in enumerate(objections, start=1):
        lines = [
            (pgettext("of an objection", "Number"), each.code),
            (_("Who objects"), each.name),
            *([(_("Contact"), mask_contact(each.contact) or "—")] if contacts else []),
            (_("Notice objected to"), each.notice.title),
            (_("What the objection says"), mask_phones_in(each.text)),
            (_("Received"), stamp(each.received_at)),
            (_("Answer due"), day(each.reply_by)),
            (_("Outcome"), str(each.get_state_display())),
        ]
        log = [
            (
                stamp(entry.at),
                str(entry.get_step_display()),
                entry.by.display_name if entry.by else _("whoever objects"),
                entry.text,
            )
            for entry in each.handling.all()
        ]
        pieces += [
            Heading(_("Objection %(number)d") % {"number": number}, 1),
            Grid(("", ""), lines, (34, 122)),
            Words("", small=True),
            Grid(
                (_("When"), _("What was done about it"), _("By whom"), _("In words")), log, (38, 32, 26, 60)
            ),
        ]
    if not pieces:
        pieces = [Words(_("No objection was received."))]
    return DocumentOut(
        title=_("Objections and how they were handled: %(programme)s") % {"programme": programme.full_name},
        author=programme.organisation.name,
        pieces=[*pieces, _issued(programme, today)],
    )


# Sheets to sign, and news of a while


def expected_at(activity: Activity) -> list[Enrolment]:
    """Whom the sheet lists, by number: who has a place on a visit, else everybody for whom it is."""
    asked = (
        expected_learners(activity) if activity.kind == KindKey.VISIT else activities.asked_learners(activity)
    )
    return sorted(asked.select_related("community", "team"), key=lambda e: (len(e.number), e.number, e.pk))


def sign_in(activity: Activity, parts: Sequence[Part]) -> DocumentOut:
    """A sheet for each session or stop, each on a page of its own."""
    expected = expected_at(activity)
    pieces: list[Piece] = []
    for part in parts:
        start, end = part.starts_at or activity.starts_at, part.ends_at or activity.ends_at
        when = period(start, end) if start and end else day(start)
        where = [part.title] if part.title and part.title != activity.title else []
        pieces += [
            *([NewPage()] if pieces else []),
            Words(
                " · ".join([*where, when, _("%(count)d learners") % {"count": len(expected)}]), align="centre"
            ),
            Grid(
                (_("Number"), _("Full name"), _("Community"), _("Signature"), _("Time"), _("Remarks")),
                [(e.number, e.name, e.community_name, "", "", "") for e in expected],
                (16, 28, 42, 30, 20, 20),
                row_mm=10,
            ),
        ]
    return DocumentOut(
        title=_("Sign-in sheet: %(title)s") % {"title": activity.title},
        author=activity.organisation.name,
        pieces=pieces,
    )


def brief(programme: Programme, start: dt.date, end: dt.date) -> DocumentOut:
    """简报: what took place and what was told between two days, both included."""
    first, last = clock.start_of(start), clock.end_of(end)
    held = (
        activities.activities_of(programme).filter(starts_at__range=(first, last)).order_by("starts_at", "pk")
    )
    done = Counter(
        d.activity_id
        for d in activities.duties_at(programme, reasons=False).values()
        if d.state in (DutyState.DONE, DutyState.LATE)
    )
    took_place = [
        (
            day(clock.local_date(activity.starts_at)) if activity.starts_at else "—",
            activity.title,
            str(KindKey(activity.kind).label),
            str(done[activity.pk]),
        )
        for activity in held
    ]
    told = (
        stories.published_stories(programme)
        .filter(published_at__range=(first, last))
        .order_by("published_at")
    )
    tales: list[Piece] = []
    for story in told:
        on = day(clock.local_date(story.published_at)) if story.published_at else ""
        tales += [Heading(story.title, 2), Words(stories.summary_of(story)), Words(on, align="right")]
    nothing: list[Piece] = [Words(_("Nothing took place and nothing was told in this time."))]
    grid = Grid((_("Day"), _("Activity"), _("Kind"), _("Learners who did it")), took_place)
    inner = _numbered([(_("What took place"), [grid] if took_place else []), (_("What was told"), tales)])
    return DocumentOut(
        title=_("News of %(programme)s") % {"programme": programme.full_name},
        author=programme.organisation.name,
        pieces=[
            Words(_("%(start)s to %(end)s") % {"start": day(start), "end": day(end)}, align="centre"),
            *(inner or nothing),
            _issued(programme, end),
        ],
    )
