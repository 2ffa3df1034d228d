from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yingzao.people"
    label = "people"

    def ready(self) -> None:
        from yingzao.core.ui import offline

        offline.forget_after("people:sign-out")
