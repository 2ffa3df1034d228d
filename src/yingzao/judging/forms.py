"""What judging pages take in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.core.ui.forms import FileInput, Form, Levels, NamedChoiceField, offer
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.judging import queries
from yingzao.judging.enums import Counts
from yingzao.judging.models import Criterion, Round, RubricVersion
from yingzao.judging.rules import NewCriterion
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole
from yingzao.programmes.queries import staff_of

BLANK_CRITERIA = 2
MOST_CRITERIA = 20


class RubricForm(Form):
    name = forms.CharField(label=_("Name of the rubric"), max_length=120)


class CriterionForm(Form):
    """One criterion. A row that is left empty is no criterion."""

    title = forms.CharField(label=_("Criterion"), max_length=120, required=False)
    weight = forms.DecimalField(
        label=_("Weight"), max_digits=5, decimal_places=2, min_value=0, required=False
    )
    hint = forms.CharField(label=_("What to look at"), max_length=300, required=False)
    levels = forms.CharField(
        label=_("Levels in words"),
        help_text=_("One a line, from the lowest (1) up."),
        widget=forms.Textarea(attrs={"rows": "5"}),
        required=False,
    )
    full_marks = forms.IntegerField(
        label=_("Or full marks"),
        help_text=_("Then judges give points from 0 up to these, without levels: 100, for example."),
        min_value=2,
        max_value=100,
        required=False,
    )

    def new_criterion(self) -> NewCriterion | None:
        given = self.cleaned_data
        levels = tuple(line.strip()[:300] for line in given.get("levels", "").splitlines() if line.strip())
        if not (given.get("title") or given.get("weight") or levels or given.get("full_marks")):
            return None
        return NewCriterion(
            title=given.get("title", ""),
            weight=given.get("weight") or Decimal(0),
            levels=levels,
            hint=given.get("hint", ""),
            full_marks=given.get("full_marks"),
        )


CriterionFormSet = forms.formset_factory(
    CriterionForm, extra=BLANK_CRITERIA, max_num=MOST_CRITERIA, absolute_max=MOST_CRITERIA
)


def criteria_as_given(version: RubricVersion) -> list[dict[str, Any]]:
    """The version as the initial values of a CriterionFormSet."""
    return [
        {
            "title": criterion.title,
            "weight": criterion.weight.normalize().to_integral()
            if criterion.weight == criterion.weight.to_integral()
            else criterion.weight,
            "hint": criterion.hint,
            "levels": "\n".join(level.text for level in criterion.levels.all()),
            "full_marks": criterion.full_marks,
        }
        for criterion in version.criteria.all()
    ]


class RubricFileForm(Form):
    name = forms.CharField(label=_("Name of the rubric"), max_length=120)
    file = forms.FileField(
        label=_("Rubric as a table"),
        help_text=_(
            "Columns 评分项, 权重, 考察什么, and one for each level: 1分, 2分 …; or 满分 for points."
        ),
        widget=FileInput(".xlsx,.xls,.ods,.csv"),
    )


class MarksFileForm(Form):
    file = forms.FileField(
        label=_("Marks as a table"),
        help_text=_(
            "Columns 学员, 评委, 评分项, 得分; 打分时间 and 评语 if you have them. Nothing is written yet."
        ),
        widget=FileInput(".csv,.xlsx,.xls,.ods"),
    )


class _Judges(forms.ModelMultipleChoiceField):
    def label_from_instance(self, judge: StaffRole) -> str:
        return f"{judge.name} · {judge.unit}" if judge.unit else judge.name


class _Judge(forms.ModelChoiceField):
    def label_from_instance(self, judge: StaffRole) -> str:
        return f"{judge.name} · {judge.unit}" if judge.unit else judge.name


class _Learners(forms.ModelChoiceField):
    def label_from_instance(self, learner: Enrolment) -> str:
        return f"{learner.number} {learner.name}"


class _Rubrics(forms.ModelChoiceField):
    def label_from_instance(self, version: RubricVersion) -> str:
        return _("%(name)s, version %(number)d") % {"name": version.rubric.name, "number": version.number}


class _Tasks(forms.ModelChoiceField):
    def label_from_instance(self, activity: Activity) -> str:
        return activity.title


class RoundForm(Form):
    name = forms.CharField(label=_("Name of the round"), max_length=120)
    activity = _Tasks(
        queryset=Activity.objects.none(),
        label=_("What is judged"),
        empty_label=_("Portfolios of all practice tasks"),
        required=False,
    )
    rubric_version = _Rubrics(queryset=RubricVersion.objects.none(), label=_("Rubric"), empty_label=None)
    judges = _Judges(
        queryset=StaffRole.objects.none(),
        label=_("Judges"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one judge.")},
    )
    judges_per_entry = forms.IntegerField(
        label=_("Judges for each entry"), min_value=1, max_value=20, initial=2
    )
    closes_on = forms.DateField(label=_("To be judged by"), required=False)
    hides_names = forms.BooleanField(
        label=_("Hide learners' names from judges"), required=False, initial=True
    )
    most_per_judge = forms.IntegerField(
        label=_("Entries for one judge, at most"),
        help_text=_("Empty: no limit. Single judges can be given a limit of their own when you draw."),
        min_value=1,
        max_value=2000,
        required=False,
    )
    gap = forms.IntegerField(
        label=_("Points between two judges from which a third is asked"),
        help_text=_("Of 100. 0: never."),
        min_value=0,
        max_value=100,
        initial=20,
        required=False,
    )
    avoids_ties = forms.BooleanField(
        label=_("Keep clear of ties too"),
        help_text=_(
            "The office of the learner's sub-district, colleagues of the team's mentor, mentors of another programme. Drawn only where nobody else is left."
        ),
        required=False,
    )
    GROUPS = ((_("Further settings"), ("most_per_judge", "gap", "avoids_ties")),)

    def __init__(self, *args, programme: Programme, round: Round | None = None, **kwargs):
        if round is not None:
            kwargs["initial"] = {
                "name": round.name,
                "activity": round.activity_id,
                "rubric_version": round.rubric_version_id,
                "judges": [judge.pk for judge in queries.panel_judges(round)],
                "judges_per_entry": round.judges_per_entry,
                "closes_on": clock.local_date(round.closes_at) if round.closes_at else None,
                "hides_names": round.hides_names,
                "most_per_judge": round.most_per_judge,
                "gap": round.gap,
                "avoids_ties": round.avoids_ties,
            } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        offer(self, "activity", programme.activities.filter(kind=KindKey.PRACTICE))
        newest = queries.newest_versions(programme.organisation)
        if round is not None:
            newest = RubricVersion.objects.select_related("rubric").filter(
                pk__in=[*newest.values_list("pk", flat=True), round.rubric_version_id]
            )
            self.fields.pop("activity")  # what a round judges is settled when it is made
        offer(self, "rubric_version", newest)
        offer(self, "judges", staff_of(programme, Role.JUDGE).order_by("pk"))

    def values(self) -> Mapping[str, Any]:
        """Keyword arguments of create_round and change_round."""
        given = dict(self.cleaned_data)
        closes_on: dt.date | None = given.pop("closes_on")
        given["judges"] = list(given["judges"])
        if given["gap"] is None:
            del given["gap"]
        return given | {"closes_at": clock.end_of(closes_on) if closes_on else None}


class ShortlistForm(Form):
    learners = forms.ModelMultipleChoiceField(
        queryset=Enrolment.objects.none(), to_field_name="code", required=False
    )

    def __init__(self, *args, round: Round, **kwargs):
        super().__init__(*args, **kwargs)
        handed_in = [candidate.enrolment.pk for candidate in queries.who_handed_in(round)]
        offer(self, "learners", round.programme.enrolments.filter(pk__in=handed_in))


class SeedForm(Form):
    seed = forms.IntegerField(min_value=0, max_value=999_999)


class LimitsForm(Form):
    """The most entries of each judge of the panel; empty is the round's own limit."""

    def __init__(self, *args, round: Round, **kwargs):
        super().__init__(*args, **kwargs)
        own = dict(round.workloads.values_list("judge_id", "most"))
        self.judges = queries.panel_judges(round)
        for judge in self.judges:
            self.fields[judge.code] = forms.IntegerField(
                label=judge.name,
                min_value=0,
                max_value=2000,
                required=False,
                initial=own.get(judge.pk),
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )

    def limits(self) -> dict[StaffRole, int | None]:
        return {judge: self.cleaned_data[judge.code] for judge in self.judges}


