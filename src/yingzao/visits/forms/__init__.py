"""Forms of field visits, one module a subject."""

from yingzao.visits.forms.check_ins import CodeForm, ExcuseForm, WalkInForm
from yingzao.visits.forms.hosts import AftermathForm, ContactForm, InviteHostForm, NameHostForm, ReadyForm
from yingzao.visits.forms.material import ConsentForm, PeopleForm, TakeDownForm
from yingzao.visits.forms.sign_up import FillForm, GroupForm, LetInForm, SeatForm, SignUpForm, SignUpTermsForm
from yingzao.visits.forms.stops import DocumentForm, StopForm, StopPlanForm

__all__ = [
    "AftermathForm",
    "CodeForm",
    "ConsentForm",
    "ContactForm",
    "DocumentForm",
    "ExcuseForm",
    "FillForm",
    "GroupForm",
    "InviteHostForm",
    "LetInForm",
    "NameHostForm",
    "PeopleForm",
    "ReadyForm",
    "SeatForm",
    "SignUpForm",
    "SignUpTermsForm",
    "StopForm",
    "StopPlanForm",
    "TakeDownForm",
    "WalkInForm",
]
