from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yingzao.notices"
    label = "notices"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yingzao.core.ui import navigation
        from yingzao.notices import kind, tasks  # noqa: F401 - registers the jobs
        from yingzao.notices.kind import NoticeKind
        from yingzao.notices.views.own import sections

        navigation.fill("account", sections)
        kind.declare(
            NoticeKind("confirm_address", _("Confirm your e-mail address"), urgent=True, offered=False),
            NoticeKind("robot_test", _("Test of a robot"), urgent=True, to_group=True, offered=False),
        )
