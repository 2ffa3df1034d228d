from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yingzao.people"
    label = "people"

    def ready(self) -> None:
        import yingzao.people.personal.accounts
        import yingzao.people.personal.over
        import yingzao.people.tasks  # noqa: F401  says what is kept of a person; registers the jobs
        from yingzao.core import media
        from yingzao.core.ui import offline
        from yingzao.core.ui.signals import language_chosen

        media.register_resolver("people", _may_read_file)
        offline.forget_after("people:sign-out")
        language_chosen.connect(_keep_language, dispatch_uid="people.keep_language")


def _may_read_file(person, stored) -> bool:
    """A copy is its person's alone; an organisation's logo is for everybody."""
    from yingzao.people.models import DataCopy, Organisation

    if Organisation.objects.filter(logo=stored).exists():
        return True
    return person is not None and DataCopy.objects.filter(file=stored, person=person).exists()


def _keep_language(sender, person, language, **further) -> None:
    from yingzao.people import actions

    actions.keep_language(person=person, language=language)
