from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "yingzao.stories"
    label = "stories"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yingzao.articles.rules import register_reader
        from yingzao.communities.queries import OWN_KINDS
        from yingzao.communities.signals import origins_asked
        from yingzao.notices import kind as notices
        from yingzao.stories import (
            personal,  # noqa: F401 - says what is kept of a person
            queries,
            tasks,  # noqa: F401 - registers the jobs
        )
        from yingzao.stories.actions.telling import COMMENT, DECIDED, REVIEW
        from yingzao.stories.rules import may_preview_article, may_read_article

        register_reader("stories", may_read_article, originals=may_preview_article)
        notices.declare(
            notices.NoticeKind(
                REVIEW, _("A story to approve"), _("When another has finished a story."), names_others=True
            ),
            notices.NoticeKind(
                DECIDED, _("Your story is approved"), _("When another approves what you wrote.")
            ),
            notices.NoticeKind(
                COMMENT,
                _("Comments on a story"),
                _("On what you wrote, or where you spoke."),
                names_others=True,
            ),
        )

        def tell_story(kind, record, **_kwargs):
            """A record of the graph whose source names a story leads to it; a need says otherwise where it comes from."""
            source = record.source if kind in OWN_KINDS else ""
            story = queries.story_named(record.organisation, source) if source else None
            return [(story.title, story.address)] if story else []

        origins_asked.connect(tell_story, weak=False, dispatch_uid="stories.tell_story")
