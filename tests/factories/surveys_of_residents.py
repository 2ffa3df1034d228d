"""XLSForms as people make them, and surveys with answers."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from openpyxl import Workbook

from yingzao.communities.models import Community
from yingzao.fieldwork import actions
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey
from yingzao.fieldwork.settling.questions import Tree, from_json
from yingzao.people.models import Person

SIMPLE = [
    {
        "kind": "select_one",
        "name": "age",
        "label": "您的年龄",
        "is_required": True,
        "choices": [["young", "60 岁以下"], ["old", "60 岁及以上"]],
    },
    {
        "kind": "select_multiple",
        "name": "needs",
        "label": "最需要改善什么",
        "has_other": True,
        "choices": [["clean", "楼道卫生"], ["lift", "加装电梯"]],
    },
    {
        "kind": "group",
        "name": "elder",
        "label": "为老服务",
        "relevant": "${age} = 'old'",
        "questions": [
            {
                "kind": "integer",
                "name": "floor",
                "label": "您住几楼",
                "is_required": True,
                "constraint": ". >= 1 and . <= 40",
                "constraint_message": "请填 1 到 40。",
            }
        ],
    },
    {"kind": "text", "name": "say", "label": "还想说什么"},
]


def tree(rows: Sequence[Mapping[str, Any]] = SIMPLE) -> Tree:
    return from_json(rows)


def survey_of(
    community: Community, by: Person, rows: Sequence[Mapping[str, Any]] = SIMPLE, **more: Any
) -> ResidentSurvey:
    survey = actions.start_survey(
        community=community, by=by, title="社区需求小调查", purpose="摸清需要", questions=tree(rows)
    )
    return actions.edit_survey(survey=survey, by=by, **more) if more else survey


def answered(survey: ResidentSurvey, **answers: Any) -> FilledSheet:
    sent = actions.send(survey=survey, key=uuid4(), version=survey.version, answers=answers)
    return FilledSheet.objects.get(code=sent.code)


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """Sheets by name, each a list of rows."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
