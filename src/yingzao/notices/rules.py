"""When a message goes, and when it is tried again. Pure: moments in, moments out; hours are those of Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from yingzao.core.clock import SHANGHAI
from yingzao.notices.enums import DeliveryState
from yingzao.notices.models import Hours

# After the first, second, … failure that is certain. After the last one it is given up.
PAUSES = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=12),
)
# How many posts a robot takes. WeCom: developer.work.weixin.qq.com/document/path/91770. DingTalk, which shuts a robot
# out for ten minutes beyond it: open.dingtalk.com/document/robots/custom-robot-access. Feishu:
# open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. An organiser may set fewer or more a minute.
POSTS_A_MINUTE = {"wecom": 20, "dingtalk": 20, "feishu": 100}
POSTS_A_SECOND = {"wecom": 5, "dingtalk": 5, "feishu": 5}


@dataclass(frozen=True, slots=True)
class Departure:
    at: dt.datetime
    state: DeliveryState
    in_digest: bool = False


def pause_after(tries: int) -> dt.timedelta | None:
    """How long to wait after so many tries; None when it is time to give up."""
    return PAUSES[tries - 1] if 0 < tries <= len(PAUSES) else None


def out_of_quiet(moment: dt.datetime, hours: Hours | None) -> dt.datetime:
    """The moment itself, or the end of the quiet hours that it lies in. Their beginning is quiet, their end is not."""
    if hours is None or hours[0] == hours[1]:
        return moment
    begins, ends = hours
    local = moment.astimezone(SHANGHAI)
    now = local.time()
    if begins < ends:
        quiet = begins <= now < ends
        day = local.date()
    else:
        quiet = now >= begins or now < ends
        day = local.date() + dt.timedelta(days=1) if now >= begins else local.date()
    return dt.datetime.combine(day, ends, tzinfo=SHANGHAI) if quiet else moment


def next_digest(moment: dt.datetime, at: dt.time) -> dt.datetime:
    """The next time that the digest goes, after the moment."""
    local = moment.astimezone(SHANGHAI)
    today = dt.datetime.combine(local.date(), at, tzinfo=SHANGHAI)
    return today if today > local else today + dt.timedelta(days=1)


def departure(
    now: dt.datetime, *, urgent: bool, quiet: Hours | None = None, digest_at: dt.time | None = None
) -> Departure:
    """When a message of now goes. The digest's hour was chosen by its reader, so quiet hours do not move it."""
    if urgent:
        return Departure(now, DeliveryState.WAITING)
    if digest_at is not None:
        return Departure(next_digest(now, digest_at), DeliveryState.HELD, in_digest=True)
    at = out_of_quiet(now, quiet)
    return Departure(at, DeliveryState.HELD if at > now else DeliveryState.WAITING)
