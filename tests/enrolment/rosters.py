"""Rosters as bytes, for tests."""

HEADER = "学号,姓名,性别,所在社区（单位）,小组,联系电话,备注"


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *lines]).encode("gb18030")