class ReasonForm(Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": "3"}),
        error_messages={"required": _("Say why, in a sentence.")},
    )


class AssignForm(Form):
    judge = NamedChoiceField(
        queryset=StaffRole.objects.none(), to_field_name="code", label=_("Another judge"), empty_label=None
    )

    def __init__(self, *args, judges: list[StaffRole], **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "judge", StaffRole.objects.filter(pk__in=[judge.pk for judge in judges]))


class DeclareForm(Form):
    """Keyword arguments of declare_tie."""

    judge = _Judge(queryset=StaffRole.objects.none(), label=_("Judge"), empty_label=None)
    enrolment = _Learners(queryset=Enrolment.objects.none(), label=_("Learner"), required=False)
    community_name = forms.CharField(label=_("Or everybody of this community"), max_length=60, required=False)
    reason = forms.CharField(
        label=_("Why"), max_length=200, error_messages={"required": _("Say why, in a sentence.")}
    )

    def __init__(self, *args, programme: Programme, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "judge", staff_of(programme, Role.JUDGE).order_by("pk"))
        offer(self, "enrolment", programme.enrolments.filter(state=EnrolmentState.ACTIVE))


class _Roles(forms.ModelChoiceField):
    def label_from_instance(self, role: StaffRole) -> str:
        return role.programme.full_name


