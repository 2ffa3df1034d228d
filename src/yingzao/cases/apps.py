from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yingzao.cases"
    label = "cases"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.cases.personal  # noqa: F401  says what is kept of a person
        from yingzao.activities import kind
        from yingzao.cases.kind import CaseKind
        from yingzao.notices import kind as notices

        kind.register(CaseKind())

        from yingzao.articles.rules import register_reader
        from yingzao.cases import tasks  # noqa: F401 - registers the job
        from yingzao.cases.queries import reads_case_of

        register_reader("cases", reads_case_of)

        from django.db.models.signals import post_migrate

        from yingzao.cases.queries import ensure_index

        post_migrate.connect(ensure_index, sender=self, dispatch_uid="cases.index")

        notices.declare(
            notices.NoticeKind("to_read", _("A case to read"), _("When a case is out."), to_group=True),
            notices.NoticeKind("answered", _("Answers to what you wrote"), _("From mentors and organisers.")),
        )
