from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yingzao.cases"
    label = "cases"
