"""The outbox. A message is one thing told to one person; a delivery is one way that it goes. Both are made at once, and once."""

import datetime as dt

from django.db import models
from django.utils import timezone

from yingzao.core.models import CodeField
from yingzao.core.sealing import SealedField
from yingzao.notices.enums import TO_GO, Channel, DeliveryState, Service
from yingzao.people.models import Organisation, Owned, Person

# From Asia/Shanghai's evening to its morning; each organisation may set its own.
QUIET_FROM, QUIET_UNTIL = dt.time(21, 30), dt.time(8, 0)
Hours = tuple[dt.time, dt.time]


class Message(Owned):
    """One key is one message to a person: a repeated send adds nothing. The words are in the person's language."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="received_messages")
    key = models.CharField(max_length=120)  # what it is about, as the sender names it
    kind = models.CharField(max_length=30, blank=True)  # notices/kind.py; empty in what is older than kinds
    programme_code = models.CharField(max_length=16, blank=True, db_index=True)
    language = models.CharField(max_length=10, blank=True)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    is_urgent = models.BooleanField(default=False)
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_message_a_key")]
        indexes = [models.Index(fields=["person"], condition=models.Q(read_at=None), name="unread_messages")]


class Device(models.Model):
    """A browser in which a person switched notices on. Whoever has its endpoint and keys can write there, by our key alone.

    It goes when its person signs out in it, when the push service says that it is gone, and with its person.
    """

    code = CodeField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="devices")
    endpoint = models.CharField(max_length=1000, unique=True)  # of the push service (RFC 8030)
    key = models.CharField(max_length=120)  # the browser's public key, base64url
    secret = models.CharField(max_length=40)  # its authentication secret, base64url
    user_agent = models.CharField(max_length=200, blank=True)
    session_key = models.CharField(max_length=40, blank=True, db_index=True)  # in which it was switched on
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-added_at", "-pk"]


class Robot(Owned):
    """A robot in a programme's group. Its address and secret let anybody write there: no page shows them again, and no table."""

    programme_code = models.CharField(max_length=16, db_index=True)
    name = models.CharField(max_length=60)
    service = models.CharField(max_length=20, choices=Service.choices)
    address = SealedField("yingzao.notices.robot-address")
    secret = SealedField("yingzao.notices.robot-secret")
    kinds = models.JSONField(default=list, blank=True)  # keys of what the group is told
    language = models.CharField(max_length=10, blank=True)
    a_minute = models.PositiveSmallIntegerField(default=20)  # posts, at most
    paused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pk"]


class GroupPost(Owned):
    """One thing told to one group, once. Never anything about one person."""

    robot = models.ForeignKey(Robot, on_delete=models.CASCADE, related_name="posts")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    is_urgent = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["robot", "key"], name="one_post_a_key")]


class Delivery(Owned):
    """One way of one message. `next_try_at` is when it may go; `claim` and `lease_until` say which worker has it in hand.

    `handing_over` is committed before anything leaves the house. Whoever finds it there past its lease cannot know
    whether it arrived: it becomes `uncertain`, and only a person sends it again.
    """

    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="deliveries")
    post = models.ForeignKey(GroupPost, null=True, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    device = models.CharField(max_length=16, blank=True)  # the code of a device, which may be gone by now
    programme_code = models.CharField(max_length=16, blank=True, db_index=True)
    state = models.CharField(max_length=20, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    in_digest = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, default=timezone.now)
    claim = models.CharField(max_length=16, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)  # the last try
    handed_over_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)  # a code of notices/phrases.py
    answer = models.CharField(max_length=300, blank=True)  # the other side's own words

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel", "device"],
                condition=~models.Q(message=None),
                name="one_delivery_a_channel",
            ),
            models.UniqueConstraint(
                fields=["post"], condition=~models.Q(post=None), name="one_delivery_a_post"
            ),
            models.CheckConstraint(
                condition=models.Q(message=None) ^ models.Q(post=None), name="a_delivery_is_of_one_thing"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_try_at"],
                condition=models.Q(state__in=TO_GO),
                name="deliveries_to_go",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state=DeliveryState.HANDING_OVER),
                name="deliveries_in_hand",
            ),
        ]


class Preference(models.Model):
    """What a person chose about one kind of message and one way, against what is usual."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=30)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel"], name="one_preference_a_kind_and_channel"
            )
        ]


class QuietHours(models.Model):
    """When a person is left in peace, and the hour of the daily digest. Without a row the organisation's hours hold."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="quiet_hours")
    own = models.BooleanField(default=False)  # else the organisation's; with `own` and no hours, none
    begins = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    digest_at = models.TimeField(null=True, blank=True)


class OrganisationHours(models.Model):
    """An organisation's usual quiet hours; both empty where it has none."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="quiet_hours")
    begins = models.TimeField(null=True, blank=True, default=QUIET_FROM)
    ends = models.TimeField(null=True, blank=True, default=QUIET_UNTIL)
