from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "yingzao.core"
    label = "core"
