"""Every room's pages. A room names its own paths; this is only their list."""

from django.conf.urls import include
from django.urls import path

ROOMS = (
    "core.ui",
    "core.media",
    "people",
    "articles",
    "notices",
    "communities",
    "fieldwork",
    "programmes",
    "enrolment",
    "activities",
    "live",
    "courses",
    "cases",
    "visits",
    "practice",
    "judging",
    "honours",
    "stories",
    "web",
)

urlpatterns = [path("", include(f"yingzao.{room}.urls")) for room in ROOMS]

handler400 = "yingzao.core.ui.views.bad_request"
