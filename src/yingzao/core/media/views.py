"""The one door to stored files."""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from yingzao.core import ports
from yingzao.core.media import access, renditions, thumbnails
from yingzao.core.media.keeping import download_name
from yingzao.core.media.ranges import PIECE, answer_range
from yingzao.core.models import StoredFile

SHOWN_IN_THE_BROWSER = frozenset({"image/jpeg", "image/png", "application/pdf"})
MINUTES_KEPT = 5  # by the reader's own browser: a photo that is taken back is gone soon


class RenditionName:
    """The last part of the address of a picture in one of its sizes: `wide-960.avif`."""

    regex = renditions.NAME

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@require_safe
def file(request: HttpRequest, code: str) -> HttpResponseBase:
    stored = _readable(request, code)
    if not access.may_read_whole(_person(request), stored):
        raise Http404
    response = respond(request, stored)
    if response.status_code == 200 and request.method == "GET":
        access.note_read(request.user, stored)
    return response


@require_safe
def file_at(request: HttpRequest, code: str, width: int) -> HttpResponseBase:
    """A picture at most this many pixels wide; 404 for other files and for widths that are not offered."""
    return respond(request, _readable(request, code), width=width)


@require_safe
def rendition(request: HttpRequest, code: str, name: str) -> HttpResponseBase:
    """A picture in a size, form and cut of public pages; 404 for other files and for what is not offered."""
    stored = _readable(request, code)
    wanted = renditions.named(stored, name)
    if wanted is None:
        raise Http404
    path = renditions.path_of(stored, wanted)
    etag = f'"{stored.sha256[:32]}-{path.rpartition("/")[2]}"'
    try:
        path = renditions.ensure(stored, wanted)
    except FileNotFoundError:
        raise Http404 from None
    return _answer(request, stored, path=path, etag=etag, media_type=wanted.media_type)


def respond(
    request: HttpRequest, stored: StoredFile, *, width: int | None = None, stem: str = ""
) -> HttpResponseBase:
    """The file for a reader whose right the caller has seen to, for doors of a room's own.

    `stem` stands in for the uploader's name of the file, where that name may tell who it was.
    """
    if stem:
        stored.name = stem  # not saved: this answer only
    if width is None and stored.media_type.startswith("audio/"):
        return _played(request, stored)
    if width is None:
        return _answer(request, stored, path=stored.path, etag=f'"{stored.sha256}"')
    if width not in thumbnails.WIDTHS or stored.width is None:
        raise Http404
    try:
        path = thumbnails.ensure(stored, width)
    except FileNotFoundError:
        raise Http404 from None
    return _answer(request, stored, path=path, etag=f'"{stored.sha256}-{width}"')


def respond_unsigned(request: HttpRequest, stored: StoredFile, *, stem: str) -> HttpResponseBase:
    """As `respond` under the name `stem`, and without what a document notes of its author beside its pages."""
    stored.name = stem  # not saved: this answer only
    etag = f'"{stored.sha256}-unsigned"'
    unsigner: ports.DocumentUnsigner = ports.port("document_unsigner")
    if not unsigner.takes(stored.media_type):
        return respond(request, stored, stem=stem)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None and unchanged.status_code == 304:
        return _headed(unchanged, stored, etag)
    try:
        with default_storage.open(stored.path, "rb") as opened:
            made = unsigner.unsign(opened, stored.media_type)
    except FileNotFoundError:
        raise Http404 from None
    if made is None:  # locked or broken: its pages are all that can be read of it in any case
        return respond(request, stored, stem=stem)
    response = FileResponse(
        io.BytesIO(made),
        as_attachment=stored.media_type not in SHOWN_IN_THE_BROWSER,
        filename=download_name(stored),
        content_type=stored.media_type,
    )
    return _headed(response, stored, etag)


def respond_drawn(
    request: HttpRequest, stored: StoredFile, draw: Callable[[bytes], bytes], *, name: str
) -> HttpResponseBase:
    """A PNG that `draw` makes of the file, for a reader whose right the caller has seen to; downloaded as `name`."""
    etag = f'"{stored.sha256}-drawn"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None and unchanged.status_code == 304:
        return _headed(unchanged, stored, etag)
    try:
        opened = default_storage.open(thumbnails.ensure_drawn(stored, draw), "rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=name, content_type="image/png")
    return _headed(response, stored, etag)


def _played(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """Players ask for parts, and some play nothing that they do not get in parts."""
    try:
        response = answer_range(request, stored, whole_up_to=PIECE)
    except FileNotFoundError:
        raise Http404 from None
    return _headed(response, stored, f'"{stored.sha256}"')


def _readable(request: HttpRequest, code: str) -> StoredFile:
    stored = StoredFile.objects.filter(code=code).first()
    if stored is None or not access.may_read(_person(request), stored):
        raise Http404
    return stored


def _person(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _answer(
    request: HttpRequest, stored: StoredFile, *, path: str, etag: str, media_type: str = ""
) -> HttpResponseBase:
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None and unchanged.status_code == 304:
        return _headed(unchanged, stored, etag)
    try:
        opened = default_storage.open(path, "rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened,
        as_attachment=not media_type and stored.media_type not in SHOWN_IN_THE_BROWSER,
        filename="" if media_type else download_name(stored),
        content_type=media_type or _content_type(stored.media_type),
    )
    return _headed(response, stored, etag)


def _content_type(media_type: str) -> str:
    # text in a table or a page somebody uploaded is never a page of ours
    return "text/plain" if media_type == "text/html" else media_type


def _headed(response: HttpResponseBase, stored: StoredFile, etag: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = (
        f"private, max-age={MINUTES_KEPT * 60}" if stored.width else "private, no-cache"
    )
    if stored.media_type == "application/pdf":
        response._csp_exempt = True  # type: ignore[attr-defined]  # the browser's own reader draws it, in styles of its own
    return response
