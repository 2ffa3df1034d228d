"""Rosters as bytes, for tests."""

from yingzao.core.ports import Row, Sheet

HEADER = "学号,姓名,性别,所在社区（单位）,小组,联系电话,备注"


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *lines]).encode("gb18030")


class QuickTables:
    """Reads the tables that `csv` makes without starting a process; hands everything else to the real reader."""

    def __init__(self, real) -> None:
        self.real = real

    def read(self, data: bytes, name: str = "") -> tuple[Sheet, ...]:
        text = _decoded(data)
        if "姓名" not in text.split("\n")[0]:
            return self.real.read(data, name)
        lines = [line.rstrip("\r").split(",") for line in text.split("\n")]
        rows = [
            Row(n, tuple(cell or None for cell in cells)) for n, cells in enumerate(lines, 1) if any(cells)
        ]
        return (Sheet("Sheet1", tuple(rows)),)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
