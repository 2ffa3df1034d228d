from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yingzao.web"
    label = "web"
