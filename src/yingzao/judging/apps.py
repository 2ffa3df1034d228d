from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "yingzao.judging"
    label = "judging"

    def ready(self) -> None:
        import yingzao.judging.personal  # noqa: F401  says what is kept of a person
