"""Sheets as a clerk brings them: as read, and as the bytes of a workbook."""

import io

import openpyxl

from yingzao.core.ports import Row, Sheet


def sheet(*rows, name: str = "Sheet1") -> Sheet:
    """A sheet as the table reader gives it: rows numbered as Excel shows them, empty ones left out."""
    return Sheet(name, tuple(Row(n, tuple(row)) for n, row in enumerate(rows, 1) if any(row)))


def workbook(*rows, name: str = "Sheet1") -> bytes:
    """The same as an .xlsx file."""
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def tencent(*stays: tuple[str, str, str], on: str = "2021-10-14") -> bytes:
    """A meeting export of 腾讯会议 with (name, joined, left) of a day; left may be --."""
    day = f"{on} {{}}:00"

    def claimed(joined: str, left: str) -> str:
        (h, m), (hh, mm) = (
            [int(x) for x in t.split(":")] for t in (joined, "20:30" if left == "--" else left)
        )
        minutes = (hh * 60 + mm) - (h * 60 + m)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:00"

    block = [
        ("会议主题:", "业主组织的建设与运营"),
        ("会议号:", "412 345 678"),
        ("预定开始时间:", day.format("19:00")),
        ("预定结束时间:", day.format("20:30")),
    ]
    details = [
        (
            name,
            day.format(joined),
            left if left == "--" else day.format(left),
            claimed(joined, left),
            "会议室",
        )
        for name, joined, left in stays
    ]
    heads = ("用户昵称（入会昵称）", "首次入会时间", "最后退会时间", "入会次数", "累计参会时长", "身份")
    people = dict.fromkeys(name for name, *_rest in stays)
    summary = []
    for name in people:
        own = [d for d in details if d[0] == name]
        total = sum(int(d[3][:2]) * 60 + int(d[3][3:5]) for d in own)
        summary.append(
            (
                name,
                own[0][1],
                own[-1][2],
                str(len(own)),
                f"{total // 60:02d}:{total % 60:02d}:00",
                "普通参会者",
            )
        )
    book = openpyxl.Workbook()
    first = book.active
    first.title = "成员参会概况"
    second = book.create_sheet("成员参会明细")
    for target, head, rows in (
        (first, heads, summary),
        (second, ("用户昵称（入会昵称）", "入会时间", "退会时间", "单次参会时长", "房间类型"), details),
    ):
        for row in (*block, (), head, *rows):
            target.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
