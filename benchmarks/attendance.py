"""How long does an export of 5,000 rows take against a roster of 2,000, from the files to verdicts?

    python -m benchmarks.attendance [--rows 5000] [--learners 2000] [--json]

Both files are real workbooks, made with a fixed seed: rejoins, devices, homonyms, strangers and slips among them.
The limit is 2 seconds on one core; beside it stands how long openpyxl needs for only reading the same two files.
"""

import argparse
import io
import json
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingzao.project.settings")

import openpyxl
from benchmarks.identity import names, slip

from yingzao.core import ports
from yingzao.project import attendance

LIMIT_SECONDS = 2.0  # of `core_seconds`
START = "2021-10-20 19:30:00"
END = "2021-10-20 21:00:00"


def sheet(header: list[str], rows: list[list]) -> bytes:
    return ports.port("table_writer").write([ports.SheetOut("Sheet1", header, rows)])


def files(rows: int, learners: int, folder: Path) -> tuple[Path, Path]:
    rng = random.Random(20211020)
    people = names(learners, rng)
    people[-20:] = people[:20]  # homonyms
    places = [f"{rng.choice('东西南北中')}{rng.choice('岗涌滘沙')}{n}社区" for n in range(45)]
    roster = [[n, name, places[n % 45], f"138{n:08}"] for n, name in enumerate(people, 1)]
    report = []
    for _ in range(rows):
        number = rng.randrange(learners)
        name, place = people[number], places[(number + 1) % 45]
        shown = rng.choices(
            (f"{name}({place}-{name})", f"{name}(iPhone)", f"{slip(name, rng)}(HUAWEI)", f"用户{rng.randrange(9999)}", name),
            weights=(60, 15, 10, 5, 10),
        )[0]  # fmt: skip
        begin, stay = rng.randrange(60), rng.randrange(5, 60)
        report.append([shown, f"2021-10-20 19:{begin:02}:00", f"2021-10-20 20:{stay:02}:00", "普通参会者"])
    one, other = folder / "roster.xlsx", folder / "report.xlsx"
    one.write_bytes(sheet(["序号", "姓名", "所在社区", "联系电话"], roster))
    other.write_bytes(sheet(["用户昵称（入会昵称）", "入会时间", "退会时间", "身份"], report))
    return one, other


def cpu_seconds() -> float:
    """Of this process and of the parser processes that have ended: what one core would need without neighbours."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def measure(rows: int, learners: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        roster, report = files(rows, learners, Path(folder))
        began, used = time.perf_counter(), cpu_seconds()
        found = attendance.reconcile(
            [report], roster=roster, start=attendance.parse_moment(START), end=attendance.parse_moment(END)
        )
        ours, used = time.perf_counter() - began, cpu_seconds() - used
        began = time.perf_counter()
        for file in (roster, report):
            book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()), read_only=True)
            sum(1 for _ in book.active.iter_rows(values_only=True))
        peer = time.perf_counter() - began
    return {
        "rows": rows,
        "learners": len(found["learners"]),
        "seconds": round(ours, 3),
        "core_seconds": round(used, 3),
        "linked": sum(one["rows"] for one in found["learners"]),
        "waiting": len(found["ambiguous"]),
        "unmatched": len(found["unmatched"]),
        "openpyxl_reading_alone_seconds": round(peer, 3),
        "limit_seconds": LIMIT_SECONDS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--learners", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.rows, options.learners)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>30}: {value}")


if __name__ == "__main__":
    main()
