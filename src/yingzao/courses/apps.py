from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "yingzao.courses"
    label = "courses"
