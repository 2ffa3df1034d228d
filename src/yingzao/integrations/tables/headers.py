"""What columns are called, for every reader: those of persons, and those that are never handed out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from yingzao.core.masking import without_identity_numbers
from yingzao.core.ports import Cell, Row
from yingzao.integrations.tables.cells import cell_text, column_letter, header_text

# The order within a field is the order of preference.
PERSON: dict[str, tuple[str, ...]] = {
    "name": (
        "姓名", "学员姓名", "真实姓名", "名字", "人员姓名", "参训人员", "参加人员", "专员姓名",
        "关爱专员姓名", "学员", "名称",
        "name", "fullname",
    ),
    "code": ("学号", "学员编号", "学员号", "编号", "工号", "人员编号", "code", "id"),
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
}  # fmt: skip
_NUMBERING = re.compile(r"^(?:q?\d+[、..)]|[一二三四五六七八九十]+、)\s*")
_POLITE = re.compile(r"^(?:请(?:输入|填写|选择))?(?:您|你)?(?:的)?(?:所在的)?")
# Identity-card numbers, addresses of machines, bank accounts.
_DISCARDED = re.compile(
    r"身份证|证件号|公民身份|idcard|(?<![a-z])ip(?![a-z])|护照号|银行(?:卡|账)号", re.IGNORECASE
)


def forms_of(header: Cell) -> Iterator[str]:
    """A header as it may stand in a list of words: without its number ("1、"), without brackets at its end,
    without the words of politeness ("您的")."""
    text = _NUMBERING.sub("", header_text(header))
    for form in (text, re.sub(r"\([^)]*\)$", "", text), _POLITE.sub("", text)):
        yield form.rstrip(":*?")


def best_columns(headers: Sequence[Cell], words: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Field → its column; of two columns for one field the better word wins, then the first. Discarded columns are
    nobody's."""
    ranks = {word: (field, rank) for field, ordered in words.items() for rank, word in enumerate(ordered)}
    best: dict[str, tuple[int, int]] = {}
    for column, header in enumerate(headers):
        found = next((ranks[form] for form in forms_of(header) if form in ranks), None)
        if found and not is_discarded(header_text(header)):
            field, rank = found
            best[field] = min(best.get(field, (rank, column)), (rank, column))
    return {field: column for field, (_, column) in best.items()}


@lru_cache(maxsize=1024)
def is_discarded(header: str) -> bool:
    """Whether a column's values are never handed out, kept, or shown."""
    return bool(_DISCARDED.search(header_text(header)))


def raw(headers: Sequence[str], row: Row) -> dict[str, str]:
    """Header → text of the row as it stood, without discarded columns and identity-card numbers; a column without a
    header is called by its letter."""
    said: dict[str, str] = {}
    for column, cell in enumerate(row.cells):
        text = cell_text(cell)
        header = headers[column] if column < len(headers) else ""
        if not text or is_discarded(header):
            continue
        name = header or column_letter(column)
        while name in said:
            name += "'"
        said[name] = without_identity_numbers(text)
    return said
