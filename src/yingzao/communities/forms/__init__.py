"""Shapes of what is entered about communities, their leaders and their needs."""

from yingzao.communities.forms.records import ClearContactsForm, LeaderFilter, NeedFilter, NeedStateForm
from yingzao.communities.forms.register import CommunityForm, EraseLeaderForm, RegisterForm

__all__ = [
    "ClearContactsForm",
    "CommunityForm",
    "EraseLeaderForm",
    "LeaderFilter",
    "NeedFilter",
    "NeedStateForm",
    "RegisterForm",
]
