from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yingzao.people"
    label = "people"

    def ready(self) -> None:
        from yingzao.core.ui.signals import language_chosen

        language_chosen.connect(_keep_language, dispatch_uid="people.keep_language")


def _keep_language(sender, person, language, **further) -> None:
    from yingzao.people import actions

    actions.keep_language(person=person, language=language)
