from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yingzao.visits"
    label = "visits"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.visits.kind import FieldVisit

        kind.register(FieldVisit())
