"""What of people goes when its time is over: sign-ins and lines of the record of acts."""

from __future__ import annotations

import datetime as dt

from django.db.models import Model, QuerySet

from yingzao.core.models import AuditLine
from yingzao.people.models import Organisation, SignIn
from yingzao.people.personal.periods import Rule, days_of, longest, remove_by

AT_ONCE = 2000


def _sign_ins(organisation: Organisation, before: dt.datetime) -> QuerySet[SignIn]:
    """Sign-ins belong to no organisation: they go once the one that keeps them longest lets them, told by the first of all."""
    if Organisation.objects.order_by("pk").first() != organisation:
        return SignIn.objects.none()
    now = before + dt.timedelta(days=_days(organisation, "sign_ins"))
    return SignIn.objects.filter(at__lt=now - dt.timedelta(days=longest("sign_ins") or 0))


def _acts(organisation: Organisation, before: dt.datetime) -> QuerySet[AuditLine]:
    return AuditLine.objects.filter(organisation_id=organisation.pk, at__lt=before)


def _days(organisation: Organisation, period: str) -> int:
    return days_of(organisation, period) or 0


def delete_in_steps(rows: QuerySet) -> int:
    """Some thousand at a time, so that nobody waits long; what is cut off goes on the next day."""
    model: type[Model] = rows.model
    gone = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def rule_of(period: str, name: str, rows) -> Rule:
    """A rule for plain rows that go as they are."""
    return Rule(
        period,
        count=lambda organisation, before: {name: rows(organisation, before).count()},
        remove=lambda organisation, before: {name: delete_in_steps(rows(organisation, before))},
    )


remove_by("people.sign_ins", rule_of("sign_ins", "sign_ins", _sign_ins))
remove_by("people.acts", rule_of("acts", "acts", _acts))
