"""What the columns of a roster are called. The order within a field is the order of preference."""

import re

from yingzao.core.ports import Cell
from yingzao.integrations.tables.headers import PERSON, forms_of

SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": PERSON["name"],
    "code": PERSON["code"],
    "serial": ("序号", "序", "no", "no.", "#"),
    "community": PERSON["community"],
    "phone": PERSON["phone"],
    "email": PERSON["email"],
    "team": ("小组", "组别", "分组", "所在小组", "所属小组", "班组", "组", "team"),
    "post": ("职务", "岗位", "职位", "职务/岗位", "现任职务", "title"),
    "gender": ("性别", "gender"),
    "remark": ("备注", "说明", "remark", "note"),
}
_FIELD = {word: (field, rank) for field, words in SYNONYMS.items() for rank, word in enumerate(words)}
FOOTER = re.compile(
    r"(?:合计|总计|共计|小计|总人数|人数)(?:$|[：:\d共])|共\s*\d+\s*人|"
    r"(?:注|备注|说明|填表人|填表单位|填报人|填报单位|制表人?|审核人?|经办人?|负责人|联系人|盖章|日期|单位盖章)\s*\d?\s*(?:$|[：:])"
)
TOTAL = re.compile(r"(?:合计|总计|共计|小计|总人数)[：:]?|(?:共|合计)?\s*\d+\s*人?")


def field_of(header: Cell) -> tuple[str, int] | None:
    """The field that a header means and how good a word for it is (0 is best)."""
    return next((_FIELD[form] for form in forms_of(header) if form in _FIELD), None)
