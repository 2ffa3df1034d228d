"""The register of communities: those that learners come from and those that are visited."""

from django.db import models

from yingzao.communities.enums import CommunityKind
from yingzao.people.models import Owned


class Community(Owned):
    name = models.CharField(max_length=60)
    town = models.CharField(max_length=60, blank=True)
    district_code = models.CharField(
        max_length=12, blank=True
    )  # statistical code of the National Bureau of Statistics
    kind = models.CharField(max_length=20, choices=CommunityKind.choices, blank=True)
    facets = models.JSONField(default=list, blank=True)  # Facet values, a set
    summary = models.TextField(blank=True)
    offers = models.TextField(blank=True)  # what visitors can learn there
    contact_name = models.CharField(max_length=60, blank=True)  # private, as is the telephone
    contact_phone = models.CharField(max_length=20, blank=True)  # in clear only by an audited act
    is_public = models.BooleanField(default=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    pinyin = models.CharField(max_length=200, editable=False, db_index=True)

    class Meta:
        ordering = ["pinyin"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "town", "name"], name="one_community_a_name_and_town"
            )
        ]
