from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "yingzao.fieldwork"
    label = "fieldwork"

    def ready(self) -> None:
        import yingzao.fieldwork.personal  # says what is kept of whom
        import yingzao.fieldwork.tasks  # noqa: F401  registers the jobs
        from yingzao.communities.signals import origins_asked
        from yingzao.core import media
        from yingzao.fieldwork import actions, phrases, rules

        media.register_resolver(actions.PHOTOS, rules.may_read_photo)
        media.register_resolver(actions.FIELD_PHOTOS, rules.may_read_field_photo)

        def tell_origins(kind, record, programme_code, **_kwargs):
            return phrases.say_origins(kind, record, programme_code)

        origins_asked.connect(tell_origins, weak=False, dispatch_uid="fieldwork.tell_origins")
