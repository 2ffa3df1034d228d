"""A survey as an XLSForm, for KoboToolbox, ODK or another office's Yingzao."""

from __future__ import annotations

from collections.abc import Sequence

from yingzao.core import ports
from yingzao.fieldwork.models import ResidentSurvey
from yingzao.fieldwork.settling.questions import Tree
from yingzao.fieldwork.settling.xlsform import Rows, form_of

SURVEY = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
)
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id", "version")


def xlsform_workbook(survey: ResidentSurvey, tree: Tree) -> bytes:
    form = form_of(tree, title=survey.title, form_id=f"yz_{survey.code}", version=str(survey.version))
    return workbook_of(form)


def workbook_of(form: dict[str, Rows]) -> bytes:
    sheets = [
        _sheet("survey", SURVEY, form["survey"], (24, 18, 40, 30, 10, 30, 30, 30, 30)),
        _sheet("choices", CHOICES, form["choices"], (24, 18, 40)),
        _sheet("settings", SETTINGS, form["settings"], (40, 24, 10)),
    ]
    return ports.port("table_writer").write(sheets)


def _sheet(name: str, header: Sequence[str], rows: Rows, widths: Sequence[float]) -> ports.SheetOut:
    return ports.SheetOut(
        name=name,
        header=list(header),
        rows=[[row.get(column, "") for column in header] for row in rows],
        widths=widths,
        text_columns=frozenset(range(len(header))),
        clear_phones=True,  # what is asked, which is public; no answer stands here
    )
