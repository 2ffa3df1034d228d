"""Stored files: sniffed, limited, re-encoded, kept under their hash, read through the owning room.

stored = media.store(upload, name=upload.name, accept="image", organisation_id=…, room="practice",
                     subject=version.code, uploaded_by=person)     # Refused says in one sentence why not
media.register_resolver("practice", may_read_file)                  # in the room's AppConfig.ready
{% url 'media:file' stored.code %}  {% url 'media:file-at' stored.code 640 %}
{% picture stored alt="…" %}                                        # in the sizes and forms of public pages
"""

from yingzao.core.media.access import (
    Resolver,
    keep_originals,
    let_also_read,
    may_read,
    register_resolver,
    tell_when_read,
)
from yingzao.core.media.focus import point_at
from yingzao.core.media.keeping import open_file, prepare, read_bytes, store, store_as_it_is, store_made
from yingzao.core.media.removing import blank, remove
from yingzao.core.media.renditions import WIDTHS as SHAPES
from yingzao.core.media.renditions import address_of, make_all, named, renditions_of
from yingzao.core.media.renditions import read as read_rendition
from yingzao.core.media.sniff import MEGABYTE, Accept
from yingzao.core.media.thumbnails import WIDTHS

__all__ = [
    "MEGABYTE",
    "SHAPES",
    "WIDTHS",
    "Accept",
    "Resolver",
    "address_of",
    "blank",
    "keep_originals",
    "let_also_read",
    "make_all",
    "may_read",
    "named",
    "open_file",
    "point_at",
    "prepare",
    "read_bytes",
    "read_rendition",
    "register_resolver",
    "remove",
    "renditions_of",
    "store",
    "store_as_it_is",
    "store_made",
    "tell_when_read",
]
