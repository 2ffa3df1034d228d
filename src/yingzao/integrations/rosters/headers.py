"""What the columns of a roster are called. The order within a field is the order of preference."""

import re

from yingzao.core.ports import Cell
from yingzao.integrations.tables.headers import PERSON, forms_of

SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": (
        *PERSON["name"], "学员名字", "学员名称", "参训学员", "参训学员姓名", "参训人员姓名", "人员", "中文姓名",
        "learner", "learnername", "student", "studentname", "participant",
    ),
    "code": (
        *PERSON["code"], "学员代码", "学员序号", "学籍号", "studentid", "studentno", "studentnumber", "learnerid",
        "learnerno", "learnernumber",
    ),
    "serial": ("序号", "序", "行号", "no", "no.", "#", "serial", "s/n"),
    "community": (
        *PERSON["community"], "所在村", "所在居委", "所在居委会", "居委会", "村居委", "所属居委会", "所属村", "社区村居",
        "所在社区村居", "社区居委会", "村委会/居委会", "neighbourhood", "neighborhood", "unit", "organisation",
        "organization", "workplace",
    ),
    "phone": (
        *PERSON["phone"], "联系手机号", "联系手机号码", "手机电话", "联系号码", "本人手机", "本人手机号", "本人手机号码",
        "手机/电话", "电话/手机", "常用手机", "常用手机号", "移动电话号码", "mobilephone", "mobilenumber", "phonenumber",
        "cellphone", "cell", "telephone", "contact", "contactnumber", "phoneno", "phoneno.", "mobileno",
    ),
    "email": PERSON["email"],
    "team": (
        "小组", "组别", "分组", "所在小组", "所属小组", "班组", "组", "所在组", "所属组", "组号", "小组名称", "分组情况",
        "team", "group", "teamname",
    ),
    "post": (
        "职务", "岗位", "职位", "职务/岗位", "岗位/职务", "岗位职务", "职务岗位", "现任职务", "工作岗位", "现职务", "担任职务",
        "title", "position", "post", "job", "jobtitle",
    ),
    "gender": ("性别", "gender", "sex"),
    "remark": ("备注", "说明", "备考", "其他说明", "remark", "remarks", "note", "notes", "comment", "comments"),
}  # fmt: skip
# A row with one of these is a header, whatever else stands in it.
SURE_NAMES = frozenset({"姓名", "学员姓名", "真实姓名", "人员姓名", "参训学员姓名", "name", "fullname"})
_FIELD = {word: (field, rank) for field, words in SYNONYMS.items() for rank, word in enumerate(words)}
FOOTER = re.compile(
    r"(?:合计|总计|共计|小计|总人数|人数)(?:$|[：:\d共])|共\s*\d+\s*人|"
    r"(?:注|备注|说明|填表人|填表单位|填报人|填报单位|制表人?|审核人?|经办人?|负责人|联系人|盖章|日期|单位盖章)\s*\d?\s*(?:$|[：:])"
)
TOTAL = re.compile(r"(?:合计|总计|共计|小计|总人数)[：:]?|(?:共|合计)?\s*\d+\s*人?")


def is_surely_name(header: Cell) -> bool:
    return any(form in SURE_NAMES for form in forms_of(header))


def field_of(header: Cell) -> tuple[str, int] | None:
    """The field that a header means and how good a word for it is (0 is best)."""
    return next((_FIELD[form] for form in forms_of(header) if form in _FIELD), None)
