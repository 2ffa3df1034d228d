from django.db import models
from django.utils.translation import gettext_lazy as _


class CommunityKind(models.TextChoices):
    """The three kinds of Shunde's community building."""

    VILLAGE = "village", _("traditional village")
    MIXED = "mixed", _("between town and country")
    URBAN = "urban", _("new urban community")


class Facet(models.TextChoices):
    """Six facets of a community (Shunde Social Innovation Centre). A set of codes: their order varies by source."""

    PEOPLE = "people", _("people")
    CULTURE = "culture", _("culture")
    PLACE = "place", _("place")
    INDUSTRY = "industry", _("industry")
    LANDSCAPE = "landscape", _("landscape")
    SERVICE = "service", _("service")
