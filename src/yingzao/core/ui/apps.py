from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "yingzao.core.ui"
    label = "ui"
