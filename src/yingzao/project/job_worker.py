"""The job worker that `yingzao serve` starts: runs queued jobs until it is stopped."""

import os

from yingzao.project.database import start_django


def main() -> None:
    start_django()
    from django.core.management import call_command

    call_command("db_worker", worker_id=f"yingzao-{os.getpid()}", startup_delay=False, verbosity=0)


if __name__ == "__main__":
    main()
