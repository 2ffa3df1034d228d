"""The code that a learner types, and what the organiser says of a stop."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.activities.models import Activity
from yingzao.communities.models import Community
from yingzao.communities.queries import communities_of
from yingzao.core.ui.forms import Form, MomentInput, NamedChoiceField, offer
from yingzao.people.validators import normal_phone
from yingzao.visits.actions import StopPlan
from yingzao.visits.enums import PeopleShown
from yingzao.visits.models import Stop


class CodeForm(Form):
    code = forms.CharField(
        label=_("The six digits on the screen"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Type the six digits first.")},
    )


class ExcuseForm(Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("The learner reads it beside the visit."),
        error_messages={"required": _("Say why the learner is excused.")},
    )


class WalkInForm(Form):
    name = forms.CharField(
        label=_("Name"), max_length=60, error_messages={"required": _("Say the walk-in's name.")}
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("If you have it: then who is meant is often certain."),
    )
    community = forms.CharField(label=_("Community"), max_length=60, required=False)

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        if text and not normal_phone(text):
            raise forms.ValidationError(_("This is not a telephone number: 11 digits, as 13800138000."))
        return text


class ConsentForm(Form):
    note = forms.CharField(
        label=_("Who agreed, and how"),
        max_length=200,
        help_text=_(
            "For children: which guardian, when, on paper or by which message. Names stay on this page."
        ),
        error_messages={"required": _("Say who agreed, and how.")},
    )


class PeopleForm(Form):
    people = forms.ChoiceField(
        label=_("Who can be known on it"), choices=PeopleShown.choices, widget=forms.RadioSelect
    )


class TakeDownForm(Form):
    reason = forms.CharField(
        label=_("Why it is taken down"),
        max_length=200,
        error_messages={"required": _("Say why it is taken down.")},
    )


class StopForm(Form):
    place = forms.CharField(label=_("Where it takes place"), max_length=120, required=False)
    place_check_m = forms.IntegerField(
        label=_("How far away one may be who checks in by the code (metres)"),
        min_value=0,
        max_value=50_000,
        required=False,
        help_text=_(
            "Empty: no phone is asked for its place. Whoever is farther, or does not tell, waits for confirmation."
        ),
    )
    guide_questions = forms.CharField(
        label=_("Questions to take along"), widget=forms.Textarea, required=False, max_length=5000
    )


class CommunityField(NamedChoiceField):
    """Offers communities with their town: two may bear one name."""

    def label_from_instance(self, row: Community) -> str:
        return f"{row.name} · {row.town}" if row.town else row.name


class StopPlanForm(Form):
    community = CommunityField(
        label=_("Community of the register"),
        queryset=Community.objects.none(),
        required=False,
        empty_label=_("Not in the register"),
    )
    title = forms.CharField(
        label=_("Name of the stop"),
        max_length=120,
        required=False,
        help_text=_("Empty: the community's name."),
    )
    place = forms.CharField(label=_("Where it takes place"), max_length=120, required=False)
    starts_at = forms.DateTimeField(label=_("Begins"), widget=MomentInput, required=False)
    ends_at = forms.DateTimeField(label=_("Ends"), widget=MomentInput, required=False)
    guide_questions = forms.CharField(
        label=_("Questions to take along"), widget=forms.Textarea, required=False, max_length=5000
    )

    @classmethod
    def of(cls, activity: Activity, stop: Stop | None, data: object = None) -> "StopPlanForm":
        """The form for a stop of the visit; None: for a new one, which begins when the visit does."""
        initial: dict[str, object] = {"starts_at": activity.starts_at}
        if stop is not None:
            initial = {
                "community": stop.community_id,
                "title": stop.part.title,
                "place": stop.place,
                "starts_at": stop.part.starts_at,
                "ends_at": stop.part.ends_at,
                "guide_questions": stop.guide_questions,
            }
        form = cls(data, initial=initial)
        offer(form, "community", communities_of(activity.organisation).order_by("pinyin"))
        return form

    def plan(self) -> StopPlan:
        return StopPlan(**self.cleaned_data)
