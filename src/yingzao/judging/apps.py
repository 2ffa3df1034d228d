from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "yingzao.judging"
    label = "judging"
