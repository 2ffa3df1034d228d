"""Telephones taken out in clear: what for, how many, by whom."""

from django.utils.translation import gettext as _

from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.people.models import Person


def require_reason(reason: str) -> str:
    """The reason as it is kept. Raises Refused (field `reason`) without one."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say what the phone numbers are needed for."), code="no_reason", field="reason")
    return reason[:200]


def record_clear_export(
    *, act: str, subject: str, organisation_id: int, by: Person, reason: str, count: int
) -> None:
    """The line that a file with telephones in clear was taken out. The calling room has checked the right to it."""
    audit.record(
        actor=by,
        act=act,
        subject=subject,
        organisation_id=organisation_id,
        after={"reason": require_reason(reason), "count": count},
    )
