from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yingzao.visits"
    label = "visits"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.core.ui import doors
        from yingzao.visits.kind import FieldVisit
        from yingzao.visits.views.door import field

        kind.register(FieldVisit())
        doors.open_door("/checking-in/", field)
