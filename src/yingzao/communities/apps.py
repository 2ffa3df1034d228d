from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "yingzao.communities"
    label = "communities"
