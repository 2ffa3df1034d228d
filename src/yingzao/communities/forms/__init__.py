"""Shapes of what is entered about communities, their leaders, their needs and what else stands in their graph."""

from yingzao.communities.forms.graph import (
    FORMS,
    GroupStepForm,
    NodePhotosForm,
    RollEntriesForm,
    RollForm,
    TieForm,
)
from yingzao.communities.forms.needs import (
    NeedEntryForm,
    NeedStateForm,
    TellingForm,
    TermsForm,
    ThemeForm,
    VoiceForm,
)
from yingzao.communities.forms.records import ClearContactsForm, LeaderFilter, NeedFilter
from yingzao.communities.forms.register import CommunityForm, EraseLeaderForm, GraphFileForm, RegisterForm

__all__ = [
    "FORMS",
    "ClearContactsForm",
    "CommunityForm",
    "EraseLeaderForm",
    "GraphFileForm",
    "GroupStepForm",
    "LeaderFilter",
    "NeedEntryForm",
    "NeedFilter",
    "NeedStateForm",
    "NodePhotosForm",
    "RegisterForm",
    "RollEntriesForm",
    "RollForm",
    "TellingForm",
    "TermsForm",
    "ThemeForm",
    "TieForm",
    "VoiceForm",
]
