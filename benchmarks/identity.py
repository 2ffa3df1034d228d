"""How long do proposals for 2,000 unmatched rows against 2,000 names take, beside a naive all-pairs
rapidfuzz loop?

    python -m benchmarks.identity [--rows 2000] [--json]

Names are drawn with a fixed seed from common family names and given-name characters. The limit is 1 second
on one core.
"""

import argparse
import json
import random
import time

from rapidfuzz import fuzz

from yingzao.engines.identity import Known, Proposal, Seen, resolve

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文德海山仁波宁贵福生龙元全胜学祥才发武新利清飞彬富顺信子亮欣怡浩宇轩梓涵雨泽晨思琪嘉俊晓雯婷佳慧雪莹"
LIMIT_SECONDS = 1.0


def names(count: int, rng: random.Random) -> list[str]:
    """Distinct names of two and three characters."""
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join([rng.choice(FAMILY), *rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2)))])] = None
    return list(found)


def slip(name: str, rng: random.Random) -> str:
    """The name with a character replaced, dropped or added: never a name that links by itself."""
    at = rng.randrange(1, len(name))
    return rng.choice(
        (
            name[:at] + rng.choice(GIVEN) + name[at + 1 :],
            name + rng.choice(GIVEN),
            "阿" + name,
            name[:at] + name[at + 1 :],
        )
    )


def naive(words: list[str], roster: list[str]) -> int:
    """All pairs, one by one."""
    return sum(any(fuzz.ratio(word, name) >= 66 for name in roster) for word in words)


def measure(rows: int) -> dict[str, float | int]:
    rng = random.Random(20211115)
    roster = names(rows, rng)
    taken = set(roster)
    words = [word for word in (slip(rng.choice(roster), rng) for _ in range(rows * 3)) if word not in taken][
        :rows
    ]
    known = [Known(f"S{n:04}", name, f"社区{n % 45}") for n, name in enumerate(roster)]
    seen = [Seen(str(n), f"{word}(iPhone)") for n, word in enumerate(words)]
    began = time.perf_counter()
    verdicts = resolve(seen, known)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    loop = naive(words, roster)
    return {
        "rows": len(seen),
        "names": len(known),
        "seconds": round(ours, 3),
        "proposals": sum(isinstance(verdict, Proposal) for verdict in verdicts),
        "naive_seconds": round(time.perf_counter() - began, 3),
        "naive_hits": loop,
        "limit_seconds": LIMIT_SECONDS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.rows)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>15}: {value}")


if __name__ == "__main__":
    main()
