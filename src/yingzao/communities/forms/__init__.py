"""Shapes of what is entered about communities, their leaders and their needs."""

from yingzao.communities.forms.needs import (
    NeedEntryForm,
    NeedStateForm,
    TellingForm,
    TermsForm,
    ThemeForm,
    VoiceForm,
)
from yingzao.communities.forms.records import ClearContactsForm, LeaderFilter, NeedFilter
from yingzao.communities.forms.register import CommunityForm, EraseLeaderForm, RegisterForm

__all__ = [
    "ClearContactsForm",
    "CommunityForm",
    "EraseLeaderForm",
    "LeaderFilter",
    "NeedEntryForm",
    "NeedFilter",
    "NeedStateForm",
    "RegisterForm",
    "TellingForm",
    "TermsForm",
    "ThemeForm",
    "VoiceForm",
]
