"""The register as a workbook."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from yingzao.communities.models import Community
from yingzao.core import ports


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
