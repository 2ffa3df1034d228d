from django.db import models
from django.utils.translation import gettext_lazy as _


class TagKind(models.TextChoices):
    """What a tag of a case says: which side of a community it is about, or how it was done."""

    FACET = "facet", _("side of the community")
    METHOD = "method", _("method")
