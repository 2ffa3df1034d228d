from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yingzao.people"
    label = "people"
