"""What the columns of a roster are called. The order within a field is the order of preference."""

import re

from yingzao.core.ports import Cell
from yingzao.integrations.tables.cells import header_text

SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": (
        "姓名", "学员姓名", "真实姓名", "名字", "人员姓名", "参训人员", "参加人员", "专员姓名",
        "关爱专员姓名", "学员", "名称",
        "name", "fullname",
    ),
    "code": ("学号", "学员编号", "学员号", "编号", "工号", "人员编号", "code", "id"),
    "serial": ("序号", "序", "no", "no.", "#"),
    "community": (
        "所在社区", "社区", "社区名称", "所属社区", "所在村居", "村居", "村居名称", "所属村居", "村社区",
        "社区村", "村/社区",
        "社区/村", "村居/社区", "社区/村居", "村(社区)", "社区(村)", "所在社区/单位", "社区/单位",
        "所在单位", "工作单位", "单位",
        "单位名称", "所属单位", "部门", "community",
    ),
    "phone": (
        "手机", "手机号", "手机号码", "移动电话", "联系手机", "联系电话", "电话", "电话号码", "联系方式",
        "本人电话", "phone",
        "mobile", "tel",
    ),
    "email": ("电子邮箱", "邮箱", "电子邮件", "email", "e-mail", "邮件地址", "邮箱地址"),
    "team": ("小组", "组别", "分组", "所在小组", "所属小组", "班组", "组", "team"),
    "post": ("职务", "岗位", "职位", "职务/岗位", "现任职务", "title"),
    "gender": ("性别", "gender"),
    "remark": ("备注", "说明", "remark", "note"),
}  # fmt: skip
_FIELD = {word: (field, rank) for field, words in SYNONYMS.items() for rank, word in enumerate(words)}
_NUMBERING = re.compile(r"^(?:q?\d+[、..)]|[一二三四五六七八九十]+、)\s*")
_POLITE = re.compile(r"^(?:请(?:输入|填写|选择))?(?:您|你)?(?:的)?(?:所在的)?")
# Never handed out: identity-card numbers and addresses of machines.
_DISCARDED = re.compile(
    r"身份证|证件号|公民身份|idcard|来自ip|ip地址|^ip$|护照号|银行(?:卡|账)号", re.IGNORECASE
)
FOOTER = re.compile(
    r"(?:合计|总计|共计|小计|总人数|人数)(?:$|[：:\d共])|共\s*\d+\s*人|"
    r"(?:注|备注|说明|填表人|填表单位|填报人|填报单位|制表人?|审核人?|经办人?|负责人|联系人|盖章|日期|单位盖章)\s*\d?\s*(?:$|[：:])"
)
TOTAL = re.compile(r"(?:合计|总计|共计|小计|总人数)[：:]?|(?:共|合计)?\s*\d+\s*人?")


def field_of(header: Cell) -> tuple[str, int] | None:
    """The field that a header means and how good a word for it is (0 is best)."""
    text = _NUMBERING.sub("", header_text(header))
    for form in (text, re.sub(r"\([^)]*\)$", "", text), _POLITE.sub("", text)):
        form = form.rstrip(":*?")
        if form in _FIELD:
            return _FIELD[form]
    return None


def is_discarded(header: Cell) -> bool:
    return bool(_DISCARDED.search(header_text(header)))
