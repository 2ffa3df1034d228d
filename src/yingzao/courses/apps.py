from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "yingzao.courses"
    label = "courses"

    def ready(self) -> None:
        from yingzao.activities import kind
        from yingzao.courses.kind import SelfPaced

        kind.register(SelfPaced())
