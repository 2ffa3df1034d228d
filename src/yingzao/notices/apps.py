from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yingzao.notices"
    label = "notices"
