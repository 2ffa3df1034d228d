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
        checks.register(wrong_map_settings)
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
