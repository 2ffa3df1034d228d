"""Needs as they are entered on the desk, and found by learners, through the use cases themselves."""

from uuid import uuid4

from yingzao.communities import actions
from yingzao.communities.models import Community, Need
from yingzao.people.models import Person


def paper_need(community: Community, by: Person, title: str = "楼道堆放杂物", **said) -> Need:
    """Came on a slip of paper."""
    given = {"title": title, "whose": "整栋楼的住户", "source": "slip"} | said
    return actions.add_need(key=given.pop("key", None) or uuid4(), community=community, by=by, **given)


def answer(need: Need, by: Person, words: str = "本周六统一清理", state: str = "answered", **more) -> Need:
    return actions.set_need_state(need=need, state=state, answer=words, by=by, **more)
