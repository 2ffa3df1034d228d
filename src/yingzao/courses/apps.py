from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "yingzao.courses"
    label = "courses"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.activities.signals import video_changed
        from yingzao.core import media
        from yingzao.courses import actions, tasks  # noqa: F401 - registers the job
        from yingzao.courses.kind import SelfPaced
        from yingzao.courses.rules import may_read_file

        kind.register(SelfPaced())

        def take_video(video, by, removed, **_kwargs):
            actions.take_video(video=video, by=by, removed=removed)

        video_changed.connect(take_video, weak=False, dispatch_uid="courses.take_video")
        media.register_resolver("courses", may_read_file)
