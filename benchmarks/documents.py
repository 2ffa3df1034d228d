"""100 documents of 20 MB handed in at once: every one is there as it was sent, and the server's memory stays bounded.

    python benchmarks/documents.py [--documents 100] [--megabytes 20] [--limit 1500]

Makes an instance of its own in a temporary folder (SQLite), serves it with `yingzao serve`, and lets as many learners post a Word file each to
their practice task at the same moment. The memory is that of the server and all that it started (resident set, looked at ten
times a second; pages that processes share count in each), the children that read documents among them. Afterwards the files are compared by their hashes,
and it is waited until the text of each was taken out.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import urllib3

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.programme import learning_programme

MEGABYTE = 1 << 20
WORD = '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>'
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--limit", type=int, default=1500, help="megabytes of memory of the whole server")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YINGZAO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "yingzao.project.settings"
        os.environ.pop("DATABASE_URL", None)
        task, cookies = _instance(asked.documents)
        port = _free_port()
        command = [sys.executable, "-m", "yingzao", "--data", folder, "serve", "--port", str(port)]
        served = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        watch = Watch(served.pid)
        try:
            answers, sent, seconds = _post_all(port, task, cookies, asked.megabytes)
            kept = _kept()
            read = _until_read(asked.documents)
        finally:
            watch.stop()
            served.terminate()
            served.wait(30)
    missing = len(set(sent) - set(kept))
    print(f"{asked.documents} documents of {asked.megabytes} MB in {seconds:.0f} s; answers {answers}")
    print(f"{missing} are not there as they were sent; the text of {read} was taken out")
    print(
        f"memory of the server: {watch.most // MEGABYTE} MB at most, {watch.least // MEGABYTE} MB at rest (limit {asked.limit})"
    )
    good = not missing and read == asked.documents and watch.most < asked.limit * MEGABYTE
    print("within the limit" if good else "OVER THE LIMIT")
    sys.exit(0 if good else 1)


class Watch:
    """The memory of a process group."""

    def __init__(self, leader: int) -> None:
        self._leader = leader
        self._over = threading.Event()
        self.most, self.least = 0, 1 << 60
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            now = sum(_resident(pid) for pid in _group(self._leader))
            if now:
                self.most, self.least = max(self.most, now), min(self.least, now)


def _group(leader: int) -> list[int]:
    """The process and all that it started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(told[1]), []).append(int(entry.name))
    found, waiting = [], [leader]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _document(number: int, megabytes: int) -> bytes:
    """A Word file with a text of its own and a picture that cannot be packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", WORD.format(f"第{number}份报告。" * 50))
        archive.writestr("word/media/image1.bin", os.urandom(megabytes * MEGABYTE - 10_000))
    return out.getvalue()


def _post_all(port: int, task: str, cookies: list[str], megabytes: int):
    pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=len(cookies), timeout=900)
    _until_served(pool)
    path = f"/my/tasks/{task}/"
    sent: list[str] = []
    answers: dict[int, int] = {}
    lock = threading.Lock()
    start = threading.Event()

    def learner(number: int, cookie: str) -> None:
        page = pool.request("GET", path, headers={"Cookie": f"sessionid={cookie}", "Connection": "close"})
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.data)
        secret = re.search(r"csrftoken=([^;]+)", page.headers.get("Set-Cookie", ""))
        assert token is not None, page.status
        assert secret is not None, page.status
        body = _document(number, megabytes)
        fields = {
            "csrfmiddlewaretoken": token[1].decode(),
            "number": "1",
            "text": f"报告{number}",
            "files": (f"报告{number}.docx", body),
        }
        start.wait()
        answer = pool.request(
            "POST",
            path,
            fields=fields,
            headers={
                "Cookie": f"sessionid={cookie}; csrftoken={secret[1]}",
                "Referer": f"http://127.0.0.1:{port}/",
            },
            redirect=False,
        )
        with lock:
            answers[answer.status] = answers.get(answer.status, 0) + 1
            sent.append(hashlib.sha256(body).hexdigest())

    threads = [threading.Thread(target=learner, args=pair) for pair in enumerate(cookies)]
    for thread in threads:
        thread.start()
    time.sleep(15)  # the documents are made meanwhile
    begun = time.perf_counter()
    start.set()
    for thread in threads:
        thread.join()
    return answers, sent, time.perf_counter() - begun


def _until_served(pool: urllib3.HTTPConnectionPool) -> None:
    for _try in range(120):
        try:
            if pool.request("GET", "/healthz", retries=False).status < 500:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.5)
    sys.exit("the server did not begin")


def _kept() -> list[str]:
    """The hashes of the files as they lie on the disk."""
    from yingzao.core import media
    from yingzao.core.models import StoredFile

    found = []
    for stored in StoredFile.objects.filter(name__startswith="报告"):
        digest = hashlib.sha256()
        with media.open_file(stored) as file:
            while piece := file.read(MEGABYTE):
                digest.update(piece)
        found.append(digest.hexdigest())
    return found


def _until_read(count: int) -> int:
    from yingzao.practice.models import DocumentText

    read = 0
    for _second in range(180):
        read = DocumentText.objects.filter(state="read").count()
        if read >= count:
            break
        time.sleep(1)
    return read


def _instance(learners: int) -> tuple[str, list[str]]:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from yingzao.activities import actions as activities
    from yingzao.core.clock import now
    from yingzao.core.pinyin import pinyin
    from yingzao.enrolment.models import Enrolment
    from yingzao.people import actions as people
    from yingzao.people.models import Person
    from yingzao.people.queries import current_privacy_notice

    office, organiser, programme = learning_programme()
    notice = current_privacy_notice()
    cookies = []
    for number in range(learners):
        name = f"学员{number:03}"
        person = Person.objects.create(username=f"learner{number}", display_name=name)
        if notice:
            people.agree_to_notice(person=person, notice=notice)
        Enrolment.objects.create(
            organisation=office,
            programme=programme,
            person=person,
            name=name,
            pinyin=pinyin(name),
            number=f"{number:03}",
            community_as_given=f"社区{number % 45}",
        )
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        cookies.append(session.session_key)
    task = activities.save_activity(
        programme=programme,
        by=organiser,
        kind="practice",
        values={"title": "主题报告", "starts_at": now(), "rule": {"characters": 100}},
    )
    connections.close_all()
    return task.code, cookies


if __name__ == "__main__":
    main()
