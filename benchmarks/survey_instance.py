"""The instance that `survey.py` answers; in a process of its own, since settings are read once.

python -m benchmarks.survey_instance make            # prints the survey's address, as JSON
python -m benchmarks.survey_instance count KEY…      # prints how many of these keys are there once, as JSON
"""

from __future__ import annotations

import json
import sys

from benchmarks.programme import learning_programme


def main() -> None:
    import django

    django.setup()
    print(json.dumps(make() if sys.argv[1] == "make" else count(json.load(sys.stdin))))


def make() -> dict:
    from yingzao.communities.models import Community
    from yingzao.fieldwork import actions
    from yingzao.people.actions import grant

    office, organiser, _programme = learning_programme()
    grant(by=None, person=organiser, organisation=office)
    community = Community.objects.create(organisation=office, name="灯湖社区", pinyin="denghu")
    survey = actions.start_survey(
        community=community, by=organiser, title="需求调查", questions=actions.plan_questions("needs")
    )
    return {"token": survey.token}


def count(keys: list[str]) -> dict:
    from uuid import UUID

    from yingzao.core.models import AuditLine
    from yingzao.fieldwork.models import FilledSheet

    there = FilledSheet.objects.filter(key__in=[UUID(key) for key in keys]).count()
    lines = AuditLine.objects.filter(act="fieldwork.sheet.sent").count()
    return {"there": there, "all": FilledSheet.objects.count(), "lines": lines}


if __name__ == "__main__":
    main()
