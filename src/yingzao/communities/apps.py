from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "yingzao.communities"
    label = "communities"

    def ready(self) -> None:
        import yingzao.communities.personal
        import yingzao.communities.tasks  # noqa: F401  registers the jobs
        from yingzao.communities import actions, rules
        from yingzao.core import media

        media.register_resolver(actions.NEED_PHOTOS, rules.may_read_need_photo)
        media.register_resolver(actions.NODE_PHOTOS, rules.may_read_node_photo)
        media.register_resolver(actions.CONSENT_FORMS, rules.may_read_consent_form)
        media.tell_when_read(actions.CONSENT_FORMS, actions.note_form_read)

        from django.utils.translation import gettext_lazy as _

        from yingzao.notices import kind as notices

        notices.declare(
            notices.NoticeKind(
                actions.ANSWERED,
                _("Answers to needs"),
                _("When there is an answer to a need that you entered."),
                names_others=True,
            ),
            notices.NoticeKind(
                "answers_due",
                _("Answers that are due"),
                _("To organisers: which needs of communities wait for an answer."),
            ),
        )