class OwnTieForm(Form):
    """A judge's own declaration; keyword arguments of declare_tie."""

    judge = _Roles(queryset=StaffRole.objects.none(), label=_("Programme"), empty_label=None)
    community_name = forms.CharField(label=_("Community"), max_length=60)
    reason = forms.CharField(
        label=_("Why"), max_length=200, error_messages={"required": _("Say why, in a sentence.")}
    )

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "judge", roles)


class TalkForm(Form):
    text = forms.CharField(
        label=_("Say something"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        error_messages={"required": _("Write something first.")},
    )


WORDS = ("comment", "note")
LONGEST_WORDS = 4000


def _points_field(criterion: Criterion) -> forms.Field:
    if criterion.full_marks is not None:
        return forms.IntegerField(
            label=criterion.title,
            help_text=_("0 to %(most)d") % {"most": criterion.full_marks},
            min_value=0,
            max_value=criterion.full_marks,
            error_messages={"required": _("Give the points.")},
        )
    return forms.TypedChoiceField(
        label=criterion.title,
        choices=[(level.points, str(level.points)) for level in criterion.levels.all()],
        coerce=int,
        widget=Levels,
        error_messages={"required": _("Choose a level.")},
    )


def scan_field(*, required: bool) -> forms.Field:
    return forms.FileField(
        label=_("Scan of the paper"),
        help_text=_("A photo or a PDF. Whoever traces a mark finds it there."),
        required=required,
        widget=FileInput(accept="image/*,application/pdf"),
        error_messages={"required": _("Choose the scan.")},
    )


class PaperForm(Form):
    """A sheet as its judge filled it in on paper."""

    def __init__(self, *args, criteria: list[Criterion], **kwargs):
        super().__init__(*args, **kwargs)
        self.codes = [criterion.code for criterion in criteria]
        for criterion in criteria:
            self.fields[criterion.code] = _points_field(criterion)
        self.fields["comment"] = forms.CharField(
            label=_("Words to the learner"),
            max_length=LONGEST_WORDS,
            required=False,
            widget=forms.Textarea(attrs={"rows": "3", "class": "form-control"}),
        )

        self.fields["scan"] = scan_field(required=False)

    def points(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in self.codes}


class ScanForm(Form):
    """A scan of a sheet that was entered from paper."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scan"] = scan_field(required=True)


class SheetForm(forms.Form):
    """Points by criterion, the words to the learner and the judge's own note, each with the version that the page showed;
    only what was sent."""

    def __init__(self, data, *, codes: list[str]):
        super().__init__(data)
        self.codes = codes
        for code in codes:
            self.fields[f"points-{code}"] = forms.IntegerField(required=False, min_value=0, max_value=100)
        for name in WORDS:
            self.fields[name] = forms.CharField(required=False, max_length=LONGEST_WORDS)
        for name in (*codes, *WORDS):
            self.fields[f"seen-{name}"] = forms.IntegerField(required=False, min_value=0)
        self.fields["choice"] = forms.ChoiceField(
            required=False, choices=[(c, c) for c in ("mine", "theirs", "both")]
        )

    def points(self) -> dict[str, int]:
        return {
            code: given
            for code in self.codes
            if (given := self.cleaned_data.get(f"points-{code}")) is not None
        }

    def words(self) -> dict[str, str]:
        """With the line ends that are stored: a form sends others, and they are no change."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in WORDS if name in self.data}

    def seen(self) -> dict[str, int]:
        """Of every mark and text sent. What says no version saw nothing yet."""
        return {name: self.cleaned_data.get(f"seen-{name}") or 0 for name in (*self.codes, *WORDS)}


class CalibrationForm(Form):
    """How severities are estimated, and for how many places chances are computed."""

    top = forms.IntegerField(
        label=_("Places to be given"),
        help_text=_("Chances of being among the first are computed for so many."),
        min_value=1,
        max_value=10_000,
    )
    allocation = forms.ChoiceField(
        label=_("How judges and learners came together"),
        choices=[
            ("unknown", _("to be seen from the marks")),
            ("random", _("by lot")),
            ("cohort", _("groups of learners had groups of judges")),
        ],
    )
    scale = forms.ChoiceField(
        label=_("Scale"),
        choices=[
            ("auto", _("what the marks can support")),
            ("linear", _("marks as they are (linear)")),
            ("rsm", _("levels, equally wide on all criteria (rating scale)")),
            ("pcm", _("levels, each criterion its own (partial credit)")),
        ],
    )
    method = forms.ChoiceField(
        label=_("Estimator"),
        choices=[
            ("eb", _("empirical Bayes: careful with few marks (recommended)")),
            ("mml", _("marginal maximum likelihood")),
            ("jml", _("joint maximum likelihood, to compare with FACETS")),
        ],
    )
    on_disconnected = forms.ChoiceField(
        label=_("Where parts of the marks share nobody"),
        choices=[
            ("refuse", _("refuse: learners of different parts cannot be compared")),
            ("per_subset", _("calibrate each part by itself, to look at")),
            ("assume_exchangeable", _("take all parts to be equally able: I answer for it")),
        ],
    )

    def options(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class AcceptForm(Form):
    """`hindrance`: why the adjusted marks cannot be chosen."""

    counts = forms.ChoiceField(
        label=_("What counts"),
        widget=forms.RadioSelect,
        choices=[
            (Counts.ADJUSTED, _("the adjusted marks")),
            (Counts.RAW, _("the raw means, though severities are in them")),
        ],
        error_messages={"required": _("Choose which figures count.")},
    )
    why = forms.CharField(
        label=_("Why"),
        help_text=_("Needed for raw means. It stands on record with your name."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
    )

    def __init__(self, *args, hindrance: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        counts = self.fields["counts"]
        if hindrance and isinstance(counts, forms.ChoiceField):
            counts.choices = [(Counts.RAW, _("the raw means"))]
            self.initial.setdefault("counts", Counts.RAW)
