from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "yingzao.articles"
    label = "articles"
