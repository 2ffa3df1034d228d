from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "yingzao.stories"
    label = "stories"

    def ready(self) -> None:
        from yingzao.articles.rules import register_reader
        from yingzao.communities.signals import origins_asked
        from yingzao.stories import queries
        from yingzao.stories.rules import may_read_article

        register_reader("stories", may_read_article)

        def tell_story(record, **_kwargs):
            """A record whose source names a story leads to it."""
            source = getattr(record, "source", "")
            story = queries.story_named(record.organisation, source) if source else None
            return [(story.title, story.address)] if story else []

        origins_asked.connect(tell_story, weak=False, dispatch_uid="stories.tell_story")
