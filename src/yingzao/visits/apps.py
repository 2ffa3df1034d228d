from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yingzao.visits"
    label = "visits"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yingzao.activities import kind
        from yingzao.core import media
        from yingzao.core.ui import doors
        from yingzao.notices import kind as notices
        from yingzao.visits.actions import DOCUMENTS, HOST_NAMED, HOST_WORD
        from yingzao.visits.kind import FieldVisit
        from yingzao.visits.queries import may_read_document
        from yingzao.visits.views.door import field

        kind.register(FieldVisit())
        media.register_resolver(DOCUMENTS, may_read_document)
        doors.open_door("/checking-in/", field)
        notices.declare(
            notices.NoticeKind(
                HOST_NAMED, _("You receive visitors"), _("Once you are named as the host of a stop.")
            ),
            notices.NoticeKind(
                HOST_WORD,
                _("Something changes at a stop"),
                _("When a host says so before a visit, to its organisers."),
            ),
        )
