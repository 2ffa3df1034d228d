from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "yingzao.programmes"
    label = "programmes"
