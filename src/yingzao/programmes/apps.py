from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "yingzao.programmes"
    label = "programmes"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.programmes.personal  # noqa: F401  says what is kept of a person
        from yingzao.notices import kind as notices
        from yingzao.people.signals import invitation_accepted, reset_link_asked

        invitation_accepted.connect(_take_up_role, dispatch_uid="programmes.take_up_role")
        reset_link_asked.connect(_refuse_link, dispatch_uid="programmes.refuse_link")

        notices.declare(
            notices.NoticeKind(
                "stage_opened",
                _("A stage opens"),
                _("What can be done from now on."),
                to_group=True,
                to_people=False,
            )
        )


def _take_up_role(sender, purpose, target_code, person, **further) -> None:
    from yingzao.people.enums import InvitationPurpose
    from yingzao.programmes import actions
    from yingzao.programmes.models import StaffRole

    if purpose != InvitationPurpose.STAFF:
        return
    staff = StaffRole.objects.select_related("programme", "organisation").filter(code=target_code).first()
    if staff is not None:
        actions.take_up_role(staff=staff, person=person)


def _refuse_link(sender, by, person, organisation, **further) -> None:
    from yingzao.programmes.actions import refuse_link_for_roles_elsewhere

    refuse_link_for_roles_elsewhere(by=by, person=person, organisation=organisation)
