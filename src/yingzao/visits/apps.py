from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yingzao.visits"
    label = "visits"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.core import media
        from yingzao.core.ui import doors
        from yingzao.visits import rules
        from yingzao.visits.kind import FieldVisit
        from yingzao.visits.views.door import field, field_file

        kind.register(FieldVisit())
        doors.open_door("/checking-in/", field)
        doors.open_door("/checking-in/files/", field_file)
        media.register_resolver("visits", rules.may_read_file)
