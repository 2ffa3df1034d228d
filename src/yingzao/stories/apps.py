from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "yingzao.stories"
    label = "stories"

    def ready(self) -> None:
        from django.urls import reverse
        from django.utils.translation import gettext_lazy as _

        from yingzao.activities.signals import desk_links_asked
        from yingzao.articles.rules import register_reader
        from yingzao.communities.queries import OWN_KINDS
        from yingzao.communities.signals import origins_asked
        from yingzao.notices import kind as notices
        from yingzao.stories import (
            actions,
            personal,  # noqa: F401 - says what is kept of a person
            queries,
            tasks,  # noqa: F401 - registers the jobs
        )
        from yingzao.stories.actions.hub import note_news
        from yingzao.stories.actions.telling import COMMENT, DECIDED, REVIEW
        from yingzao.stories.rules import may_preview_article, may_read_article
        from yingzao.stories.signals import told_otherwise
        from yingzao.visits.signals import photo_withdrawn

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

        def tell_news(story, now, **_kwargs):
            note_news(story, now)

        def offer_story(activity, person, **_kwargs):
            if not queries.programmes_told_by(person).filter(pk=activity.programme_id).exists():
                return []
            url = reverse("stories:desk-from-activity", args=[activity.programme.code, activity.code])
            return [(_("Write a story about it"), url, "pencil")]

        desk_links_asked.connect(offer_story, weak=False, dispatch_uid="stories.offer_story")

        def take_down(photo, by, **_kwargs):
            actions.take_down_adopted(photo=photo, by=by)

        photo_withdrawn.connect(take_down, weak=False, dispatch_uid="stories.take_down_adopted")
        told_otherwise.connect(tell_news, weak=False, dispatch_uid="stories.tell_news")
