from django.apps import AppConfig


class HonoursConfig(AppConfig):
    name = "yingzao.honours"
    label = "honours"
