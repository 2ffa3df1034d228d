"""The roster as a workbook."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from yingzao.core import ports
from yingzao.core.clock import SHANGHAI
from yingzao.core.masking import mask_phone
from yingzao.enrolment.models import Enrolment, Registration
from yingzao.programmes.models import Programme


def roster_workbook(programme: Programme, learners: Iterable[Enrolment], *, clear_phones: bool) -> bytes:
    """One row a learner; phones masked unless asked for, which the caller has recorded. Cells stay text."""
    header = [
        _("Learner number"),
        _("Name"),
        _("Sex"),
        _("Community"),
        _("Team"),
        _("Phone"),
        _("Post"),
        _("State"),
        _("Has joined"),
        _("Note"),
    ]
    rows = [
        [
            e.number,
            e.name,
            e.sex,
            e.community_name,
            e.team.name if e.team else "",
            e.phone if clear_phones else mask_phone(e.phone),
            e.post,
            str(e.get_state_display()),
            _("yes") if e.person_id else _("no"),
            e.note,
        ]
        for e in learners
    ]
    sheet = ports.SheetOut(
        name=_("Roster"),
        title=f"{programme.full_name} {_('Roster')}",
        header=header,
        rows=rows,
        widths=(8, 12, 6, 18, 10, 14, 14, 10, 10, 24),
        clear_phones=clear_phones,
        text_columns=frozenset(range(len(header))),
    )
    return ports.port("table_writer").write([sheet])


def registrations_workbook(programme: Programme, rows: Iterable[tuple[Registration, str]]) -> bytes:
    """One row a registration with what was noticed about it; phones masked. Cells stay text."""
    header = [
        _("Registered at"),
        _("Name"),
        _("Phone"),
        _("Community"),
        _("Post"),
        _("Note"),
        _("State"),
        _("Reason"),
        _("Learner number"),
        _("Noticed"),
    ]
    sheet = ports.SheetOut(
        name=_("Registrations"),
        title=f"{programme.full_name} {_('Registrations')}",
        header=header,
        rows=[
            [
                row.created_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
                row.name,
                mask_phone(row.phone),
                row.community_as_given,
                row.post,
                row.note,
                str(row.get_state_display()),
                row.reason,
                row.enrolment.number if row.enrolment else "",
                noticed,
            ]
            for row, noticed in rows
        ],
        widths=(17, 12, 14, 18, 14, 24, 10, 24, 10, 30),
        text_columns=frozenset(range(len(header))),
    )
    return ports.port("table_writer").write([sheet])
