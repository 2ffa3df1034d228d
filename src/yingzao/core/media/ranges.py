"""Parts of a file, as players ask for them (RFC 9110, 14). Never more than a piece at once: a film that a slow phone draws would
hold a thread for an hour, and players ask on by themselves."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse

from yingzao.core.media.keeping import open_file
from yingzao.core.models import StoredFile

PIECE = 1024 * 1024  # bytes of one answer


def answer_range(request: HttpRequest, stored: StoredFile, *, whole_up_to: int = 0) -> HttpResponse:
    """206 with what is asked for, shortened to a piece; 416 for what lies outside. Without a range the file from its start:
    whole where it is at most `whole_up_to` bytes, else its first piece as 206, which players take for an invitation.

    Raises FileNotFoundError when the bytes are gone.
    """
    size = stored.size
    asked = _range(request.headers.get("Range", ""), size)
    if asked is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = asked
    is_whole = "Range" not in request.headers and size <= whole_up_to
    if not is_whole:
        end = min(end, start + PIECE)
    with open_file(stored) as file:
        file.seek(start)
        body = b"" if request.method == "HEAD" else file.read(end - start)
    response = HttpResponse(body, status=200 if is_whole else 206, content_type=stored.media_type)
    if not is_whole:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response.headers["Content-Length"] = str(end - start)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _range(header: str, size: int) -> tuple[int, int] | None:
    """(first byte, byte after the last); None for what the file does not hold. Of several ranges the first is answered."""
    if not (found := re.match(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)", header)) or found.groups() == ("", ""):
        return (0, size) if size else None
    first, last = found.groups()
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None
