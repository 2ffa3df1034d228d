"""Live: seconds of live and of replay, apart. On demand: seconds played, which are replay.

A title line stands before the header, and every header and value may end with a TAB. The remark 备注名 that
the organiser set
is looked at before the nickname that people gave themselves.
"""

from collections.abc import Sequence

from yingzao.core.ports import MeetingReport, MeetingRow, Notice, Row, Sheet
from yingzao.integrations.meetings.rows import Table, is_footer, open_table
from yingzao.integrations.tables.cells import cell_seconds, cell_text, is_blank
from yingzao.integrations.tables.headers import raw

COLUMNS = {
    "account": ("用户id",),
    "nickname": ("用户昵称", "昵称"),
    "remark": ("备注名", "用户备注名", "备注"),
    "phone": ("手机号", "绑定手机号", "手机号码"),
    "live": ("直播观看时长(秒)",),
    "live_clock": ("直播观看时长",),
    "replay": ("回放观看时长(秒)",),
    "replay_clock": ("回放观看时长",),
    "played": ("累计播放时长(秒)", "累计学习时长(秒)"),
    "progress": ("播放进度", "学习进度"),
}
CERTAIN = 0.95


class XiaoeReader:
    format = "xiaoe"

    def recognise(self, sheets: Sequence[Sheet], name: str) -> float | None:
        return CERTAIN if _table(sheets) else None

    def read(self, sheets: Sequence[Sheet], name: str) -> MeetingReport:
        table = _table(sheets)
        assert table is not None, "read() is for what recognise() knew"
        live = "played" not in table.columns
        rows, footers = [], []
        for row in table.below:
            if is_footer(row, timed=bool(table.text(row, "nickname"))):
                footers.append(row.number)
            else:
                rows.append(_row(table, row, live=live))
        title = next((cell_text(cell) for row in table.above for cell in row.cells if cell_text(cell)), "")
        return MeetingReport(
            format="xiaoe_live" if live else "xiaoe_ondemand",
            title=title.partition("》")[0].lstrip("《") if title.startswith("《") else title,
            rows=tuple(rows),
            warnings=(Notice("footer", tuple(footers)),) if footers else (),
            source="totals",
        )


def _table(sheets: Sequence[Sheet]) -> Table | None:
    for sheet in sheets:
        for needs in (("account", "live"), ("account", "live_clock"), ("account", "played")):
            if table := open_table(sheet, COLUMNS, needs):
                return table
    return None


def _row(table: Table, row: Row, *, live: bool) -> MeetingRow:
    account, nickname, remark = (_said(table, row, field) for field in ("account", "nickname", "remark"))
    watched = _seconds(table, row, "live", "live_clock") if live else 0
    replayed = (
        _seconds(table, row, "replay", "replay_clock") if live else _seconds(table, row, "played", "played")
    )
    shown = " ".join(filter(None, (account, nickname)))
    return MeetingRow(
        row=row.number,
        sheet=table.sheet.name,
        name_as_given=f"{shown}({remark})" if remark else shown,
        nickname=nickname,
        origin_name=remark,
        names=tuple(filter(None, (remark, nickname))) or ("",),
        seconds_claimed=watched,
        replay_seconds=replayed or 0,
        account=account,
        phone=_said(table, row, "phone"),
        problem="unreadable_time" if watched is None or replayed is None else "",
        raw=raw(table.headers, row),
    )


def _said(table: Table, row: Row, field: str) -> str:
    return "" if is_blank(table.cell(row, field)) else table.text(row, field)


def _seconds(table: Table, row: Row, field: str, clock: str) -> int | None:
    """Seconds by the column in seconds, else by the one on the clock; `--` is none; unreadable is None."""
    column = field if field in table.columns else clock
    if column not in table.columns:
        return 0
    if is_blank(table.cell(row, column)):
        return 0
    return cell_seconds(table.cell(row, column), unit=1, fraction=column == clock)
