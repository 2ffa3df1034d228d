"""`yingzao serve`: web workers and the job worker as one group that starts and ends together."""

import ctypes
import errno
import hashlib
import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from yingzao.project import database, instance
from yingzao.project.instance import Unusable
from yingzao.project.speech import _

STATIC_STAMP = ".collected"
PATIENCE_SECONDS = 10  # how long a request or a job may take to end after a stop


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(host: str, port: int) -> None:
    """Raises Unusable when the server could not listen there."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise Unusable(_("There is no address called {host} on this machine.").format(host=host)) from None
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as failure:
            sentences = {
                errno.EADDRINUSE: _(
                    "Port {port} on {host} is taken by another program. Stop it, or choose another: --port {other}"
                ),
                errno.EACCES: _("Port {port} needs root. Choose one above 1023: --port 8000"),
                errno.EADDRNOTAVAIL: _("{host} is not an address of this machine."),
            }
            sentence = sentences.get(failure.errno or 0, _("Cannot listen on {host}:{port} ({reason})."))
            raise Unusable(
                sentence.format(host=host, port=port, other=port + 1, reason=failure.strerror)
            ) from None


def check_certificate(certificate: Path, key: Path) -> None:
    """Raises Unusable when the pair cannot serve TLS."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as failure:
        reason = getattr(failure, "strerror", None) or getattr(failure, "reason", None) or str(failure)
        raise Unusable(
            _("{certificate} and {key} cannot be used for TLS: {reason}").format(
                certificate=certificate, key=key, reason=reason
            )
        ) from None
    if "BEGIN PRIVATE KEY" not in key.read_text():
        raise Unusable(
            _(
                "{key} must be a PKCS#8 key. Convert it: openssl pkcs8 -topk8 -nocrypt -in {key} -out new.key"
            ).format(key=key)
        )


def collect_static(*, say: Callable[[str], None]) -> None:
    """Gather the static files into the data folder, unless those of this very source lie there."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            seen.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT, STATIC_STAMP)
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return
    say(_("Gathering pages' styles, scripts and pictures …"))
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())


def _die_with_parent() -> None:
    """Linux: when the parent is killed outright, its children get SIGTERM. Elsewhere they would live on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _start(arguments: list[str]) -> subprocess.Popen:
    # A group of its own, so that Ctrl+C reaches this process alone, which then ends the others in good order.
    return subprocess.Popen([sys.executable, "-m", *arguments], process_group=0, preexec_fn=_die_with_parent)


def _stop(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for process in processes:
        try:
            process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(host: str, port: int) -> bool:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    try:
        with socket.create_connection((target, port), timeout=1):
            return True
    except OSError:
        return False


def run(
    *,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    workers: int | None,
    demo_public: bool,
    say: Callable[[str], None],
) -> int:
    """Serve until SIGTERM or SIGINT; the exit code is 0 then, and 1 when a part of the group ended by itself.

    Brings the database and the static files up to date first. Raises Unusable with a sentence.
    """
    instance.prepare_folder()
    if certificate and key:
        check_certificate(certificate, key)
        os.environ["YINGZAO_TLS"] = "1"
    check_address(host, port)
    buttons = instance.is_demo() and (is_loopback(host) or demo_public)
    os.environ["YINGZAO_DEMO_SIGN_IN"] = "1" if buttons else "0"
    os.environ["YINGZAO_DATA"] = str(instance.folder())
    with instance.held(alone=False):
        database.start_django()
        database.bring_up_to_date(say=say)
        collect_static(say=say)
        from django.db import connection, connections

        # SQLite has one writer at a time: a second process would only wait in a queue that is not fair.
        workers = workers or (1 if connection.vendor == "sqlite" else min(os.cpu_count() or 1, 4))
        web = ["granian", "yingzao.project.wsgi:application", "--interface", "wsgi", "--host", host]
        web += ["--port", str(port), "--workers", str(workers), "--blocking-threads", "24"]
        web += ["--log-level", "error", "--no-ws"]
        web += ["--workers-kill-timeout", str(PATIENCE_SECONDS - 2)]
        if certificate and key:
            web += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)]
            web += ["--ssl-protocol-min", "tls1.2"]
        invitation = _setup_path()
        connections.close_all()
        return _watch(
            [_start(web), _start(["yingzao.project.job_worker"])], host, port, certificate, say, invitation
        )


def _setup_path() -> str:
    """Where an empty instance is set up, with the word that others than this machine are asked for; else nothing."""
    from yingzao.people import actions, queries

    return f"setup/?token={actions.make_setup_token()}" if queries.is_empty_instance() else ""


def _watch(
    processes: list[subprocess.Popen],
    host: str,
    port: int,
    certificate: Path | None,
    say: Callable[[str], None],
    setup_path: str = "",
) -> int:
    stopping = False

    def stop(_signal, _frame):
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    announced = False
    try:
        while not stopping and all(process.poll() is None for process in processes):
            if not announced and _answers(host, port):
                announced = True
                scheme = "https" if certificate else "http"
                shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
                address = f"{scheme}://{shown}:{port}/"
                say(_("Serving on {address}   (stop with Ctrl+C)").format(address=address))
                if setup_path:
                    say(_("Nothing is here yet. Set it up: {address}").format(address=address + setup_path))
            time.sleep(0.2)
    finally:
        _stop(processes)
    if stopping:
        say(_("Stopped."))
        return 0
    say(_("A part of the server ended by itself; the rest was stopped. The lines above say why."))
    return 1
