from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "yingzao.stories"
    label = "stories"

    def ready(self) -> None:
        from yingzao.articles.rules import register_reader
        from yingzao.stories.rules import may_read_article

        register_reader("stories", may_read_article)
