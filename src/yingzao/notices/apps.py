from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yingzao.notices"
    label = "notices"

    def ready(self) -> None:
        from yingzao.core.ui import navigation
        from yingzao.notices.views.own import sections

        navigation.fill("account", sections)
