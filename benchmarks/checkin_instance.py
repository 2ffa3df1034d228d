"""The instance that `checkin.py` and `checkin_crash.py` check in at; in a process of its own, since settings are read once.

python -m benchmarks.checkin_instance make LEARNERS STOPS PHONES      # prints what phones need, as JSON
python -m benchmarks.checkin_instance count                           # prints what the ledger holds, as JSON
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import uuid

from benchmarks.programme import learning_programme


def main() -> None:
    import django

    django.setup()
    told = make(*map(int, sys.argv[2:])) if sys.argv[1] == "make" else count()
    print(json.dumps(told))


def make(learners: int, stops: int, phones: int) -> dict:

    from yingzao.activities import actions as activities
    from yingzao.core.clock import now
    from yingzao.enrolment.models import Enrolment
    from yingzao.visits import actions as visits

    office, organiser, programme = learning_programme()
    Enrolment.objects.bulk_create(
        Enrolment(organisation=office, programme=programme, name=f"学员{n:04}", number=f"{n:04}")
        for n in range(learners)
    )
    begins = now() - dt.timedelta(hours=1)
    visit = activities.save_activity(
        programme=programme,
        by=organiser,
        kind="visit",
        values={"title": "参访", "rule": {}, "starts_at": begins, "ends_at": begins + dt.timedelta(hours=8)},
        parts=[(f"第{n + 1}站", None, None) for n in range(stops)],
        extras={},
    )
    activities.resettle(programme)
    return {
        "programme": programme.code,
        "visit": visit.code,
        "stops": [part.code for part in visit.parts.all()],
        "passes": [visits.pass_of(code) for code in Enrolment.objects.values_list("code", flat=True)],
        "tickets": [visits.staff_ticket(organiser, visit) for _phone in range(phones)],
        "devices": [str(uuid.uuid4()) for _phone in range(phones)],
    }


def count() -> dict:
    from django.db.models import Count

    from yingzao.activities.actions import recompute_all
    from yingzao.activities.models import Duty, Evidence
    from yingzao.visits.models import Scan

    rows = Evidence.objects.order_by().values("enrolment", "part").annotate(n=Count("pk"))
    return {
        "check_ins": Evidence.objects.count(),
        "scans": [str(key) for key in Scan.objects.values_list("key", flat=True)],
        "evidence_of_scans": [str(key) for key in Scan.objects.values_list("evidence", flat=True)],
        "twice": rows.filter(n__gt=1).count(),
        "duties": Duty.objects.count(),
        "differences": len(recompute_all().differences),
    }


if __name__ == "__main__":
    main()
