from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yingzao.web"
    label = "web"

    def ready(self) -> None:
        from yingzao.core.ui import navigation as slots
        from yingzao.web import navigation

        slots.fill("desk", navigation.desk)
        slots.name_place("desk", navigation.desk_place)
        slots.fill("learner", navigation.learner)
        slots.name_place("learner", navigation.learner_place)
        slots.fill("jury", navigation.jury)
        slots.fill("public", navigation.public)
        slots.fill("account", navigation.account)
