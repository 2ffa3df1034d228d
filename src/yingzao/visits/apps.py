from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yingzao.visits"
    label = "visits"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yingzao.activities import kind
        from yingzao.core import media
        from yingzao.core.ui import doors
        from yingzao.enrolment.signals import enrolments_changed
        from yingzao.notices import kind as notices
        from yingzao.visits import (
            rules,
            tasks,  # noqa: F401 - registers the jobs
        )
        from yingzao.visits.kind import FieldVisit
        from yingzao.visits.views.door import field, field_file

        kind.register(FieldVisit())
        doors.open_door("/checking-in/", field)
        doors.open_door("/checking-in/files/", field_file)
        media.register_resolver("visits", rules.may_read_file)
        enrolments_changed.connect(_free_places, dispatch_uid="visits.free_places")
        notices.declare(
            notices.NoticeKind(
                "place",
                _("A place on a visit"),
                _("When you move up from the waiting list, or staff sign you up."),
            )
        )


def _free_places(sender, enrolments, **further) -> None:
    from yingzao.visits import actions

    actions.free_places_of_those_who_left(enrolments)
