"""A public story page under load, beside a public page of pretalx; and what a feed of 1,000 entries costs.

    python -m benchmarks.stories [--seconds 15] [--connections 32] [--pretalx FOLDER]

Makes an instance of its own in a temporary folder (SQLite), serves it with `yingzao serve` as an office would, and asks with
wrk (two threads, on the same cores): a story page with a picture, first while nothing changes, then while something on it is
corrected twice a second, each correction having to show at once. Limits: 1,500 requests a second, p99 under 50 ms; a
feed of 1,000 entries under 100 ms, also when it is made anew, and 304 for who has it. `--pretalx` names a folder in which
`benchmarks/pretalx_peer.py make` has installed pretalx; it is served by the same server with as many threads.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.checkin import free_port, until_served

ROOT = Path(__file__).resolve().parent.parent
RATE, P99, FEED = 1500, 50.0, 0.1  # requests a second, ms, s


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--pretalx", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"YINGZAO_DATA": folder, "DJANGO_SETTINGS_MODULE": "yingzao.project.settings"}
        os.environ.pop("DATABASE_URL", None)
        paths = _instance()
        port = free_port()
        command = [sys.executable, "-m", "yingzao", "--data", folder, "serve", "--port", str(port)]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
        served = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        try:
            until_served(port, "/health/")
            good = _measure(f"http://127.0.0.1:{port}", paths, asked.seconds, asked.connections)
        finally:
            served.terminate()
            served.wait(20)
    if asked.pretalx:
        from benchmarks import pretalx_peer

        with pretalx_peer.served(asked.pretalx) as address:
            _show("pretalx, page of an event", _wrk(address, asked.seconds, asked.connections))
    sys.exit(0 if good else 1)


def _instance() -> dict[str, str]:
    """An instance with a programme of 1,000 published stories of 1,500 characters, one of them with a picture."""
    import django

    django.setup()
    from django.urls import reverse

    from yingzao.project import database

    database.bring_up_to_date()
    from benchmarks.programme import learning_programme
    from tests.factories import stories as factories
    from tests.factories.stories import ArticleFactory, StoryFactory

    from yingzao.programmes.models import Programme

    _office, _organiser, programme = learning_programme()
    Programme.objects.filter(pk=programme.pk).update(is_public=True)
    text = "\n".join(
        f"<p>{'十一月的第二个周六，学员到了邻村，看居民怎样商量事情。' * 6}</p>" for _ in range(9)
    )
    for number in range(1000):
        article = ArticleFactory(organisation=programme.organisation, html=text, title=f"邻里的办法{number}")
        story = StoryFactory(published=True, programme=programme, article=article)
    factories.add_picture(story, placed=True)
    return {
        "story": story.address,
        "article": str(article.pk),
        "list": reverse("stories:public-list"),
        "feed": reverse("stories:feed", args=["atom"]) + "?entries=1000",
    }


def _measure(site: str, paths: dict[str, str], seconds: int, connections: int) -> bool:
    page = urllib.request.urlopen(site + paths["story"])
    body = page.read()
    print(f"story page: {len(body):,} bytes, {page.headers['Cache-Control']}")
    good = True
    for name, path in (("story page", paths["story"]), ("list of stories", paths["list"])):
        told = _wrk(site + path, seconds, connections)
        good &= _show(name, told) and told[0] >= RATE and told[2] < P99
    stop, late = threading.Event(), []
    writer = threading.Thread(target=_correct, args=(site + paths["story"], paths["article"], stop, late))
    writer.start()
    told = _wrk(site + paths["story"], seconds, connections)
    stop.set()
    writer.join()
    good &= (
        _show(f"story page corrected {len(late)} times meanwhile", told) and told[0] >= RATE and told[2] < P99
    )
    print("✓" if not sum(late) else "✗", f"corrections that did not show at once: {sum(late)}")
    return _feed(site + paths["feed"], paths["article"]) and good and not sum(late)


def _correct(address: str, article: str, stop: threading.Event, late: list[bool]) -> None:
    """Twice a second another title, written by this process, and looked for in the next answer."""
    from yingzao.articles.models import Article

    while not stop.wait(0.5):
        title = f"更正第{len(late)}次"
        Article.objects.filter(pk=article).update(title=title)
        late.append(title not in urllib.request.urlopen(address).read().decode())


def _wrk(address: str, seconds: int, connections: int) -> tuple[float, float, float, int]:
    """Requests a second, median and p99 in ms, and answers that were none."""
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])
    wrong = sum(
        int(n) for n in re.findall(r"(?:Non-2xx or 3xx responses|timeout|read|connect|write):? (\d+)", told)
    )
    return (
        rate,
        _ms(re.search(r"\n\s+50%\s+(\S+)", told)[1]),
        _ms(re.search(r"\n\s+99%\s+(\S+)", told)[1]),
        wrong,
    )


def _ms(told: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", told).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def _show(name: str, told: tuple[float, float, float, int]) -> bool:
    rate, median, p99, wrong = told
    print(
        f"{'✓' if rate >= RATE and p99 < P99 and not wrong else '✗'} {name}: {rate:,.0f} requests/s, median {median:.1f} ms, p99 {p99:.1f} ms, {wrong} wrong"
        f" (limits {RATE:,}, {P99:.0f} ms)"
    )
    return not wrong


def _feed(address: str, article: str) -> bool:
    from yingzao.articles.models import Article

    anew, again = [], []
    for number in range(7):
        Article.objects.filter(pk=article).update(title=f"题目{number}")
        anew.append(_seconds(address)[0])
        again.append(_seconds(address)[0])
    _spent, body, etag = _seconds(address)
    try:
        urllib.request.urlopen(urllib.request.Request(address, headers={"If-None-Match": etag}))
        status = 200
    except urllib.error.HTTPError as answer:
        status = answer.code
    good = sorted(anew)[3] < FEED and sorted(again)[3] < FEED and status == 304
    print(
        f"{'✓' if good else '✗'} feed of {body.count(b'<entry>'):,} entries, {len(body):,} bytes: made anew {sorted(anew)[3] * 1000:.0f} ms,"
        f" kept {sorted(again)[3] * 1000:.1f} ms (medians of 7, limit {FEED * 1000:.0f}); who has it is answered {status}"
    )
    return good


def _seconds(address: str) -> tuple[float, bytes, str]:
    begun = time.perf_counter()
    with urllib.request.urlopen(address) as answer:
        body = answer.read()
    return time.perf_counter() - begun, body, answer.headers["ETag"]


if __name__ == "__main__":
    main()
