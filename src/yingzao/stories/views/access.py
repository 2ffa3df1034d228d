"""The doors of this room. What a person may not see is not there."""

from django.http import Http404

from yingzao.communities.models import Community
from yingzao.core.scoping import only
from yingzao.enrolment.models import Enrolment
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme
from yingzao.stories import queries, rules
from yingzao.stories.models import Story, StoryComment


def programme_to_read(person, code: str) -> Programme:
    """For editors, organisers and supervisors."""
    return only(queries.programmes_read_by(person), code=code)


def programme_to_tell(person, code: str) -> Programme:
    """For editors and organisers."""
    return only(queries.programmes_told_by(person), code=code)


def story_to_read(person, programme_code: str, code: str) -> Story:
    return only(queries.stories_read_by(person), code=code, programme__code=programme_code)


def story_to_tell(person, programme_code: str, code: str) -> Story:
    return only(queries.stories_told_by(person), code=code, programme__code=programme_code)


def comment_to_handle(person, programme_code: str, code: str) -> StoryComment:
    told = queries.stories_told_by(person).filter(programme__code=programme_code)
    return only(queries.comments_told_by(told), code=code)


def learner_to_name(story: Story, code: str) -> Enrolment:
    """A learner of the story's programme."""
    return only(story.programme.enrolments.select_related("programme"), code=code)


def public_programme(slug: str) -> Programme:
    return only(programmes.public_programmes(), slug=slug)


def public_community(code: str) -> Community:
    return only(Community.objects.filter(is_public=True), code=code)


def story_in_public(person, slug: str) -> Story:
    """A published story for everyone, a withdrawn one to say that it was, and drafts for those who work on them; also by a former
    address."""
    story = queries.every_story().filter(slug=slug).first() or queries.story_moved_from(slug)
    if story is None:
        raise Http404
    if story.is_published or story.is_withdrawn or rules.may_preview(person, story):
        return story
    raise Http404
