from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "yingzao.judging"
    label = "judging"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.judging.personal
        import yingzao.judging.tasks  # noqa: F401  registers the jobs
        from yingzao.core import media
        from yingzao.judging import actions, rules
        from yingzao.judging.enums import NOTICE_DUE, NOTICE_OPENED, NOTICE_TALK
        from yingzao.notices import kind as notices

        media.register_resolver(actions.SCANS, rules.may_read_scan)
        notices.declare(
            notices.NoticeKind(
                NOTICE_OPENED, _("Entries to judge"), _("When a round is open for you as a judge.")
            ),
            notices.NoticeKind(
                NOTICE_DUE,
                _("Sheets still to be judged"),
                _("Before they are due, and when an organiser asks."),
            ),
            notices.NoticeKind(
                NOTICE_TALK,
                _("Talk about an entry"),
                _("When the chair asks about an entry that you judged."),
            ),
        )
