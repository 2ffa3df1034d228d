"""The roster as a workbook."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from yingzao.core import ports
from yingzao.core.masking import mask_phone
from yingzao.enrolment.models import Enrolment
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
        text_columns=frozenset(range(len(header))),
    )
    return ports.port("table_writer").write([sheet])
