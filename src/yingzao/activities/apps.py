from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "yingzao.activities"
    label = "activities"

    def ready(self) -> None:
        from yingzao.activities import actions
        from yingzao.enrolment import signals as enrolment
        from yingzao.programmes import signals as programmes

        def copy_plan(source, target, shift, by, **_kwargs):
            actions.copy_plan(source=source, target=target, shift=shift, by=by)

        def settle_new(programme, enrolments, **_kwargs):
            actions.resettle(programme, enrolments=[e.pk for e in enrolments])

        programmes.edition_made.connect(copy_plan, weak=False, dispatch_uid="activities.copy_plan")
        enrolment.enrolments_changed.connect(settle_new, weak=False, dispatch_uid="activities.settle_new")
