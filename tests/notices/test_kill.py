"""`kill -9` of the worker in the midst of handing over: nothing comes twice, nothing is lost without being listed."""

import json
import subprocess
import sys

import pytest

from tests.instances import SOURCE, environment

pytestmark = pytest.mark.long


def test_a_worker_killed_at_random_sends_nothing_twice_and_loses_nothing_unlisted():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.outbox", "--messages", "80", "--kills", "3", "--json"],
        cwd=SOURCE.parent,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (found["messages"], found["kills"], found["came_twice"]) == (80, 3, 0)
    assert found["handed_over"] + found["listed_as_uncertain"] == 80
    assert found["listed_as_uncertain"] <= 3
    assert found["never_came_and_not_listed"] == found["said_to_be_handed_over_and_never_came"] == 0
