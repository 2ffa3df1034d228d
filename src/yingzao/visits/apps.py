from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yingzao.visits"
    label = "visits"
