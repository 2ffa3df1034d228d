from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "yingzao.courses"
    label = "courses"

    def ready(self) -> None:
        import yingzao.courses.personal  # noqa: F401  says what is kept of a person
        from yingzao.activities import kind
        from yingzao.activities.models import Evidence
        from yingzao.activities.signals import video_changed
        from yingzao.core import media
        from yingzao.courses import actions, tasks  # noqa: F401 - registers the job
        from yingzao.courses.kind import SelfPaced
        from yingzao.courses.rules import may_read_file
        from yingzao.enrolment import signals as enrolment

        kind.register(SelfPaced())

        def take_video(video, by, removed, **_kwargs):
            actions.take_video(video=video, by=by, removed=removed)

        video_changed.connect(take_video, weak=False, dispatch_uid="courses.take_video")
        media.register_resolver("courses", may_read_file)

        # Connected behind the room `activities`, which has withdrawn by then what the decision or the file had written.
        def say_again_undone(match, decision, by, **_kwargs):
            actions.say_again(Evidence.objects.filter(decision=decision), by)

        def say_again_taken_back(source_file, by, **_kwargs):
            actions.say_again(Evidence.objects.filter(source_row__source_file=source_file), by)

        enrolment.match_undone.connect(say_again_undone, weak=False, dispatch_uid="courses.say_again_undone")
        enrolment.source_undone.connect(
            say_again_taken_back, weak=False, dispatch_uid="courses.say_again_taken_back"
        )
