from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "yingzao.articles"
    label = "articles"

    def ready(self) -> None:
        from yingzao.articles import tasks  # noqa: F401 - registers the jobs
        from yingzao.articles.rules import may_read_file, may_read_original
        from yingzao.core import media

        media.register_resolver("articles", may_read_file)
        media.keep_originals("articles", may_read_original)
