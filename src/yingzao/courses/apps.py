from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "yingzao.courses"
    label = "courses"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.activities.models import Evidence
        from yingzao.courses import actions
        from yingzao.courses.kind import SelfPaced
        from yingzao.enrolment import signals as enrolment

        kind.register(SelfPaced())

        # Connected behind the room `activities`, which has withdrawn by then what the decision or the file had written.
        def say_again_undone(match, decision, by, **_kwargs):
            actions.say_again(Evidence.objects.filter(decision=decision), by)

        def say_again_taken_back(source_file, by, **_kwargs):
            actions.say_again(Evidence.objects.filter(source_row__source_file=source_file), by)

        enrolment.match_undone.connect(say_again_undone, weak=False, dispatch_uid="courses.say_again_undone")
        enrolment.source_undone.connect(
            say_again_taken_back, weak=False, dispatch_uid="courses.say_again_taken_back"
        )
