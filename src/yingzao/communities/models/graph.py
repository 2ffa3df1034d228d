"""What stands in a community beside its leaders and needs, and what belongs to what."""

from django.db import models

from yingzao.communities.enums import (
    GroupKind,
    GroupStage,
    NodeKind,
    PhotoMoment,
    TopicState,
    VenueState,
    facet_words,
)
from yingzao.communities.models.leaders import Leader
from yingzao.communities.models.needs import Need
from yingzao.communities.models.register import Community
from yingzao.core.models import StoredFile
from yingzao.people.models import Owned


class Node(Owned):
    """What every record of the graph has. Put aside, it is on no list, and its ties stay."""

    NODE: NodeKind
    key = models.UUIDField(unique=True)  # from the page: the same form sent twice is one row
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="%(class)ss")
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    facets = models.JSONField(default=list, blank=True)  # Facet values, a set
    source = models.CharField(max_length=300, blank=True)  # where this is known from
    put_aside_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    pinyin = models.CharField(max_length=300, blank=True, editable=False, db_index=True)

    class Meta:
        abstract = True
        ordering = ["pinyin", "pk"]

    @property
    def facet_words(self) -> str:
        return facet_words(self.facets)


class Venue(Node):
    """A place of the community in which something can be done: a hall, a square, a garden, an empty shop."""

    NODE = NodeKind.VENUE
    use = models.CharField(max_length=200, blank=True)  # what it is used for
    place = models.CharField(max_length=120, blank=True)  # where it is, in words
    state = models.CharField(max_length=20, choices=VenueState.choices, default=VenueState.IN_USE)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)


class Topic(Node):
    """A matter of the whole community, that somebody has to take up: 旧楼加装电梯, 河涌, 老人饭堂."""

    NODE = NodeKind.TOPIC
    state = models.CharField(max_length=20, choices=TopicState.choices, default=TopicState.RAISED)
    since = models.DateField(null=True, blank=True)


class ResidentGroup(Node):
    """Residents who do something together. An owners' committee is no such organisation by the rules on filing (民发〔2017〕191号 and
    what the provinces made of it): it has a kind of its own and no stage."""

    NODE = NodeKind.GROUP
    kind = models.CharField(max_length=20, choices=GroupKind.choices, default=GroupKind.SERVICE)
    stage = models.CharField(max_length=20, choices=GroupStage.choices, blank=True)  # the newest of `steps`
    is_dormant = models.BooleanField(default=False)
    since = models.DateField(null=True, blank=True)
    member_count = models.PositiveIntegerField(null=True, blank=True)
    filing_number = models.CharField(max_length=60, blank=True)
    filed_on = models.DateField(null=True, blank=True)


class GroupStep(models.Model):
    """One stage that a group came to, with its day; the row before it is where it stood."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(ResidentGroup, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=20, choices=GroupStage.choices, blank=True)
    is_dormant = models.BooleanField(default=False)
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]


class CommunityAction(Node):
    """Something that was done in the community, with its days and what can be counted of it. Where no day is known, in words."""

    NODE = NodeKind.ACTION
    on = models.DateField(null=True, blank=True)
    when = models.CharField(max_length=40, blank=True)  # 2019 年启动, where no day is known
    until = models.DateField(null=True, blank=True)
    figures = models.JSONField(default=list, blank=True)  # [{"label", "value", "unit"}], as somebody counted


class NodePhoto(models.Model):
    """A photo of a place or an action; before, meanwhile or after. For the desk: nothing public is made of it here."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(Venue, null=True, blank=True, on_delete=models.CASCADE, related_name="photos")
    action = models.ForeignKey(
        CommunityAction, null=True, blank=True, on_delete=models.CASCADE, related_name="photos"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=20, choices=PhotoMoment.choices, default=PhotoMoment.DURING)
    taken_on = models.DateField(null=True, blank=True)
    caption = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["taken_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(venue=None, action__isnull=False)
                | models.Q(venue__isnull=False, action=None),
                name="a_node_photo_is_of_a_venue_or_an_action",
            )
        ]


class Tie(models.Model):
    """Two records of one community belong together. What that means follows from their kinds.

    Exactly two of the six columns are set; `key` names the pair, so that it is there once.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="ties")
    key = models.CharField(max_length=80, unique=True)
    venue = models.ForeignKey(Venue, null=True, blank=True, on_delete=models.CASCADE, related_name="ties")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.CASCADE, related_name="ties")
    group = models.ForeignKey(
        ResidentGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="ties"
    )
    action = models.ForeignKey(
        CommunityAction, null=True, blank=True, on_delete=models.CASCADE, related_name="ties"
    )
    leader = models.ForeignKey(Leader, null=True, blank=True, on_delete=models.CASCADE, related_name="ties")
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.CASCADE, related_name="ties")
    by = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
