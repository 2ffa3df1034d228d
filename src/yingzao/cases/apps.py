from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yingzao.cases"
    label = "cases"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.cases.kind import CaseKind

        kind.register(CaseKind())

        from yingzao.articles.rules import register_reader
        from yingzao.cases import tasks  # noqa: F401 - registers the job
        from yingzao.cases.queries import reads_case_of

        register_reader("cases", reads_case_of)

        from django.db.models.signals import post_migrate

        from yingzao.cases.queries import ensure_index

        post_migrate.connect(ensure_index, sender=self, dispatch_uid="cases.index")
