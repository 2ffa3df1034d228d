from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "yingzao.communities"
    label = "communities"

    def ready(self) -> None:
        import yingzao.communities.personal
        import yingzao.communities.tasks  # noqa: F401  registers the jobs
