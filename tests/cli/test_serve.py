import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request

import pytest

from tests.instances import answers, environment, free_port, migrated, served, wait_for, yingzao

pytestmark = pytest.mark.long


@pytest.fixture
def folder(tmp_path_factory, tmp_path):
    shutil.copytree(migrated(tmp_path_factory), tmp_path / "data")
    return tmp_path / "data"


def one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("yingzao: ").rstrip("\n")


def test_serve_answers_and_ends_whole_on_sigterm(folder):
    with served(folder) as (address, process):
        with urllib.request.urlopen(f"{address}/sign-in/") as page:
            assert page.status == 200
        static = json.loads((folder / "static" / "staticfiles.json").read_text())["paths"]["ui/yingzao.css"]
        with urllib.request.urlopen(f"{address}/static/{static}") as sheet:
            assert "immutable" in sheet.headers["Cache-Control"]
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True
        )
        assert len(children.stdout.split()) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not answers(address)
    assert [pid for pid in children.stdout.split() if os.path.exists(f"/proc/{pid}")] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent was killed")
def test_killed_outright_it_leaves_nobody_behind(folder):
    with served(folder) as (address, process):
        process.kill()
        wait_for(lambda: not answers(address), seconds=20)


def test_a_part_that_ends_by_itself_ends_the_rest(folder):
    with served(folder) as (address, process):
        children = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(process.pid)], capture_output=True, text=True
        )
        jobs = next(line.split()[0] for line in children.stdout.splitlines() if "job_worker" in line)
        os.kill(int(jobs), signal.SIGKILL)
        assert process.wait(20) == 1
        assert not answers(address)


def test_port_taken(folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = one_line(yingzao("serve", "--port", port, data=folder), 1)
    assert line == (
        f"Port {port} on 127.0.0.1 is taken by another program. Stop it, or choose another: --port {port + 1}"
    )


def test_data_folder_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    line = one_line(yingzao("serve", data=tmp_path / "data"), 1)
    assert line == f"{tmp_path / 'data'} is a file; the data folder must be a folder."


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder that nobody can write to")
def test_data_folder_not_writable():
    line = one_line(yingzao("serve", data="/proc/self/yingzao"), 1)
    assert line.startswith("The data folder /proc/")
    assert line.endswith("Choose another with --data.")


def test_database_of_a_newer_version_is_left_alone(folder):
    with sqlite3.connect(folder / "yingzao.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('judging', '0099_later', '2030-01-01')"
        )
    for command in (["serve", "--port", free_port()], ["backup", folder / "x.zip"]):
        line = one_line(yingzao(*command, data=folder), 1)
        assert line == (
            "This database was written by a newer version of Yingzao (it knows judging.0099_later). "
            "Install that version, or choose another data folder with --data."
        )


def test_certificate_without_key_is_bad_input(folder, tmp_path):
    (tmp_path / "c.pem").write_text("x")
    assert one_line(yingzao("serve", "--cert", tmp_path / "c.pem", data=folder), 2).endswith(
        "belong together."
    )


def test_certificate_that_is_none_is_told(folder, tmp_path):
    (tmp_path / "c.pem").write_text("x")
    line = one_line(
        yingzao("serve", "--cert", tmp_path / "c.pem", "--key", tmp_path / "c.pem", data=folder), 1
    )
    assert "cannot be used for TLS" in line


def test_example_buttons_are_for_the_example_alone(folder):
    assert one_line(yingzao("serve", "--demo-public", data=folder), 2).endswith("`yingzao demo` made.")


def test_demo_does_not_touch_an_instance_that_somebody_uses(folder):
    with sqlite3.connect(folder / "yingzao.sqlite3") as database:
        database.execute(
            "INSERT INTO people_organisation (code, name, short_name, kind, created_at, accent, accent_dark, introduction) VALUES ('X', 'x', '', 'office', '2026-01-01', '', '', '')"
        )
    for options in ([], ["--fresh"]):
        assert "that `demo` did not make" in one_line(yingzao("demo", *options, data=folder), 1)


def test_restore_asks_for_an_empty_instance(folder, tmp_path):
    assert yingzao("backup", tmp_path / "a.zip", data=folder).returncode == 0
    with sqlite3.connect(folder / "yingzao.sqlite3") as database:
        database.execute(
            "INSERT INTO people_organisation (code, name, short_name, kind, created_at, accent, accent_dark, introduction) VALUES ('X', 'x', '', 'office', '2026-01-01', '', '', '')"
        )
    assert "is not empty" in one_line(yingzao("restore", tmp_path / "a.zip", data=folder), 1)


def test_restore_waits_for_nobody_who_serves(folder, tmp_path):
    assert yingzao("backup", tmp_path / "a.zip", data=folder).returncode == 0
    with served(folder):
        line = one_line(yingzao("restore", tmp_path / "a.zip", "--force", "--yes", data=folder), 1)
        again = one_line(yingzao("backup", tmp_path / "a.zip", data=folder), 2)
    assert line == f"{folder} is in use by another yingzao process. Stop it first."
    assert "never written over another" in again


def test_check_tells_each_finding_as_json(folder):
    done = yingzao("check", "--json", data=folder)
    report = json.loads(done.stdout)
    assert (done.returncode, report["ok"]) == (0, True)
    assert [finding["what"] for finding in report["checks"]] == [
        "database", "migrations", "stored files", "static files", "fonts", "secret key"
    ]  # fmt: skip


def test_check_fails_where_something_is_missing(folder):
    shutil.rmtree(folder / "static")
    done = yingzao("check", data=folder)
    assert done.returncode == 1
    assert "✗ static files" in done.stdout


def test_recompute_finds_no_difference(folder):
    done = yingzao("recompute", "--json", data=folder)
    assert (done.returncode, json.loads(done.stdout)["differences"]) == (0, [])


def test_export_of_no_programme_is_one_line(folder, tmp_path):
    assert "There is no programme 没有" in one_line(yingzao("export", "没有", tmp_path / "x", data=folder), 2)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "command", [["nothing"], ["serve", "--port", "x"], ["backup"], ["restore", "/no/such/file"]]
)
def test_bad_input_is_one_line_and_2(command, tmp_path):
    one_line(yingzao(*command, data=tmp_path), 2)


def test_no_instance_is_told(tmp_path):
    assert one_line(yingzao("check", data=tmp_path), 1).startswith(f"There is no instance in {tmp_path}.")


def test_an_old_python_gets_a_sentence():
    """The check stands where every way in comes by; it is run here as an old Python would read it."""
    source = f"import sys; sys.version_info = (3, 9, 2); sys.path.insert(0, {environment()['PYTHONPATH']!r}); import yingzao"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "Yingzao needs Python 3.11 or later; this is Python 3.9.\n")
