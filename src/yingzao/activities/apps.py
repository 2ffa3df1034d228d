from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "yingzao.activities"
    label = "activities"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import yingzao.activities.personal  # noqa: F401  says what is kept of a person
        from yingzao.activities import actions, rules
        from yingzao.core import media
        from yingzao.enrolment import signals as enrolment
        from yingzao.notices import kind as notices
        from yingzao.programmes import signals as programmes

        def copy_plan(source, target, shift, by, **_kwargs):
            actions.copy_plan(source=source, target=target, shift=shift, by=by)

        def plan_template(programme, template, by, **_kwargs):
            actions.apply_template(programme=programme, template=template, by=by)

        def settle_new(programme, enrolments, **_kwargs):
            actions.resettle(programme, enrolments=[e.pk for e in enrolments])

        def write_decided(match, decision, by, **_kwargs):
            actions.write_decided(match, decision, by)
            actions.link_responses(match)

        def withdraw_undone(match, decision, by, **_kwargs):
            actions.withdraw_undone(decision, by, "the identity decision was undone")
            actions.unlink_responses(match)

        def withdraw_source(source_file, by, **_kwargs):
            actions.withdraw_source(source_file, by, "the file was taken back")
            actions.withdraw_answers(source_file)

        programmes.template_applied.connect(
            plan_template, weak=False, dispatch_uid="activities.plan_template"
        )
        programmes.edition_made.connect(copy_plan, weak=False, dispatch_uid="activities.copy_plan")
        enrolment.enrolments_changed.connect(settle_new, weak=False, dispatch_uid="activities.settle_new")
        enrolment.match_decided.connect(write_decided, weak=False, dispatch_uid="activities.write_decided")
        enrolment.match_undone.connect(withdraw_undone, weak=False, dispatch_uid="activities.withdraw_undone")
        enrolment.source_undone.connect(
            withdraw_source, weak=False, dispatch_uid="activities.withdraw_source"
        )
        from yingzao.activities import tasks  # noqa: F401 - registers the jobs

        media.register_resolver("activities", rules.may_read_file)

        from yingzao.activities.views.watching import watch_log
        from yingzao.core.ui import doors

        doors.open_door("/watching/", watch_log)

        notices.declare(
            notices.NoticeKind(
                "due_soon", _("Something is due soon"), _("Some days before, while it is not done.")
            ),
            notices.NoticeKind(
                "starts_soon",
                _("A session begins"),
                _("The evening before, and shortly before a live course, with where it is."),
                to_group=True,
            ),
            notices.NoticeKind(
                "changed",
                _("An activity was changed"),
                _("A new time, a new day, or cancelled."),
                to_group=True,
            ),
            notices.NoticeKind(
                "decided", _("Answers to your requests"), _("Leave, corrections and make-ups.")
            ),
        )
