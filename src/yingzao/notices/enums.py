from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """A way by which a message goes further than our own pages."""

    EMAIL = "email", _("e-mail")
    ROBOT = "robot", _("group robot")
    PUSH = "push", _("notice on a device")


CHOSEN = (Channel.EMAIL, Channel.PUSH)  # ways about which a person chooses


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting to go out")
    HELD = "held", _("held back for now")
    HANDING_OVER = "handing_over", _("being handed over")
    HANDED_OVER = "handed_over", _("handed over")
    FAILED = "failed", _("failed, will be tried again")
    UNCERTAIN = "uncertain", _("uncertain")
    GIVEN_UP = "given_up", _("given up")


TO_GO = (
    DeliveryState.WAITING,
    DeliveryState.HELD,
    DeliveryState.FAILED,
)  # go out by themselves once it is time
STUCK = (
    DeliveryState.FAILED,
    DeliveryState.UNCERTAIN,
    DeliveryState.GIVEN_UP,
)  # somebody may send them again


class Service(models.TextChoices):
    """Whose group robot it is."""

    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")
