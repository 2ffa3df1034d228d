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

        from yingzao.core import media
        from yingzao.live.queries import may_read_file

        media.register_resolver("live", may_read_file)
        notices.declare(
            notices.NoticeKind(
                "recording",
                _("A recording is there"),
                _("Once a live course can be seen again."),
                to_group=True,
            )
        )
