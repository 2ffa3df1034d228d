from django.apps import AppConfig


class HonoursConfig(AppConfig):
    name = "yingzao.honours"
    label = "honours"

    def ready(self) -> None:
        from yingzao.core import media
        from yingzao.honours import tasks  # noqa: F401 - registers the job
        from yingzao.honours.rules.rights import may_read_file

        media.register_resolver("honours", may_read_file)
