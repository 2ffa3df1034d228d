"""Keys, achievements and badges: what is published of them, and what a file that is sent here belongs to."""

from django.db.models import Count, F, Max, QuerySet

from yingzao.honours.models import LIST_SIZE, Achievement, Badge, BadgeKey
from yingzao.people.models import Organisation
from yingzao.programmes.models import Programme


def issuers() -> QuerySet[Organisation]:
    """Whoever has signed a badge, or may do so next."""
    return Organisation.objects.filter(pk__in=BadgeKey.objects.values("organisation"))


def keys_of(organisation_id: int) -> QuerySet[BadgeKey]:
    """The one that signs first, then those before it, newest first; with how many badges each has signed."""
    return (
        BadgeKey.objects.filter(organisation=organisation_id)
        .select_related("organisation")
        .annotate(signed=Count("badges"))
        .order_by(F("retired_at").desc(nulls_first=True), "-pk")
    )


def signing_key_of(organisation_id: int) -> BadgeKey | None:
    return BadgeKey.objects.filter(organisation=organisation_id, retired_at=None).first()


def next_status_index(key: BadgeKey) -> int:
    last = Badge.objects.filter(key=key).aggregate(last=Max("status_index"))["last"]
    return 0 if last is None else last + 1


def status_lists_of(key: BadgeKey) -> int:
    """How many there are; one even where nothing was signed yet."""
    return (max(next_status_index(key), 1) - 1) // LIST_SIZE + 1


def revoked_bits(key: BadgeKey, number: int) -> list[int]:
    """Of one status list: the badges whose certificate is revoked."""
    first = number * LIST_SIZE
    indices = Badge.objects.filter(
        key=key,
        certificate__revoked_at__isnull=False,
        status_index__gte=first,
        status_index__lt=first + LIST_SIZE,
    ).values_list("status_index", flat=True)
    return [index - first for index in indices]


def achievements() -> QuerySet[Achievement]:
    return Achievement.objects.select_related("programme__organisation", "picture")


def standing_achievement(programme: Programme, kind: str, sha256: str) -> Achievement | None:
    return Achievement.objects.filter(programme=programme, kind=kind, sha256=sha256).first()


def badge_by_id(credential_id: str) -> Badge | None:
    return (
        Badge.objects.filter(credential_id=credential_id)
        .select_related("certificate__programme__organisation", "certificate__pdf", "achievement", "key")
        .first()
    )


def key_by_code(code: str) -> BadgeKey | None:
    return BadgeKey.objects.filter(code=code).first()


def is_issuer_of_ours(address: str) -> bool:
    return Badge.objects.filter(issuer_address=address).exists()
