from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "yingzao.activities"
    label = "activities"
