"""A learner's record on paper: set with the font of the certificates, in Chinese, as an office files it."""

import json

import typst
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingzao.core import clock
from yingzao.core.fonts import missing_characters
from yingzao.core.ui.templatetags.ui import day, plain_number, state_word
from yingzao.core.ui.templatetags.ui import share as percent
from yingzao.honours.bridge.typesetting import FONT, FONTS, ROOM
from yingzao.honours.queries.records import Record
from yingzao.honours.rules.layout import LANGUAGE
from yingzao.honours.rules.records import hours_text

TEMPLATE = ROOM / "templates" / "honours" / "record.typ"
GAP = "〓"  # what printers put where a character is missing


def set_record(record: Record) -> bytes:
    """The sheet as PDF. A character that the font lacks becomes 〓: titles are free text, and nobody's record waits for that."""
    with translation.override(LANGUAGE):
        sheet = json.dumps(_sheet(record), ensure_ascii=False, sort_keys=True)
    for character in missing_characters(sheet, FONT):
        sheet = sheet.replace(character, GAP)
    made = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"sheet": sheet},
        timestamp=int(record.made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise ValueError("nothing was set")
    return made


def _sheet(record: Record) -> dict:
    enrolment, programme = record.enrolment, record.enrolment.programme
    today = day(clock.local_date(record.made_at))
    facts = [
        (_("Full name"), str(enrolment.name)),
        (_("Community"), enrolment.community_name or "—"),
        (pgettext("of a learner", "Number"), enrolment.number or "—"),
        (_("State"), str(enrolment.get_state_display())),
        (_("Period"), f"{day(programme.starts_on)}–{day(programme.ends_on)}"),
        (_("Credit hours"), hours_text(record) or "—"),
        (_("Done of what is due"), percent(_number(record.so_far))),
        (_("Done of the whole plan"), percent(_number(record.whole))),
    ]
    return {
        "title": _("Learner's record"),
        "programme": programme.full_name,
        "issuer": programme.organisation.name,
        "facts": facts,
        "parts": [_duties(record), _marks(record), _honours(record), _certificates(record)],
        "stamp": _("Confirmed by (stamp)"),
        "day": today,
        "foot": _("As it stood on %(day)s. 〓 stands for a character that cannot be printed.")
        % {"day": today},
    }


def _number(share: object) -> float | None:
    return None if share is None else float(share)  # type: ignore[arg-type]


def _duties(record: Record) -> dict:
    has_hours = any(duty.hours for duty in record.duties)
    rows = [
        [
            duty.title,
            duty.kind,
            day(duty.on) if duty.on else "—",
            str(state_word(duty.shown)),
            *([plain_number(duty.hours) if duty.hours else ""] if has_hours else []),
        ]
        for duty in record.duties
    ]
    return {
        "title": _("Duties"),
        "columns": ["1fr", "auto", "auto", "auto", *(["auto"] if has_hours else [])],
        "head": [
            _("Duty"),
            _("Kind"),
            _("Date"),
            _("State"),
            *([_("Credit hours")] if has_hours else []),
        ],
        "rows": rows,
        "empty": _("No duties so far."),
        "note": "",
    }


def _marks(record: Record) -> dict:
    rows = [
        [
            mark.round,
            "\n".join(f"{title} {'、'.join(given)}" for title, given in mark.criteria) or "—",
            mark.performance or "—",
        ]
        for mark in record.marks
    ]
    return {
        "title": _("Judged work"),
        "columns": ["1fr", "1fr", "auto"],
        "head": [_("Round"), _("Marks by criterion"), _("Performance (of 100)")],
        "rows": rows,
        "empty": _("No marks have been released."),
        "note": "",
    }


def _honours(record: Record) -> dict:
    rows = [
        [honour.name, "—" if honour.rank is None else str(honour.rank), honour.total, day(honour.posted_on)]
        for honour in record.honours
    ]
    return {
        "title": _("Places on posted lists"),
        "columns": ["1fr", "auto", "auto", "auto"],
        "head": [_("Name of the list"), _("Rank on the list"), _("Total"), _("Posted")],
        "rows": rows,
        "empty": _("On no list that was posted."),
        "note": "",
    }


def _certificates(record: Record) -> dict:
    rows = [
        [
            str(certificate.frozen["title"]),
            certificate.number,
            day(clock.local_date(certificate.issued_at)),
            _("revoked") if certificate.revoked_at else _("valid"),
        ]
        for certificate in record.certificates
    ]
    return {
        "title": _("Certificates"),
        "columns": ["1fr", "auto", "auto", "auto"],
        "head": [_("Certificate"), pgettext("of a certificate", "Number"), _("Issued"), _("State")],
        "rows": rows,
        "empty": _("No certificate has been issued."),
        "note": _("Each number can be verified on the verification page.") if rows else "",
    }
