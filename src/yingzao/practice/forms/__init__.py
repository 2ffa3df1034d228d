"""What a learner hands in, what a reviewer answers, and how a task is planned."""

from yingzao.practice.forms.mentoring import MeetingNoteForm, PhraseForm
from yingzao.practice.forms.parts import GuidanceForm, PartForm
from yingzao.practice.forms.work import RemarkForm, ReviewForm, SettleForm, WorkForm

__all__ = [
    "GuidanceForm",
    "MeetingNoteForm",
    "PartForm",
    "PhraseForm",
    "RemarkForm",
    "ReviewForm",
    "SettleForm",
    "WorkForm",
]
