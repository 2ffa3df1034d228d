from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "yingzao.judging"
    label = "judging"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.judging.personal
        import yingzao.judging.tasks  # noqa: F401  registers the jobs
        from yingzao.judging.enums import NOTICE_DUE, NOTICE_OPENED
        from yingzao.notices import kind as notices

        notices.declare(
            notices.NoticeKind(
                NOTICE_OPENED, _("Entries to judge"), _("When a round is open for you as a judge.")
            ),
            notices.NoticeKind(
                NOTICE_DUE,
                _("Sheets still to be judged"),
                _("Before they are due, and when an organiser asks."),
            ),
        )
