"""The job worker that `yingzao serve` starts: runs queued jobs, and those that come round by themselves, until it is stopped."""

import os
import threading

from yingzao.project.database import start_django

LOOK_EVERY = 15  # seconds between looks at what has its turn


def main() -> None:
    start_django()
    from django.core.management import call_command

    threading.Thread(target=_go_round, daemon=True).start()
    call_command("db_worker", worker_id=f"yingzao-{os.getpid()}", startup_delay=False, verbosity=0)


def _go_round() -> None:
    from django.db import close_old_connections

    from yingzao.core import jobs

    pause = threading.Event()
    while not pause.wait(LOOK_EVERY):
        close_old_connections()
        try:
            jobs.go_round()
        except Exception:  # the database is away for a moment: the next look comes
            jobs.log.exception("The regular jobs could not be looked at")


if __name__ == "__main__":
    main()
