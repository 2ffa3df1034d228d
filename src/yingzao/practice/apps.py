from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "yingzao.practice"
    label = "practice"
