from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "yingzao.programmes"
    label = "programmes"

    def ready(self) -> None:
        from yingzao.people.signals import invitation_accepted

        invitation_accepted.connect(_take_up_role, dispatch_uid="programmes.take_up_role")


def _take_up_role(sender, purpose, target_code, person, **further) -> None:
    from yingzao.people.enums import InvitationPurpose
    from yingzao.programmes import actions
    from yingzao.programmes.models import StaffRole

    if purpose != InvitationPurpose.STAFF:
        return
    staff = StaffRole.objects.select_related("programme", "organisation").filter(code=target_code).first()
    if staff is not None:
        actions.take_up_role(staff=staff, person=person)
