from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "yingzao.fieldwork"
    label = "fieldwork"

    def ready(self) -> None:
        import yingzao.fieldwork.personal  # noqa: F401  says what is kept of whom
        from yingzao.core import media
        from yingzao.fieldwork import actions, rules

        media.register_resolver(actions.PHOTOS, rules.may_read_photo)
