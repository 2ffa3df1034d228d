from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "yingzao.stories"
    label = "stories"
