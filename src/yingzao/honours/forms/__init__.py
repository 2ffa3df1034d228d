"""Shapes of what is entered about lists, notices, objections and certificates."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.activities.enums import FactKind, KindKey
from yingzao.core.errors import Refused
from yingzao.core.ui.forms import FileInput, Form, MomentInput, offer
from yingzao.honours.enums import (
    WRITTEN_BY_HAND,
    DutyWeighting,
    GroupBy,
    ObjectionState,
    QuotaKind,
    Source,
)
from yingzao.honours.models import CertificateSeries, Scheme, Selection

SHORT = {"class": "form-short", "inputmode": "decimal"}
TIE_CHOICES = (
    ("performance", _("higher performance")),
    ("completion", _("higher completion")),
    ("earlier", _("earlier completion")),
)


def tell(form: forms.Form, refusal: Refused) -> None:
    """Say a refusal where it belongs: at its field, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)


def _number(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(widget=forms.TextInput(SHORT), **options)


def _count(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        widget=forms.TextInput({"class": "form-short", "inputmode": "numeric"}), **options
    )


class SchemeForm(Form):
    completion_weight = _number(label=_("Completion, %"), max_digits=5, decimal_places=2)
    performance_weight = _number(
        label=_("Performance, %"), max_digits=5, decimal_places=2, help_text=_("The two sum to 100.")
    )
    late_share = _number(
        label=_("Credit for a late duty"),
        max_digits=4,
        decimal_places=3,
        help_text=_("Between 0 and 1; 0.5 is half."),
    )
    duty_weighting = forms.ChoiceField(
        label=_("How duties count"), choices=DutyWeighting.choices, widget=forms.RadioSelect
    )
    decimals = _count(label=_("Decimals of every published figure"), min_value=0, max_value=4)
    most_bonus = _number(
        label=_("Bonus at most"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        initial=0,
        required=False,
        help_text=_("Points added to one total, all bonuses together; 0 for none. Deductions count in full."),
    )
    bands = forms.CharField(
        label=_("Marks become points by bands"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "One a line: marks from, then points, as 90 100. The lowest begins at 0. Empty: marks are points."
        ),
    )

    @classmethod
    def of(cls, scheme: Scheme, data: Any = None) -> "SchemeForm":
        names = (
            "completion_weight",
            "performance_weight",
            "late_share",
            "duty_weighting",
            "decimals",
            "most_bonus",
        )
        bands = "\n".join(" ".join(band) for band in scheme.bands)
        form = cls(
            data, initial={name: shown_number(getattr(scheme, name)) for name in names} | {"bands": bands}
        )
        form.fields["completion_weight"].required = form.fields["performance_weight"].required = False
        return form

    def clean_bands(self) -> list[tuple[str, str]]:
        lines = [
            line.replace("，", " ").replace(",", " ").split()
            for line in self.cleaned_data["bands"].splitlines()
        ]
        if any(len(line) != 2 for line in lines if line):
            raise forms.ValidationError(_("Each line has two numbers: marks from, and the points for them."))
        return [(line[0], line[1]) for line in lines if line]

    def settings(self, parts: list[dict[str, Any]]) -> dict[str, Any]:
        """What the action takes; with parts the two weights follow from them. A missing weight counts as 0."""
        given = dict(self.cleaned_data)
        for name in ("completion_weight", "performance_weight", "most_bonus"):
            given[name] = given[name] or Decimal(0)
        return given | {"parts": parts}


class PartForm(Form):
    """One part of the total. A row that is left empty is none."""

    title = forms.CharField(label=_("This part"), max_length=60, required=False)
    weight = _number(label=_("Weight, %"), max_digits=5, decimal_places=2, min_value=0, required=False)
    source = forms.ChoiceField(label=_("Points from"), choices=Source.choices, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Duties of"),
        choices=KindKey.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )

    def part(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not (given.get("title") or given.get("weight")):
            return None
        return given | {"weight": given.get("weight") or Decimal(0)}


PartFormSet = forms.formset_factory(PartForm, extra=2, max_num=8, absolute_max=8)

# What training offices often use (20 online courses and cases, 10 visits, 50 practice, 20 conduct): a beginning to be changed.
FOUR_PARTS = [
    {
        "title": _("Online courses and cases"),
        "weight": 20,
        "source": Source.DUTIES,
        "kinds": ["live", "course", "case"],
    },
    {"title": _("Field visits"), "weight": 10, "source": Source.DUTIES, "kinds": ["visit"]},
    {"title": _("Practice"), "weight": 50, "source": Source.MARKS, "kinds": []},
    {"title": _("Conduct"), "weight": 20, "source": Source.ENTERED, "kinds": []},
]


class PointsForm(Form):
    enrolment_code = forms.ChoiceField(label=_("Learner"))
    points = _number(
        label=_("Points added or taken off"),
        max_digits=5,
        decimal_places=2,
        help_text=_("Above 0 a bonus, below 0 a deduction."),
    )
    reason = forms.CharField(label=_("What the points are for"), max_length=200)

    def __init__(self, *args: Any, learners: list, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "enrolment_code", _learner_choices(learners))


class EnterForm(Form):
    """Points of one part for every learner."""

    def __init__(self, *args: Any, learners: list, **options: Any) -> None:
        super().__init__(*args, **options)
        for learner in learners:
            self.fields[learner.code] = _number(
                label=f"{learner.number} {learner.name}",
                max_digits=5,
                decimal_places=2,
                min_value=0,
                max_value=100,
                required=False,
            )


def _learner_choices(learners: list) -> list[tuple[str, str]]:
    return [("", "—")] + [(e.code, f"{e.number} {e.name} {e.community_name}") for e in learners]


def shown_number(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class SelectionForm(Form):
    """`tie_rule` is three lists to choose from, in the order in which they are asked."""

    name = forms.CharField(label=_("Name of the list"), max_length=120)
    round = forms.ChoiceField(label=_("Judging that gives the performance"), required=False)
    quota_kind = forms.ChoiceField(label=_("Places"), choices=QuotaKind.choices, widget=forms.RadioSelect)
    quota = _number(
        label=_("How many, or what percentage"),
        max_digits=6,
        decimal_places=2,
        help_text=_("A percentage rounds down, but gives at least one place."),
    )
    group_by = forms.ChoiceField(
        label=_("Places for"),
        choices=[("", _("all learners together")), *GroupBy.choices],
        required=False,
        help_text=_("By group, each has so many places and so many in reserve of its own."),
    )
    reserve = _count(label=_("Reserve places"), min_value=0, max_value=1000)
    least_completion = _number(
        label=_("Least completion"),
        max_digits=5,
        decimal_places=2,
        help_text=_("Out of 100. Whoever is below gets no place."),
    )
    tie_1 = forms.ChoiceField(label=_("Equal totals: first"), choices=TIE_CHOICES)
    tie_2 = forms.ChoiceField(
        label=_("then"), choices=(("", _("nothing more")), *TIE_CHOICES), required=False
    )
    tie_3 = forms.ChoiceField(
        label=_("and then"),
        choices=(("", _("nothing more")), *TIE_CHOICES),
        required=False,
        help_text=_("What is still equal takes no place until the committee decides."),
    )

    def __init__(self, *args: Any, rounds: list, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rounds = {round.code: round for round in rounds}
        choices = [("", _("no judging"))] + [(round.code, round.name) for round in rounds]
        offer(self, "round", choices)

    @classmethod
    def of(cls, selection: Selection, rounds: list, data: Any = None) -> "SelectionForm":
        rule = [*selection.tie_rule, "", "", ""][:3]
        initial = {
            "name": selection.name,
            "round": selection.round.code if selection.round else "",
            "quota_kind": selection.quota_kind,
            "quota": shown_number(selection.quota),
            "group_by": selection.group_by,
            "reserve": selection.reserve,
            "least_completion": shown_number(selection.least_completion),
        } | dict(zip(("tie_1", "tie_2", "tie_3"), rule, strict=True))
        return cls(data, rounds=rounds, initial=initial)

    def settings(self) -> dict:
        """What the actions take, the round as a row and the tie rule as a list without gaps or repeats."""
        given = dict(self.cleaned_data)
        rule = [given.pop(name) for name in ("tie_1", "tie_2", "tie_3")]
        return given | {
            "round": self.rounds.get(given["round"]),
            "tie_rule": list(dict.fromkeys(step for step in rule if step)),
        }


class BarForm(Form):
    enrolment_code = forms.ChoiceField(label=_("Learner"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Cheating, signing in for others, plagiarism, a breach of the law."),
    )

    def __init__(self, *args: Any, learners: list, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "enrolment_code", _learner_choices(learners))


class CommentForm(Form):
    comment = forms.CharField(
        label=_("Comment"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )


class TieForm(Form):
    chosen = forms.MultipleChoiceField(
        label=_("Who takes the place"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: nobody takes it."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, tied: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "chosen", tied)


class NoticeForm(Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    body = forms.CharField(
        label=_("Text above the list"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    working_days = _count(
        label=_("Working days"),
        min_value=1,
        max_value=60,
        initial=5,
        help_text=_("The day of posting does not count."),
    )
    reply_days = _count(
        label=_("Working days for the answer to an objection"), min_value=1, max_value=60, initial=5
    )
    basis = forms.CharField(
        label=_("On what basis full names are shown"),
        max_length=200,
        required=False,
        help_text=_(
            "Consent or a rule, with its date. With it the printed sheet and signed-in participants of the programme show full "
            "names; everybody else, and everybody without it, sees masked ones."
        ),
    )


class ObjectionForm(Form):
    name = forms.CharField(label=_("Your full name"), max_length=60)
    contact = forms.CharField(
        label=_("Phone or e-mail"), max_length=60, help_text=_("Only the organisers see it, to answer you.")
    )
    text = forms.CharField(
        label=_("What the objection is about"), max_length=2000, widget=forms.Textarea({"rows": 5})
    )


class ReplyForm(Form):
    outcome = forms.ChoiceField(
        label=_("Decision on the objection"),
        choices=(
            (ObjectionState.ACCEPTED, _("Accepted: the list is made anew and a corrected notice put up")),
            (ObjectionState.REJECTED, _("Rejected: the list stays as it is")),
        ),
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea({"rows": 4}))


class HandlingForm(Form):
    """What was done about an objection besides the acts that write their own line."""

    step = forms.ChoiceField(
        label=_("What did you do?"), choices=[(step.value, step.label) for step in WRITTEN_BY_HAND]
    )
    text = forms.CharField(
        label=_("In a sentence or two"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "The supervising committee reads it as well. Leave telephone numbers out; they are masked."
        ),
    )


class CorrectionForm(Form):
    """What an accepted objection says that the record did not."""

    enrolment_code = forms.ChoiceField(label=_("Learner"))
    activity_code = forms.ChoiceField(label=_("Activity"))
    fact = forms.ChoiceField(
        label=_("What is put down"),
        choices=[
            (FactKind.CONFIRMED, _("done, confirmed by staff")),
            (FactKind.ATTENDED, _("present from … until …")),
            (FactKind.EXCUSED, _("excused")),
        ],
    )
    happened_at = forms.DateTimeField(label=_("When, or from when"), widget=MomentInput)
    until = forms.DateTimeField(label=_("Until when"), widget=MomentInput, required=False)

    def __init__(self, *args: Any, learners: list, activities: list, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "enrolment_code", _learner_choices(learners))
        offer(self, "activity_code", [("", "—")] + [(a.code, a.title) for a in activities])


class RecheckForm(Form):
    enrolment_code = forms.ChoiceField(
        label=_("Whose duties are looked at again"), help_text=_("Everybody else stays as frozen.")
    )

    def __init__(self, *args: Any, learners: list, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "enrolment_code", _learner_choices(learners))


class SeriesForm(Form):
    prefix = forms.CharField(  # type: ignore[assignment]  # the metaclass takes it out of the class again
        label=_("Prefix"), max_length=8, widget=forms.TextInput({"class": "form-short"})
    )
    year = _count(label=_("Year"), min_value=2000, max_value=2999)
    term = _count(label=_("Term"), min_value=1, max_value=99)

    @classmethod
    def of(cls, series: CertificateSeries, data: Any = None) -> "SeriesForm":
        return cls(data, initial={"prefix": series.prefix, "year": series.year, "term": series.term})


class RevokeForm(Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The verification page shows it to everyone.")
    )


class VerifyForm(Form):
    code = forms.CharField(label=_("Number or code"), max_length=60)


class CompareForm(Form):
    file = forms.FileField(label=_("The certificate as a PDF file"), widget=FileInput(".pdf,application/pdf"))


class BadgeForm(Form):
    file = forms.FileField(
        label=_("The badge as a picture or a file"),
        widget=FileInput(".png,.jwt,.json,image/png,application/json,application/vc+jwt"),
        help_text=_("PNG, .jwt or .json, as it was downloaded."),
    )
