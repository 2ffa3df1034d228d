from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "yingzao.practice"
    label = "practice"

    def ready(self) -> None:
        import yingzao.practice.personal
        import yingzao.practice.tasks  # noqa: F401  registers the jobs
        from yingzao.activities import kind
        from yingzao.communities.actions import CONSENT_FORMS, NEED_PHOTOS
        from yingzao.communities.signals import need_answered
        from yingzao.core import media
        from yingzao.core.ui import doors
        from yingzao.fieldwork.actions import FIELD_PHOTOS
        from yingzao.practice import actions, rules
        from yingzao.practice.kind import Practice
        from yingzao.practice.views.field_door import field, field_file

        kind.register(Practice())
        doors.open_door("/field/", field)
        doors.open_door("/field/files/", field_file)
        media.let_also_read(NEED_PHOTOS, rules.may_also_read_need_photo)
        media.let_also_read(FIELD_PHOTOS, rules.may_also_read_field_photo)
        media.let_also_read(CONSENT_FORMS, rules.may_also_read_consent_form)

        def tell_finders(step, needs, by, **_kwargs):
            return actions.tell_finders(step=step, needs=needs, by=by)

        need_answered.connect(tell_finders, weak=False, dispatch_uid="practice.tell_finders")
