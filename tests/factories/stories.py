"""Stories with pictures, told by an editor."""

import io

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory
from yingzao.articles.enums import ImageState
from yingzao.articles.models import Article, ArticleImage
from yingzao.core import clock, media
from yingzao.programmes.enums import Role
from yingzao.stories import actions
from yingzao.stories.bridge.truth import check_story
from yingzao.stories.enums import StoryState
from yingzao.stories.models import Story


def jpeg(colour=(20, 120, 110), size=(1600, 1000)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


class EditorFactory(StaffRoleFactory):
    role = Role.EDITOR
    name = factory.Sequence(lambda n: f"编辑{n}")


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = Article

    title = factory.Sequence(lambda n: f"邻里的办法 N{n}")  # behind a letter: no number of the truth check
    authors = "记者甲 通讯员乙"
    html = "<p>十一月的第二个周六，学员到了邻村。</p>"
    text = "十一月的第二个周六，学员到了邻村。"


class StoryFactory(DjangoModelFactory):
    """A draft; StoryFactory(published=True) is public since 2021-11-15 18:00."""

    class Meta:
        model = Story
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(
            state=StoryState.PUBLISHED,
            published_at=factory.LazyFunction(lambda: PUBLISHED_AT),
            changed_at=factory.LazyFunction(lambda: PUBLISHED_AT),
            feed_id=factory.Sequence(lambda n: f"tag:stories.example,2021-11-15:stories/{n}"),
        )

    programme = factory.SubFactory(ProgrammeFactory, is_public=True)
    organisation = factory.SelfAttribute("programme.organisation")
    article = factory.SubFactory(ArticleFactory, organisation=factory.SelfAttribute("..organisation"))
    slug = factory.Sequence(lambda n: f"lin-li-{n}")


PUBLISHED_AT = clock.dt.datetime(2021, 11, 15, 18, tzinfo=clock.SHANGHAI)


def add_picture(
    story: Story, *, alt: str = "村居", is_head: bool = False, placed: bool = False
) -> ArticleImage:
    """A real picture of the story's article; `placed` puts it at the end of the text."""
    article = story.article
    position = article.images.count()
    stored = media.store(
        jpeg(colour=(position * 40 % 256, 120, 110)),
        name=f"{position + 1}.jpg",
        accept="image",
        organisation_id=article.organisation_id,
        room="articles",
        subject=article.code,
        uploaded_by=None,
    )
    if placed:
        article.html += f'\n<figure><img src="image:{position}"></figure>'
        article.save()
    return ArticleImage.objects.create(
        organisation=article.organisation,
        article=article,
        position=position,
        file=stored,
        state=ImageState.STORED,
        src=stored.name,
        alt=alt,
        caption="村口",
        credit="通讯员",
        is_head=is_head,
    )


def vouch(story: Story, by) -> Story:
    """Answer whatever the truth check asks of a story, and say that nobody can be known on its pictures."""
    check = check_story(story)
    actions.answer_findings(story=story, notes={one.finding.key: "核对过" for one in check.open}, by=by)
    for shown in check.pictures:
        actions.say_people(story=story, number=shown.number, people="none", note="", by=by)
    return story
