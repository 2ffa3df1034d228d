"""The job worker that `yingzao serve` starts: runs queued jobs, those that come round by themselves, and those that never end."""

import os
import threading

from yingzao.project.database import start_django

LOOK_EVERY = 15  # seconds between looks at what has its turn
END_WITHIN = 6  # seconds for what is in the midst of something; `serve` waits ten for all of us


def main() -> None:
    start_django()
    from django.core.management import call_command

    from yingzao.core import jobs

    threading.Thread(target=_go_round, daemon=True).start()
    streams = [threading.Thread(target=jobs.keep_going, args=(name,), daemon=True) for name in jobs.streams()]
    for stream in streams:
        stream.start()
    try:
        call_command("db_worker", worker_id=f"yingzao-{os.getpid()}", startup_delay=False, verbosity=0)
    finally:
        jobs.stop()
        for stream in streams:
            stream.join(END_WITHIN / len(streams))


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
