"""The privacy notice: publishing a version and agreeing to it."""

from django.db import transaction

from yingzao.core import audit
from yingzao.people.models import Person, PrivacyAgreement, PrivacyNotice


@transaction.atomic
def publish_privacy_notice(*, by: Person | None, text_zh: str, text_en: str) -> PrivacyNotice:
    """Publish the next version. Everybody is asked again before anything else."""
    newest = PrivacyNotice.objects.first()
    notice = PrivacyNotice.objects.create(
        version=newest.version + 1 if newest else 1, text_zh=text_zh, text_en=text_en
    )
    audit.record(
        actor=by,
        act="people.privacy_notice.published",
        subject=str(notice.version),
        organisation_id=None,
    )
    return notice


@transaction.atomic
def agree_to_notice(*, person: Person, notice: PrivacyNotice) -> PrivacyAgreement:
    """Record that the person agreed to this version; a second time is the same record."""
    agreement, made = PrivacyAgreement.objects.get_or_create(person=person, notice=notice)
    if made:
        audit.record(
            actor=person,
            act="people.privacy_notice.agreed",
            subject=person.code,
            organisation_id=None,
            after={"version": notice.version},
        )
    return agreement
