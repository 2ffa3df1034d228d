from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "yingzao.live"
    label = "live"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yingzao.activities import kind
        from yingzao.live.kind import Live
        from yingzao.notices import kind as notices

        kind.register(Live())

        notices.declare(
            notices.NoticeKind(
                "starts_soon",
                _("A live course begins"),
                _("The day before, and shortly before, with where it is."),
                to_group=True,
            )
        )
