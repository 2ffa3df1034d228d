from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "yingzao.live"
    label = "live"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.live.kind import Live

        kind.register(Live())

        from yingzao.core import media
        from yingzao.live.queries import may_read_file

        media.register_resolver("live", may_read_file)
