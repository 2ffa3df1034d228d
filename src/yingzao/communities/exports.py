"""The register, its leaders and its needs as workbooks."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from yingzao.communities.enums import ConsentPurpose
from yingzao.communities.models import Community, Leader, Need
from yingzao.communities.queries import purposes_by_leader, voice_counts, voices_with_tellings
from yingzao.core import ports
from yingzao.core.masking import mask_phone


def register_workbook(communities: Iterable[Community]) -> bytes:
    """The columns that the import reads, so that a register goes round."""
    rows = [[c.district_code, c.name, c.town, str(c.get_kind_display()), c.summary] for c in communities]
    sheet = ports.SheetOut(
        name=_("Communities"),
        header=["统计用区划代码", "村居名称", "镇街", _("Kind"), _("What there is to say of it")],
        rows=rows,
        widths=(16, 20, 16, 16, 40),
        text_columns=frozenset({0, 1, 2, 3, 4}),
    )
    return ports.port("table_writer").write([sheet])


def leaders_workbook(leaders: Sequence[Leader], *, in_clear: bool) -> bytes:
    """Names as they stand. How leaders are reached stands masked, unless the caller recorded that it is taken out in clear."""
    purposes = purposes_by_leader(leaders)
    header = [
        _("Community"),
        _("Name"),
        _("Step"),
        _("Good at"),
        _("Facets"),
        _("Willingness"),
        _("Would do"),
        _("How they were found"),
        _("Found on"),
        _("Agreed to"),
        _("Telephone"),
        _("Other ways to reach them"),
    ]
    rows = [
        [
            leader.community.name,
            leader.shown_name,
            str(leader.get_step_display()),
            leader.good_at,
            leader.facet_words,
            str(leader.get_willingness_display()),
            leader.willing_to,
            str(leader.get_found_how_display()),
            leader.found_on.isoformat(),
            _("; ").join(
                str(ConsentPurpose(p).label) for p in ConsentPurpose.values if p in purposes[leader.code]
            ),
            leader.phone if in_clear else mask_phone(leader.phone),
            leader.reach if in_clear else "***" * bool(leader.reach),
        ]
        for leader in leaders
    ]
    sheet = ports.SheetOut(
        name=_("Leaders"),
        header=header,
        rows=rows,
        widths=(16, 12, 10, 24, 16, 14, 24, 18, 12, 30, 16, 24),
        text_columns=frozenset(range(len(header))),
        clear_phones=in_clear,
    )
    return ports.port("table_writer").write([sheet])


def needs_workbook(needs: Sequence[Need]) -> bytes:
    """Needs that are followed up, with `due_on`; and on a second sheet who raised them, in their words."""
    return ports.port("table_writer").write([_needs_sheet(needs), _voices_sheet(needs)])


def _needs_sheet(needs: Sequence[Need]) -> ports.SheetOut:
    header = [
        _("Community"),
        _("Need"),
        _("Whose"),
        _("Voices"),
        _("Urgency"),
        _("How often"),
        _("What it would take"),
        _("Theme"),
        _("State"),
        _("How it stands"),
        _("Answer"),
        _("Answer due on"),
        _("How it was found"),
        _("Source in words"),
        _("What was said, counted or seen"),
        _("Where it is needed"),
        _("Facets"),
        _("Raised by"),
        _("Raised on"),
        _("More of it"),
    ]
    voices = voice_counts(needs)
    rows: list[list[ports.Cell]] = [
        [
            need.community.name,
            need.title,
            need.whose,
            voices[need.pk],
            str(need.get_urgency_display()),
            str(need.get_frequency_display()),
            str(need.get_feasibility_display()),
            need.theme.title if need.theme else "",
            str(need.get_state_display()),
            need.state_note,
            need.answer,
            "" if need.has_ended else _iso(getattr(need, "due_on", need.answer_due_on)),
            str(need.get_source_display()),
            need.source_note,
            need.evidence,
            need.place,
            need.facet_words,
            need.raised_by_leader.shown_name if need.raised_by_leader else str(need.get_raised_by_display()),
            need.raised_on.isoformat(),
            need.text,
        ]
        for need in needs
    ]
    return ports.SheetOut(
        name=_("Needs"),
        header=header,
        rows=rows,
        widths=(16, 24, 16, 8, 8, 10, 16, 16, 12, 20, 30, 12, 12, 20, 30, 16, 16, 14, 12, 30),
        text_columns=frozenset(range(len(header))) - {3},
    )


def _voices_sheet(needs: Sequence[Need]) -> ports.SheetOut:
    header = [
        _("Community"),
        _("Need"),
        _("In their words"),
        _("Raised by"),
        _("How it came"),
        _("Source in words"),
        _("Raised on"),
        _("Told"),
        _("Told on"),
    ]
    heads = {need.pk: need for need in needs}
    rows = []
    for voice, telling in voices_with_tellings(heads.values()):
        head = heads[voice.need.merged_into_id or voice.need_id]
        rows.append(
            [
                head.community.name,
                head.title,
                voice.words,
                voice.leader.shown_name if voice.leader else str(voice.get_raised_by_display()),
                str(voice.get_way_display()),
                voice.way_note,
                voice.on.isoformat(),
                str(telling.get_way_display()) if telling else "",
                telling.on.isoformat() if telling else "",
            ]
        )
    return ports.SheetOut(
        name=_("Voices"),
        header=header,
        rows=rows,
        widths=(16, 24, 40, 14, 14, 20, 12, 16, 12),
        text_columns=frozenset(range(len(header))),
    )


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
