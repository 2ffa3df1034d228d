from django.apps import AppConfig


def wrong_map_settings(app_configs, **_kwargs):
    """A map's address that cannot be used is left out, and said."""
    from django.conf import settings
    from django.core.checks import Warning as Wrong

    from yingzao.visits.rules import map_tiles

    wrong = []
    if settings.YINGZAO_MAP_TILES and map_tiles() is None:
        wrong.append(
            Wrong(
                "YINGZAO_MAP_TILES is not used: it needs https, one host written in full, and {z}, {x} and {y}.",
                id="visits.W001",
            )
        )
    if settings.YINGZAO_MAP_LINK and not settings.YINGZAO_MAP_LINK.startswith("https://"):
        wrong.append(Wrong("YINGZAO_MAP_LINK is not used: it needs https.", id="visits.W002"))
    return wrong


class VisitsConfig(AppConfig):
    name = "yingzao.visits"
    label = "visits"

    def ready(self) -> None:
        from django.core import checks
        from django.utils.translation import gettext_lazy as _

        import yingzao.visits.personal  # noqa: F401  says what is kept of a person
        from yingzao.activities import kind
        from yingzao.core import media
        from yingzao.core.ui import doors
        from yingzao.enrolment.signals import enrolments_changed
        from yingzao.notices import kind as notices
        from yingzao.visits import (
            rules,
            tasks,  # noqa: F401 - registers the jobs
        )
        from yingzao.visits.actions import DOCUMENTS, HOST_NAMED, HOST_WORD
        from yingzao.visits.kind import FieldVisit
        from yingzao.visits.queries import may_read_document
        from yingzao.visits.views.door import field, field_file

        kind.register(FieldVisit())
        doors.open_door("/checking-in/", field)
        doors.open_door("/checking-in/files/", field_file)
        media.register_resolver("visits", rules.may_read_file)
        media.register_resolver(DOCUMENTS, may_read_document)
        checks.register(wrong_map_settings)
        enrolments_changed.connect(_free_places, dispatch_uid="visits.free_places")
        notices.declare(
            notices.NoticeKind(
                "place",
                _("A place on a visit"),
                _("When you move up from the waiting list, or staff sign you up."),
            ),
            notices.NoticeKind(
                HOST_NAMED, _("You receive visitors"), _("Once you are named as the host of a stop.")
            ),
            notices.NoticeKind(
                HOST_WORD,
                _("Something changes at a stop"),
                _("When a host says so before a visit, to its organisers."),
                names_others=True,
            ),
        )


def _free_places(sender, enrolments, **further) -> None:
    from yingzao.visits import actions

    actions.free_places_of_those_who_left(enrolments)
