"""`yingzao check`: is this instance whole. Each look gives one finding; none changes anything."""

import hashlib
import os
import random
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from yingzao.core.models import StoredFile
from yingzao.project import database, instance
from yingzao.project.speech import _

SAMPLE = 50  # files that are read when not all are


@dataclass
class Finding:
    what: str
    ok: bool
    found: str


def examine(*, deep: bool) -> list[Finding]:
    """Every look in turn; with `deep`, each stored file and each row reference is read."""
    looks: list[Callable[[], Finding]] = [
        lambda: database_answers(deep=deep),
        migrations_applied,
        lambda: files_whole(deep=deep),
        static_present,
        fonts_present,
        key_private,
    ]
    return [look() for look in looks]


def database_answers(*, deep: bool) -> Finding:
    what = _("database")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check(1)" if deep else "PRAGMA quick_check(1)")
            said = str(cursor.fetchone()[0])
            if said != "ok":
                return Finding(what, False, said)
            cursor.execute("PRAGMA foreign_key_check")
            if row := cursor.fetchone():
                return Finding(what, False, _("a row of {table} points at nothing").format(table=row[0]))
        else:
            cursor.execute("SELECT 1")
    return Finding(what, True, connection.vendor)


def migrations_applied() -> Finding:
    pending = database.pending_migrations()
    if pending:
        return Finding(
            _("migrations"),
            False,
            _("not applied yet: {names}. Start `yingzao serve`.").format(names=", ".join(pending)),
        )
    return Finding(_("migrations"), True, _("all applied"))


def files_whole(*, deep: bool) -> Finding:
    """Stored bytes against the hash they lie under."""
    sums = sorted(set(StoredFile.objects.values_list("sha256", flat=True)))
    chosen = sums if deep else random.sample(sums, min(SAMPLE, len(sums)))
    bad = [sha256 for sha256 in chosen if not _is_whole(sha256)]
    if bad:
        names = StoredFile.objects.filter(sha256__in=bad[:5]).values_list("code", flat=True)
        return Finding(
            _("stored files"),
            False,
            _("{count} missing or damaged, among them {codes}").format(
                count=len(bad), codes=", ".join(names)
            ),
        )
    return Finding(
        _("stored files"), True, _("{read} of {all} read, all whole").format(read=len(chosen), all=len(sums))
    )


def _is_whole(sha256: str) -> bool:
    seen = hashlib.sha256()
    try:
        with default_storage.open(StoredFile(sha256=sha256).path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                seen.update(block)
    except OSError:
        return False
    return seen.hexdigest() == sha256


def static_present() -> Finding:
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if not manifest.exists():
        return Finding(_("static files"), False, _("not gathered yet. Start `yingzao serve`."))
    return Finding(_("static files"), True, str(settings.STATIC_ROOT))


def fonts_present() -> Finding:
    """Certificates are set in fonts that come with the product."""
    fonts = sorted(path.name for path in settings.PACKAGE.glob("*/fonts/*.ttf"))
    return Finding(_("fonts"), bool(fonts), ", ".join(fonts) or _("missing from the installation"))


def key_private() -> Finding:
    kept = instance.folder() / "secret-key"
    if os.environ.get("YINGZAO_SECRET_KEY"):
        return Finding(_("secret key"), True, _("from the environment"))
    if not kept.exists():
        return Finding(_("secret key"), True, _("not made yet"))
    others = stat.S_IMODE(kept.stat().st_mode) & 0o077
    return Finding(
        _("secret key"),
        not others,
        _("readable by its owner only") if not others else _("others can read it: chmod 600 it"),
    )
