"""Importing 10,000 entries of a feed into the inbox, against 1,000: the peak of memory may grow by 64 MB at most.

    python benchmarks/feed_import.py [--few 1000] [--many 10000] [--characters 1700] [--form rss|json]

Writes feeds of entries of some 5,700 bytes (1,700 Chinese characters, three pictures) to a temporary folder, and goes through each in
processes of their own, whose peak of memory (VmHWM) is what is reported: the import into an instance of its own on SQLite, the command
`yingzao article --json`, and feedparser.parse of the same file beside them as the peer.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.sax.saxutils import escape

MOST_GROWTH = 64  # megabytes
SYLLABLES = "社区协商议事居民花园停车电梯垃圾分类老人儿童志愿服务改造楼道广场文化节日旧物展示培训导赏规划治理经费小组骨干邻里"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--characters", type=int, default=1700)
    parser.add_argument("--form", choices=("rss", "json"), default="rss")
    parser.add_argument("--measure", choices=tuple(MEASURED), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure, asked.file)))
        return
    peaks: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (asked.few, asked.many):
            file = Path(folder) / f"{count}.{asked.form}"
            write(file, count, asked.characters, asked.form)
            print(f"{count:,} entries, {file.stat().st_size / 1e6:.1f} MB of {asked.form}")
            for name in MEASURED:
                if name == "feedparser" and asked.form != "rss":
                    continue
                told = in_a_process(name, file)
                peaks.setdefault(name, []).append(told["peak"])
                print(
                    f"  {name:<11} {told['seconds']:7.1f} s   peak {told['peak']:7.1f} MB   {told['entries']:,} entries"
                )
    for name, (few, many) in peaks.items():
        print(f"{name:<11} grows by {many - few:.1f} MB from {asked.few:,} to {asked.many:,} entries")
    within = all(many - few < MOST_GROWTH for name, (few, many) in peaks.items() if name != "feedparser")
    print(f"within the limit of {MOST_GROWTH} MB" if within else f"OVER THE LIMIT of {MOST_GROWTH} MB")


def write(file: Path, count: int, characters: int, form: str) -> None:
    rng = random.Random(7)
    with file.open("w", encoding="utf-8") as out:
        if form == "rss":
            out.write(
                '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
                "<channel><title>社区报</title><link>https://news.example/</link>\n"
            )
        else:
            out.write('{"version": "https://jsonfeed.org/version/1.1", "title": "社区报", "items": [\n')
        for n in range(count):
            words = "".join(rng.choices(SYLLABLES, k=characters))
            body = "".join(f"<p>{words[k : k + 200]}</p>" for k in range(0, characters, 200))
            body += "".join(f'<p><img src="https://news.example/{n}/{k}.jpg" alt="图"></p>' for k in range(3))
            if form == "rss":
                out.write(
                    f"<item><title>{words[:12]}</title><link>https://news.example/{n}</link><guid>g{n}</guid>"
                    f"<pubDate>Mon, 15 Nov 2021 {n % 24:02d}:49:30 GMT</pubDate><category>案例</category>"
                    f"<content:encoded>{escape(body)}</content:encoded></item>\n"
                )
            else:
                item = {
                    "id": f"g{n}",
                    "url": f"https://news.example/{n}",
                    "title": words[:12],
                    "content_html": body,
                }
                out.write((",\n" if n else "") + json.dumps(item, ensure_ascii=False))
        out.write("</channel></rss>\n" if form == "rss" else "\n]}\n")


def in_a_process(name: str, file: Path) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "YINGZAO_DATA": folder, "DJANGO_SETTINGS_MODULE": "yingzao.project.settings"}
        env.pop("DATABASE_URL", None)
        told = subprocess.run(
            [sys.executable, __file__, "--measure", name, "--file", str(file)],
            env=env, check=True, capture_output=True, text=True,
        )  # fmt: skip
    return json.loads(told.stdout.splitlines()[-1])


def measure(name: str, file: Path) -> dict:
    entries, seconds = MEASURED[name](file)
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return {"entries": entries, "seconds": seconds, "peak": int(peak.split()[1]) / 1024}


def into_the_inbox(file: Path) -> tuple[int, float]:
    import django

    django.setup()
    from django.core.management import call_command

    from yingzao.articles import actions
    from yingzao.articles.models import FeedEntry
    from yingzao.people.models import Organisation, Person

    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(name="街道")
    person = Person.objects.create(username="clerk", display_name="经办人")
    begun = time.perf_counter()
    with file.open("rb") as opened:
        actions.read_file(organisation=organisation, by=person, file=opened)
    return FeedEntry.objects.count(), time.perf_counter() - begun


def by_the_command(file: Path) -> tuple[int, float]:
    import django

    django.setup()
    from yingzao.project import article

    begun = time.perf_counter()
    kind, entries = article.told_in_turn(file)
    with open(os.devnull, "w", encoding="utf-8") as out:
        count = sum(
            piece.startswith((",\n", "\n  "))
            for piece in article.as_json(kind, entries, ascii_only=False)
            if out.write(piece)
        )
    return count, time.perf_counter() - begun


def by_feedparser(file: Path) -> tuple[int, float]:
    import feedparser

    begun = time.perf_counter()
    with file.open("rb") as opened:
        parsed = feedparser.parse(opened, sanitize_html=False, resolve_relative_uris=False)
    return len(parsed.entries), time.perf_counter() - begun


MEASURED = {"inbox": into_the_inbox, "command": by_the_command, "feedparser": by_feedparser}

if __name__ == "__main__":
    main()
