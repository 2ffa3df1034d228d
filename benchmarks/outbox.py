"""How long until 2,000 messages are queued and a mail server has them? And is one ever sent twice when the worker is killed?

    python -m benchmarks.outbox [--messages 2000] [--kills 0] [--seed 1] [--json]

Each message stands in the app and goes by e-mail, to a real SMTP server (aiosmtpd) of this process, handed over by the
product's own worker process. The limit is 60 seconds from before the first row to after the last answer was written down.

With `--kills 20` the worker gets SIGKILL so many times, each time after a random number of letters, and the next worker finds
the clock eleven minutes on, past every lease. Then no letter may have come twice, and every one that is not certain has to be
listed as uncertain.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.factories.servers import Mailbox, mail_server  # noqa: E402
from tests.instances import Clock, wait_for  # noqa: E402

LIMIT_SECONDS = 60
PAST_EVERY_LEASE = 11 * 60


class Worker:
    """The product's job worker on the instance of this process."""

    def __init__(self, clock: Clock) -> None:
        program = "from yingzao.project.job_worker import main; main()"
        self.process = subprocess.Popen([sys.executable, "-c", program], env=os.environ | clock.environment)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def queue(many: int) -> float:
    """Seconds to write the messages and their deliveries."""
    from django.utils import timezone

    from yingzao.notices import actions
    from yingzao.people.models import Organisation, Person

    office = Organisation.objects.create(name="示例街道")
    people = Person.objects.bulk_create(
        Person(
            username=f"p{n}",
            display_name=f"学员{n}",
            email=f"p{n}@example.net",
            email_confirmed_at=timezone.now(),
        )
        for n in range(many)
    )
    began = time.monotonic()
    actions.send_to_many(
        organisation=office,
        people=people,
        kind="letter",
        key="benchmark",
        title="还有一项没交",
        body="请在截止前交上。",
        url="/my/",
        urgent=True,
    )
    return time.monotonic() - began


def open_deliveries() -> int:
    from yingzao.notices.models import Delivery

    return Delivery.objects.exclude(state__in=["handed_over", "uncertain"]).count()


def carry(box: Mailbox, clock: Clock, kills: int, rng: random.Random, many: int) -> None:
    """Have a worker hand everything over; kill it on the way as often as asked."""
    worker, moved = Worker(clock), 0
    try:
        for _ in range(kills):
            wanted = len(box.letters) + rng.randint(1, max(1, many // (kills + 4)))
            wait_for(lambda wanted=wanted: len(box.letters) >= wanted or not open_deliveries(), seconds=120)
            time.sleep(rng.random() / 50)
            worker.kill()
            moved += PAST_EVERY_LEASE
            (clock.folder / "moved-by").write_text(str(moved))
            worker = Worker(clock)
        wait_for(lambda: not open_deliveries(), seconds=300)
    finally:
        worker.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outbox-") as folder, mail_server() as box:
        os.environ |= {
            "YINGZAO_DATA": folder,
            "YINGZAO_MAIL": f"smtp://127.0.0.1:{box.port}",
            "YINGZAO_MAIL_FROM": "营造 <yingzao@example.org>",
            "YINGZAO_ADDRESS": "https://yingzao.example.org",
        }
        from yingzao.project import database

        database.start_django()
        database.bring_up_to_date()
        clock = Clock(Path(folder) / "clock", "2021-11-15 12:00")
        (clock.folder / "moved-by").write_text("0")
        queued = queue(asked.messages)
        began = time.monotonic()
        carry(box, clock, asked.kills, random.Random(asked.seed), asked.messages)
        handed_over = time.monotonic() - began
        found = report(box, queued, handed_over, asked)
    print(
        json.dumps(found, ensure_ascii=False)
        if asked.json
        else "\n".join(f"{k}: {v}" for k, v in found.items())
    )
    return 0 if found["good"] else 1


def report(box: Mailbox, queued: float, handed_over: float, asked: argparse.Namespace) -> dict:
    from yingzao.notices.models import Delivery, Message

    came = Counter(box.ids)
    states = {f"<{code}@example.org>": state for code, state in Delivery.objects.values_list("code", "state")}
    certain = {key for key, state in states.items() if state == "handed_over"}
    twice = sum(many > 1 for many in came.values())
    found = {
        "messages": Message.objects.count(),
        "kills": asked.kills,
        "seconds_to_queue": round(queued, 2),
        "seconds_to_hand_over": round(handed_over, 2),
        "letters_that_came": len(came),
        "came_twice": twice,
        "handed_over": len(certain),
        "listed_as_uncertain": sum(state == "uncertain" for state in states.values()),
        "uncertain_that_came": sum(state == "uncertain" and key in came for key, state in states.items()),
        "said_to_be_handed_over_and_never_came": len(certain - set(came)),
        "never_came_and_not_listed": sum(
            key not in came and state != "uncertain" for key, state in states.items()
        ),
    }
    good = not twice and not found["said_to_be_handed_over_and_never_came"]
    good = good and not found["never_came_and_not_listed"] and len(states) == asked.messages
    in_time = asked.kills > 0 or queued + handed_over < LIMIT_SECONDS
    return found | {"limit_seconds": None if asked.kills else LIMIT_SECONDS, "good": good and in_time}


if __name__ == "__main__":
    sys.exit(main())
