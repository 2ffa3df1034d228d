"""1,000 certificates with their badges against 60 s and bounded memory, and the verification page against 20 ms.

    python benchmarks/certificates.py [--certificates 1000] [--requests 500]

*Issuing* is what the job does, in a process of its own for each size, so that its highest memory can be read: PDF set, hashed and
kept on the disk, badge signed, rows and audit written, one transaction each. Memory may grow by a tenth at most from a tenth of the
certificates to all of them. *The verification page* is asked of a served instance (`yingzao serve`, SQLite) over HTTP, one
request after another as somebody with a phone does, each time another certificate.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

SECONDS, GROWTH, PAGE = 60.0, 1.10, 0.020
ACTIVITIES = 12
SITE = "http://127.0.0.1:8000/"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificates", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--issue", metavar="FOLDER", help=argparse.SUPPRESS)  # the child that is measured
    parser.add_argument("--fill", metavar="FOLDER", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "yingzao.project.settings"
    os.environ.pop("DATABASE_URL", None)
    if folder := asked.fill or asked.issue:
        os.environ["YINGZAO_DATA"] = folder
        (_fill if asked.fill else _issue)(asked.certificates)
        return
    print(f"{os.cpu_count()} cores, SQLite")
    peaks = []
    for many in (asked.certificates // 10, asked.certificates):
        with tempfile.TemporaryDirectory() as made:
            _child("--fill", made, many)
            told = _child("--issue", made, many)
            seconds, peak, before = (float(word) for word in told.split())
            peaks.append(peak)
            print(
                f"{many:>5} certificates with badges: {seconds:5.1f} s, {seconds / many * 1000:.0f} ms each; "
                f"highest memory {peak:.0f} MB ({before:.0f} MB before the first)"
            )
            if many == asked.certificates:
                _say("issuing", seconds, SECONDS, "s")
                _say("growth of memory", peaks[1] / peaks[0], GROWTH, "times")
                _verify(made, asked.requests)


def _say(name: str, value: float, limit: float, unit: str) -> None:
    verdict = "within" if value <= limit else "OVER THE LIMIT"
    print(f"{name:<28} {value:8.2f} {unit}, limit {limit:g} {unit}: {verdict}")


def _child(task: str, folder: str, many: int) -> str:
    command = [sys.executable, __file__, task, folder, "--certificates", str(many)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _issue(many: int) -> None:
    import resource

    import django

    django.setup()
    from yingzao.honours.models import Badge, Certificate, IssueRun
    from yingzao.honours.tasks import issue_certificates

    run = IssueRun.objects.get()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.perf_counter()
    issue_certificates.call(run.code, SITE)
    seconds = time.perf_counter() - begun
    run.refresh_from_db()
    assert (run.state, run.made) == ("done", many), run.problem
    assert Certificate.objects.count() == Badge.objects.count() == many
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, before)


def _verify(folder: str, requests: int) -> None:
    """Each request goes over a connection that is open already: what is measured is the server."""
    import urllib3

    codes = _child("--fill", folder, 0).split()
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = int(door.getsockname()[1])
    command = [sys.executable, "-m", "yingzao", "--data", folder, "serve", "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    served = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=1, timeout=30)
        _until_served(pool)
        order = random.Random(5)
        for code in codes[:100]:  # templates and translations are read with the first ones
            pool.request("GET", f"/verify/{code}/")
        taken = []
        for _ in range(requests):
            code = order.choice(codes)
            begun = time.perf_counter()
            answer = pool.request("GET", f"/verify/{code}/")
            taken.append(time.perf_counter() - begun)
            assert answer.status == 200
            assert "此证书有效" in answer.data.decode()
    finally:
        served.terminate()
        served.wait(20)
    taken.sort()
    _say("verification page, median", statistics.median(taken) * 1000, PAGE * 1000, "ms")
    _say("verification page, p99", taken[int(len(taken) * 0.99)] * 1000, PAGE * 1000, "ms")


def _until_served(pool) -> None:
    import urllib3

    for _try in range(120):
        try:
            if pool.request("GET", "/healthz", retries=False).status < 500:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.5)
    sys.exit("the server did not begin")


def _fill(many: int) -> None:
    """An approved list of `many` learners, its notice over, and a run that waits; with 0, the codes of what was issued."""
    import django

    django.setup()
    from yingzao.honours.models import Certificate

    if not many:
        print(*Certificate.objects.values_list("code", flat=True))
        return
    from benchmarks.programme import learning_programme

    from yingzao.activities import actions
    from yingzao.activities.models import Activity, Evidence
    from yingzao.core import clock
    from yingzao.core.pinyin import pinyin
    from yingzao.enrolment.models import Enrolment
    from yingzao.honours import actions as honours
    from yingzao.honours.models import IssueRun, PublicNotice, Selection
    from yingzao.people.models import Person
    from yingzao.programmes import actions as programmes

    office, organiser, programme = learning_programme()
    today = clock.today()
    for kind, name in (("selection", "评选"), ("notice", "公示"), ("closing", "结业")):
        stage = programmes.add_stage(
            programme=programme, by=organiser, kind=kind, name=name, opens_on=today, closes_on=today
        )
        programmes.open_stage(stage=stage, by=organiser)
    Enrolment.objects.bulk_create(
        Enrolment(
            organisation=office,
            programme=programme,
            person=Person.objects.create(username=f"learner{n}", display_name=f"学员{n:04d}"),
            number=f"{n:04d}",
            name=f"学员{n:04d}",
            community_as_given=f"社区{n % 45}",
            pinyin=pinyin(f"学员{n:04d}"),
        )
        for n in range(many - 1)  # the first gets one of honour, too
    )
    Activity.objects.bulk_create(
        Activity(
            organisation=office,
            programme=programme,
            kind="case",
            rule={"reflection_characters": 0},
            title=f"案例{n}",
            position=n,
            hours=Decimal("1.5"),
            due_at=clock.now() - dt.timedelta(days=ACTIVITIES - n),
        )
        for n in range(ACTIVITIES)
    )
    cases = list(Activity.objects.filter(programme=programme).order_by("position"))
    Evidence.objects.bulk_create(
        (
            Evidence(
                organisation=office,
                enrolment=learner,
                activity=case,
                fact="read",
                key=uuid.uuid4(),
                source="staff",
                happened_at=case.due_at - dt.timedelta(hours=1, seconds=n),
                recorded_at=case.due_at,
            )
            for n, learner in enumerate(Enrolment.objects.filter(programme=programme))
            for case in cases
        ),
        batch_size=5000,
    )
    actions.resettle(programme)
    honours.make_scheme(
        programme=programme,
        by=organiser,
        completion_weight=Decimal(100),
        performance_weight=Decimal(0),
        late_share=Decimal("0.5"),
    )
    selection = honours.create_selection(
        programme=programme, name="优秀学员", by=organiser, quota_kind="number", quota=Decimal(1)
    )
    selection = honours.freeze_selection(selection=selection, by=organiser)
    # What the committee and five working days would do; it is not what is measured.
    Selection.objects.filter(pk=selection.pk).update(state="approved")
    PublicNotice.objects.create(
        organisation=office,
        programme=programme,
        selection=selection,
        title="公示",
        posted_on=today - dt.timedelta(days=20),
        ends_on=today - dt.timedelta(days=10),
        frozen={"places": []},
        sha256="0" * 64,
    )
    IssueRun.objects.create(
        organisation=office, selection=selection, total=many, asked_by=organiser, asked_at=clock.now()
    )


if __name__ == "__main__":
    main()
