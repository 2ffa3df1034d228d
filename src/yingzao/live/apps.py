from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "yingzao.live"
    label = "live"
