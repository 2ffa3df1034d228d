"""What the organiser says of a stop, and its documents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.activities.models import Activity
from yingzao.communities.models import Community
from yingzao.communities.queries import communities_of
from yingzao.core.ui.forms import FileInput, Form, MomentInput, NamedChoiceField, offer
from yingzao.visits.actions import StopPlan
from yingzao.visits.models import Stop


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


class DocumentForm(Form):
    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=FileInput(".pdf,.docx,.xlsx,.md,.txt,image/*"),
        help_text=_(
            "A PDF or a picture opens on every phone. Pictures are kept for when there is no network."
        ),
        error_messages={"empty": _("The file is empty.")},
    )
    url = forms.URLField(
        label=_("Or a link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("This is no address: https://… as it stands in the browser.")},
    )
    title = forms.CharField(
        label=_("What it is"), max_length=120, required=False, help_text=_("Empty: the name of the file.")
    )
