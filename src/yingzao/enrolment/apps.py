from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "yingzao.enrolment"
    label = "enrolment"

    def ready(self) -> None:
        from yingzao.core import media
        from yingzao.people.signals import invitation_accepted

        media.register_resolver("enrolment", _may_read_file)
        invitation_accepted.connect(_join, dispatch_uid="enrolment.join")


def _may_read_file(person, stored) -> bool:
    from yingzao.enrolment import rules
    from yingzao.enrolment.models import SourceFile

    source = SourceFile.objects.filter(code=stored.subject).select_related("programme").first()
    return source is not None and rules.may_read_source(person, source)


def _join(sender, purpose, target_code, person, **further) -> None:
    from yingzao.enrolment import actions
    from yingzao.enrolment.models import Enrolment
    from yingzao.people.enums import InvitationPurpose

    if purpose != InvitationPurpose.ENROLMENT:
        return
    enrolment = Enrolment.objects.select_related("programme").filter(code=target_code).first()
    if enrolment is not None:
        actions.join(enrolment=enrolment, person=person)
