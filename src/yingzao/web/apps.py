from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yingzao.web"
    label = "web"

    def ready(self) -> None:
        from django.conf import settings
        from django.utils.translation import gettext_lazy as _

        from yingzao.core.ui import navigation as slots
        from yingzao.notices import kind as notices
        from yingzao.web import changes, navigation, tasks  # noqa: F401 - registers the jobs

        if settings.TELLS_CHANGES:
            changes.watch()

        slots.fill("desk", navigation.desk)
        slots.name_place("desk", navigation.desk_place)
        slots.fill("learner", navigation.learner)
        slots.name_place("learner", navigation.learner_place)
        slots.fill("jury", navigation.jury)
        slots.fill("public", navigation.public)
        slots.fill("account", navigation.account)

        notices.declare(
            notices.NoticeKind(
                "nearly_late", _("It is nearly too late"), _("One more missed, and the line is out of reach.")
            ),
            notices.NoticeKind("behind", _("Reminders from organisers"), _("When you are behind.")),
            notices.NoticeKind("letter", _("Letters from organisers"), _("What they write to learners.")),
        )
