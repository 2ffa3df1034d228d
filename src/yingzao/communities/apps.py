from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "yingzao.communities"
    label = "communities"

    def ready(self) -> None:
        import yingzao.communities.personal  # noqa: F401  says what is kept of a person
        import yingzao.communities.tasks  # noqa: F401  registers the jobs
