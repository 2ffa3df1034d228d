from django.apps import AppConfig


class HonoursConfig(AppConfig):
    name = "yingzao.honours"
    label = "honours"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.honours.personal  # noqa: F401  says what is kept of a person
        from yingzao.core import media
        from yingzao.honours import (
            actions,
            tasks,  # noqa: F401 - registers the job
        )
        from yingzao.honours.rules.rights import may_read_file
        from yingzao.honours.rules.working_days import notice_end
        from yingzao.people.personal import count_days_by
        from yingzao.programmes.signals import edition_made

        def copy_scheme(source, target, by, **_kwargs):
            actions.copy_scheme(source=source, target=target, by=by)
            actions.copy_designs(source=source, target=target, by=by)

        edition_made.connect(copy_scheme, weak=False, dispatch_uid="honours.copy_scheme")
        media.register_resolver("honours", may_read_file)
        count_days_by(notice_end)

        from yingzao.notices import kind as notices

        notices.declare(
            notices.NoticeKind("certificate", _("Your certificate"), _("When it has been issued."))
        )
