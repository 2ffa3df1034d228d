from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yingzao.cases"
    label = "cases"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.cases.kind import Case

        kind.register(Case())

        from yingzao.articles.rules import register_reader
        from yingzao.cases.queries import reads_case_of

        register_reader("cases", reads_case_of)
