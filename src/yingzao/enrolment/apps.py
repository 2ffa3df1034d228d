from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "yingzao.enrolment"
    label = "enrolment"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.enrolment.personal  # noqa: F401  says what is kept of a person
        from yingzao.core import media
        from yingzao.notices import kind as notices
        from yingzao.people.signals import invitation_accepted, reset_link_asked

        media.register_resolver("enrolment", _may_read_file)
        media.tell_when_read("enrolment", _file_was_read)
        invitation_accepted.connect(_join, dispatch_uid="enrolment.join")
        reset_link_asked.connect(_refuse_link, dispatch_uid="enrolment.refuse_link")

        notices.declare(
            notices.NoticeKind("registered", _("Your registration"), _("Whether it was accepted."))
        )


def _may_read_file(person, stored) -> bool:
    from yingzao.enrolment import rules
    from yingzao.enrolment.models import SourceFile

    source = SourceFile.objects.filter(code=stored.subject).select_related("programme").first()
    return source is not None and rules.may_read_source(person, source)


def _file_was_read(person, stored) -> None:
    from yingzao.enrolment import actions
    from yingzao.enrolment.models import SourceFile

    actions.record_source_read(SourceFile.objects.get(code=stored.subject), person)


def _join(sender, purpose, target_code, person, **further) -> None:
    from django.utils.translation import gettext as _

    from yingzao.core.errors import Refused
    from yingzao.enrolment import actions
    from yingzao.enrolment.models import Enrolment
    from yingzao.people.enums import InvitationPurpose

    if purpose != InvitationPurpose.ENROLMENT:
        return
    enrolment = Enrolment.objects.select_related("programme").filter(code=target_code).first()
    if enrolment is None:
        raise Refused(_("You are no longer on the list of this programme. Ask the organiser."), code="left")
    actions.join(enrolment=enrolment, person=person)


def _refuse_link(sender, by, person, **further) -> None:
    from yingzao.enrolment.actions import refuse_link_for_learning_elsewhere

    refuse_link_for_learning_elsewhere(by=by, person=person)
