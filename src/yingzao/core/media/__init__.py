"""Stored files: sniffed, limited, re-encoded, kept under their hash, read through the owning room.

stored = media.store(upload, name=upload.name, accept="image", organisation_id=…, room="practice",
                     subject=version.code, uploaded_by=person)     # Refused says in one sentence why not
media.register_resolver("practice", may_read_file)                  # in the room's AppConfig.ready
{% url 'media:file' stored.code %}  {% url 'media:file-at' stored.code 640 %}
"""

from yingzao.core.media.access import Resolver, let_also_read, may_read, register_resolver, tell_when_read
from yingzao.core.media.keeping import open_file, prepare, read_bytes, store, store_as_it_is, store_made
from yingzao.core.media.removing import blank, remove
from yingzao.core.media.sniff import MEGABYTE, Accept
from yingzao.core.media.thumbnails import WIDTHS

__all__ = [
    "MEGABYTE",
    "WIDTHS",
    "Accept",
    "Resolver",
    "blank",
    "let_also_read",
    "may_read",
    "open_file",
    "prepare",
    "read_bytes",
    "register_resolver",
    "remove",
    "store",
    "store_as_it_is",
    "store_made",
    "tell_when_read",
]
