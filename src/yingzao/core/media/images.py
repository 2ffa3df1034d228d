"""Pictures are never kept as they came: decoded, turned upright, made smaller, written anew without what they carried.

Of an animated GIF or WebP the first frame is kept: nothing here needs motion, and a still picture prints.
"""

import io
from dataclasses import dataclass

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from yingzao.core.errors import Refused

pillow_heif.register_heif_opener()

LONGEST_EDGE = 2560  # prints at A4 with 200 dots an inch
MOST_PIXELS = 50_000_000  # decoded whole: 200 MB in memory
MOST_JPEG_PIXELS = (
    110_000_000  # JPEG is decoded at a fraction of its size; phones take pictures of 108 million
)
LARGEST_PNG = 1_500_000  # an opaque PNG above this is a photo, and is written as JPEG
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF")
Image.MAX_IMAGE_PIXELS = MOST_JPEG_PIXELS


@dataclass(frozen=True)
class Picture:
    data: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in its pixels."""

    left: int
    top: int
    width: int
    height: int


Drawn = Image.Image


def draw(data: bytes, box: Box, *, width: int, height: int) -> Drawn:
    """That part of a picture of ours at this size. The bytes are upright and clean already; raises Refused for others."""
    try:
        with Image.open(io.BytesIO(data), formats=_known(FORMATS)) as opened:
            image = opened.convert("RGBA" if opened.mode in {"RGBA", "LA", "PA"} else "RGB")
    except Exception:  # decoders of damaged files raise nearly anything
        raise unreadable() from None
    edges = (box.left, box.top, box.left + box.width, box.top + box.height)
    return image.resize((width, height), Image.Resampling.LANCZOS, box=edges, reducing_gap=3.0)


def written_as(image: Drawn, form: str) -> bytes:
    """As `avif`, `webp` or `jpg`, without anything but the picture; what is see-through stands on white as JPEG."""
    out = io.BytesIO()
    if form == "avif":
        image.save(out, "AVIF", quality=52, speed=7)
    elif form == "webp":
        image.save(out, "WEBP", quality=76, method=4)
    else:
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
        paper.save(out, "JPEG", quality=80, progressive=True, optimize=True)
    return out.getvalue()


def unreadable() -> Refused:
    return Refused(
        _("The picture is damaged and cannot be read. Take or choose another one."), code="damaged"
    )


def re_encode(data: bytes, *, longest_edge: int = LONGEST_EDGE, media_type: str = "") -> Picture:
    """The picture upright, at most `longest_edge` pixels long, in sRGB, as JPEG or PNG, without EXIF, GPS or comments.

    `media_type` asks for image/jpeg or image/png; otherwise what is see-through or small and drawn stays PNG. Raises Refused for what cannot be decoded whole and for more pixels than can be held.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_known(FORMATS)) as opened:
            width, height = opened.size
            if width * height > (MOST_JPEG_PIXELS if opened.format == "JPEG" else MOST_PIXELS):
                raise Refused(
                    _("The picture has too many pixels. Send a smaller one."), code="too_many_pixels"
                )
            if opened.format == "JPEG":
                opened.draft(None, (longest_edge, longest_edge))
            opened.load()
            drawn = opened.format in {"PNG", "GIF"}
            return _written(_upright(opened), longest_edge, drawn=drawn, media_type=media_type)
    except Refused:
        raise
    except Image.DecompressionBombError:
        raise Refused(
            _("The picture has too many pixels. Send a smaller one."), code="too_many_pixels"
        ) from None
    except Exception:  # decoders of damaged files raise nearly anything; all of it means "damaged"
        raise unreadable() from None


def _known(names: tuple[str, ...]) -> list[str]:
    Image.init()
    return [name for name in names if name in Image.OPEN]


def _upright(opened: Image.Image) -> Image.Image:
    profile = opened.info.get("icc_profile")
    image = ImageOps.exif_transpose(opened)
    if image.mode in {"P", "PA", "LA"} or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode not in {"RGB", "RGBA", "L"}:
        image = image.convert("RGB")
    if profile and image.mode in {"RGB", "RGBA"} and opened.mode in {"RGB", "RGBA"}:
        image = _in_srgb(image, profile)
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:
        image = image.convert("RGB")
    return image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Phones write wider colours than a page shows; without this their photos turn pale."""
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        )
    except (ImageCms.PyCMSError, OSError):  # a broken profile spoils no picture
        return image
    return converted or image


def _written(image: Image.Image, longest_edge: int, *, drawn: bool, media_type: str) -> Picture:
    image.thumbnail((longest_edge, longest_edge), Image.Resampling.LANCZOS)
    clean = Image.new(image.mode, image.size)  # nothing that the file carried comes along
    clean.paste(image)
    if media_type == "image/jpeg":
        return _as_jpeg(clean)
    if media_type == "image/png" or clean.mode == "RGBA":
        return _as_png(clean)
    if drawn:
        picture = _as_png(clean)
        if len(picture.data) <= LARGEST_PNG:
            return picture
    return _as_jpeg(clean)


def _as_png(image: Image.Image) -> Picture:
    out = io.BytesIO()
    image.save(out, "PNG")
    return Picture(out.getvalue(), "image/png", image.width, image.height)


def _as_jpeg(image: Image.Image) -> Picture:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=85, progressive=True, optimize=True)
    return Picture(out.getvalue(), "image/jpeg", image.width, image.height)
