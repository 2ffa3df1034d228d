from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "yingzao.live"
    label = "live"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.live.personal  # noqa: F401  says what is kept of a person
        from yingzao.activities import kind
        from yingzao.live.kind import Live
        from yingzao.notices import kind as notices

        kind.register(Live())

        from yingzao.activities.enums import KindKey
        from yingzao.activities.signals import video_changed
        from yingzao.core import media
        from yingzao.live import actions
        from yingzao.live.queries import may_read_file

        media.register_resolver("live", may_read_file)
        notices.declare(
            notices.NoticeKind(
                "recording",
                _("A recording is there"),
                _("Once a live course can be seen again."),
                to_group=True,
            )
        )

        def take_recording(video, by, removed, **_kwargs):
            if video.activity.kind == KindKey.LIVE:
                actions.take_recording(video=video, by=by, removed=removed)

        video_changed.connect(take_recording, weak=False, dispatch_uid="live.take_recording")
