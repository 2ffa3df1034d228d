from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yingzao.notices"
    label = "notices"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.notices.personal  # noqa: F401  says what is kept of a person
        from yingzao.core.ui import navigation, offline
        from yingzao.notices import kind, tasks  # noqa: F401 - registers the jobs
        from yingzao.notices.kind import NoticeKind
        from yingzao.notices.views.own import sections
        from yingzao.people.signals import signed_out

        navigation.fill("account", sections)
        offline.add_part("notices/push.worker.js")
        signed_out.connect(_forget_devices, dispatch_uid="notices.forget_devices")
        kind.declare(
            NoticeKind("confirm_address", _("Confirm your e-mail address"), urgent=True, offered=False),
            NoticeKind("push_test", _("Test of a device"), urgent=True, offered=False),
            NoticeKind("robot_test", _("Test of a robot"), urgent=True, to_group=True, offered=False),
        )


def _forget_devices(sender, person, session_keys, **further) -> None:
    from yingzao.notices import actions

    actions.forget_signed_out(person=person, session_keys=session_keys)
