"""An issued certificate as a picture, for whoever may read its PDF."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from yingzao.core.media.views import respond_drawn
from yingzao.honours.bridge.typesetting import draw_pdf
from yingzao.honours.models import Certificate


def certificate_picture(request: HttpRequest, certificate: Certificate) -> HttpResponseBase:
    """Drawn from the issued bytes when first asked for, and kept. After an erasure there is none."""
    if not certificate.has_pdf:
        raise Http404
    return respond_drawn(request, certificate.pdf, draw_pdf, name=f"{certificate.number}.png")
