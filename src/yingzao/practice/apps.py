from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "yingzao.practice"
    label = "practice"

    def ready(self) -> None:
        import yingzao.practice.personal
        import yingzao.practice.tasks  # noqa: F401  registers the jobs
        from yingzao.activities import kind
        from yingzao.practice.kind import Practice

        kind.register(Practice())
