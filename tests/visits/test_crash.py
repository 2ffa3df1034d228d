"""`kill -9` of any process of the server while phones check in: nothing acknowledged is lost, nothing is there twice."""

import json
import subprocess
import sys

import pytest

from tests.instances import SOURCE, environment

pytestmark = pytest.mark.long


def test_a_server_killed_at_random_loses_no_acknowledged_check_in():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.checkin_crash", "--kills", "2", "--phones", "4", "--learners", "60", "--json"],
        cwd=SOURCE.parent,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (found["kills"], found["acknowledged_and_lost"], found["twice"], found["differences"]) == (
        2,
        0,
        0,
        0,
    )
    assert found["acknowledged"] > 20
    assert found["sent_again"] > 0  # the server was killed in the midst of it
