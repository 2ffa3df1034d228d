"""Planning by hand, and files brought in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from decimal import Decimal
from math import ceil
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.activities import kind as kinds
from yingzao.activities.enums import SESSIONS, Audience, KindKey, RequestKind
from yingzao.activities.models import Activity, Part
from yingzao.activities.settling import make_up_of
from yingzao.core.clock import SHANGHAI, end_of
from yingzao.core.ui.forms import (
    DateInput,
    FileInput,
    Form,
    ManyFilesField,
    ManyFilesInput,
    MomentInput,
    NamedChoiceField,
    NamedChoicesField,
    offer,
)
from yingzao.core.ui.templatetags.ui import plain_number
from yingzao.enrolment.models import Enrolment, Team
from yingzao.enrolment.queries import learners_named
from yingzao.programmes.models import Programme, Stage

LONGEST = dt.timedelta(hours=24)  # of a live course of one session; more is a slip in the day


class AudienceForm(Form):
    """For whom an activity is, and whether it counts."""

    audience = forms.ChoiceField(
        label=_("For whom"),
        choices=Audience.choices,
        initial=Audience.COHORT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say for whom it is.")},
    )
    teams = NamedChoicesField(
        label=_("Teams"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever is in the team at the time."),
    )
    learners = forms.CharField(
        label=_("Learners"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("Names or numbers, with 、 between."),
    )
    is_required = forms.BooleanField(
        label=_("Counts towards completion"),
        required=False,
        initial=True,
        help_text=_("Without it the activity is voluntary: who leaves it out has missed nothing."),
    )
    AUDIENCE = (_("Learners it is for"), ("audience", "teams", "learners", "is_required"))
    programme: Programme
    named: tuple[Enrolment, ...]  # who is named already; some may have left since
    chosen: tuple[Enrolment, ...] = ()

    def __init__(self, programme: Programme, *args, activity: Activity | None = None, **kwargs) -> None:
        self.programme = programme
        self.named = ()
        if activity is not None:
            self.named = tuple(
                one.enrolment for one in activity.targets.select_related("enrolment") if one.enrolment
            )
            kwargs["initial"] = self._aimed(activity) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        offer(self, "teams", programme.teams.order_by("pk"))
        if not programme.teams.exists():
            del self.fields["teams"]

    def _aimed(self, activity: Activity) -> dict[str, Any]:
        return {
            "audience": activity.audience,
            "teams": list(activity.targets.exclude(team=None).values_list("team", flat=True)),
            "learners": "、".join(learner.number for learner in self.named),
            "is_required": activity.is_required,
        }

    def clean_learners(self) -> str:
        words = self.cleaned_data["learners"]
        if self.cleaned_data.get("audience") != Audience.CHOSEN:
            return words
        named = learners_named(self.programme, words, known=self.named)
        if named.unknown:
            raise forms.ValidationError(
                _("No learner is called %(words)s.") % {"words": "、".join(named.unknown[:5])}
            )
        if named.several:
            raise forms.ValidationError(
                _("Several learners are called %(words)s: give their numbers.")
                % {"words": "、".join(named.several[:5])}
            )
        self.chosen = named.learners
        return words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("audience") == Audience.CHOSEN and not self.errors and not self.targets():
            self.add_error("audience", _("Choose a team, or name at least one learner."))
        return cleaned

    def targets(self) -> list[Team | Enrolment]:
        """None for everybody."""
        if self.cleaned_data.get("audience") != Audience.CHOSEN:
            return []
        return [*self.cleaned_data.get("teams", ()), *self.chosen]


class ActivityForm(AudienceForm):
    """One activity of a kind that is already chosen; only that kind's fields are there."""

    title = forms.CharField(label=_("Activity name"), max_length=120)
    short_title = forms.CharField(
        label=_("Short name"), max_length=20, required=False, help_text=_("Heads the column on the board.")
    )
    stage = NamedChoiceField(
        label=_("Stage"), queryset=Stage.objects.none(), required=False, empty_label=_("Of no stage")
    )
    starts_at = forms.DateTimeField(label=_("Begins"), widget=MomentInput, required=False)
    ends_at = forms.DateTimeField(label=_("Ends"), widget=MomentInput, required=False)
    due_on = forms.DateField(
        label=_("Due date"),
        widget=DateInput,
        required=False,
        help_text=_("Until the end of this day. Handed in later counts as late."),
    )
    needed_percent = forms.IntegerField(
        label=_("Share that must be heard (%)"),
        min_value=1,
        max_value=100,
        initial=80,
        required=False,
        help_text=_("Of the course's own minutes. With minutes beside it, both have to be reached."),
    )
    needed_minutes = forms.IntegerField(
        label=_("Minutes that must be heard"), min_value=1, max_value=1440, required=False
    )
    late_after = forms.IntegerField(
        label=_("Late after (minutes)"),
        min_value=0,
        max_value=600,
        initial=10,
        help_text=_("Whoever comes later is marked as late; it changes nothing else."),
    )
    early_before = forms.IntegerField(
        label=_("Left early, before the end by (minutes)"), min_value=0, max_value=600, initial=10
    )
    count_replay = forms.BooleanField(
        label=_("Replay counts"),
        required=False,
        help_text=_("Where the platform tells the time of replay apart, as 小鹅通 does."),
    )
    answers_count = forms.BooleanField(
        label=_("An answered questionnaire counts as present"),
        required=False,
        help_text=_("For sign-in by 问卷星 and the like."),
    )
    make_up_until = forms.DateField(
        label=_("Can be made up until"),
        widget=DateInput,
        required=False,
        help_text=_(
            "Whoever missed it may then hand in a make-up, which an organiser accepts. Empty: no making up."
        ),
    )
    make_up_how = forms.CharField(
        label=_("How it is made up"),
        max_length=200,
        required=False,
        help_text=_("For instance: watch the replay and write what you took from it."),
    )
    make_up_characters = forms.IntegerField(
        label=_("Least number of characters of a make-up"), min_value=0, max_value=5000, required=False
    )
    make_up_watch = forms.IntegerField(
        label=_("Share of the recording that makes up by itself (%)"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Of a recording that lies here, under Recordings. Empty: watching it does not make up."),
    )
    make_up_full = forms.BooleanField(label=_("A make-up counts in full, not as late"), required=False)
    characters = forms.IntegerField(
        label=_("Least number of characters"), min_value=0, max_value=20000, initial=100
    )
    asks_method = forms.BooleanField(
        label=_("A reflection has to name a method"),
        required=False,
        help_text=_("For instance 协商议事: which method of the case its writer takes along."),
    )
    photos = forms.IntegerField(label=_("Least number of photos"), min_value=0, max_value=30, initial=0)
    parts = forms.CharField(
        label=_("Parts"), widget=forms.Textarea, required=False, help_text=_("One a line, in their order.")
    )
    stops_needed = forms.IntegerField(
        label=_("Stops that must be checked in at"),
        min_value=1,
        required=False,
        help_text=_("Empty: all of them."),
    )
    check_out = forms.BooleanField(
        label=_("A stop counts once one was checked out there as well"), required=False
    )
    marked = forms.ChoiceField(
        label=_("A stop at which one came late or left early"),
        choices=[
            ("full", _("counts in full")),
            ("late", _("makes the visit late")),
            ("nothing", _("does not count")),
        ],
        required=False,
    )
    teacher = forms.CharField(label=_("Teacher"), max_length=60, required=False)
    link = forms.CharField(label=_("Meeting number or link"), max_length=500, required=False)
    meeting_place = forms.CharField(label=_("Where to meet"), max_length=120, required=False)
    weight = forms.DecimalField(
        label=_("Weight"),
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
        initial=Decimal(1),
        help_text=_("How much it counts beside the others; usually 1."),
    )
    hours = forms.DecimalField(
        label=_("Credit hours"), min_value=Decimal("0.01"), max_value=999, decimal_places=2, required=False
    )
    description = forms.CharField(label=_("What learners should know"), widget=forms.Textarea, required=False)

    GROUPS = (
        (_("When"), ("starts_at", "ends_at", "due_on")),
        (
            _("What is asked"),
            (
                "needed_percent", "needed_minutes", "parts", "stops_needed", "check_out", "late_after", "early_before", "marked",
                "count_replay", "answers_count", "characters", "asks_method", "photos", "weight", "hours",
            ),
        ),
        (_("Making up"), ("make_up_until", "make_up_watch", "make_up_characters", "make_up_how", "make_up_full")),
        AudienceForm.AUDIENCE,
        (_("For learners"), ("teacher", "link", "meeting_place", "description")),
    )  # fmt: skip
    FIELDS = {
        KindKey.LIVE: (
            "needed_percent",
            "needed_minutes",
            "late_after",
            "early_before",
            "count_replay",
            "answers_count",
            "make_up_until",
            "make_up_how",
            "make_up_characters",
            "make_up_watch",
            "make_up_full",
            "teacher",
            "link",
        ),
        KindKey.COURSE: ("due_on", "parts", "link"),
        KindKey.CASE: ("due_on", "characters", "asks_method"),
        KindKey.VISIT: (
            "parts",
            "stops_needed",
            "late_after",
            "early_before",
            "marked",
            "check_out",
            "meeting_place",
        ),
        KindKey.PRACTICE: ("due_on", "characters", "photos"),
    }

    def __init__(self, kind: str, programme: Programme, *args, activity: Activity | None = None, **kwargs):
        self.kind, self.activity = kind, activity
        if activity is not None:
            kwargs.setdefault("initial", self._initial(activity))
        super().__init__(programme, *args, activity=activity, **kwargs)
        own = {name for names in self.FIELDS.values() for name in names}
        for name in own - set(self.FIELDS[KindKey(kind)]):
            del self.fields[name]
        if kind in SESSIONS:
            self.fields["starts_at"].required = self.fields["ends_at"].required = True
        else:
            del self.fields["ends_at"]
        if kind == KindKey.VISIT:
            self.fields["parts"].label = _("Stops")
            self.fields["parts"].required = True
            for name, label in (
                ("late_after", _("Late at a stop after how many minutes")),
                ("early_before", _("Left early before its end by how many minutes")),
            ):
                field = self.fields[name]
                field.label, field.required, field.initial = label, False, None
                field.help_text = _("Empty: nobody does.")
        if kind == KindKey.COURSE:
            self.fields["parts"].label = _("Lessons")
        if kind == KindKey.CASE:
            self.fields["starts_at"].label = _("Reaches the learners")
            self.fields["starts_at"].help_text = _("Until then nobody can read it. Empty: at once.")
        offer(self, "stage", programme.stages.all())
        self.fields["hours"].help_text = _(
            "Of %(minutes)d minutes, as the programme's settings say; earned by whoever has done it. Empty: none."
        ) % {"minutes": programme.hour_minutes}

    @staticmethod
    def _initial(activity: Activity) -> dict[str, Any]:
        rule = activity.rule
        unsaid = None if "min_minutes" in rule else "0.8"
        share = rule.get("min_share", unsaid)
        make_up = make_up_of(rule)
        return {
            "title": activity.title,
            "short_title": activity.short_title,
            "stage": activity.stage_id,
            "starts_at": activity.starts_at,
            "ends_at": activity.ends_at,
            "due_on": activity.due_at.astimezone(SHANGHAI).date() if activity.due_at else None,
            "needed_percent": None if share is None else ceil(Decimal(str(share)) * 100),
            "needed_minutes": rule.get("min_minutes"),
            "late_after": rule.get("late_after", None if activity.kind == KindKey.VISIT else 10),
            "early_before": rule.get("early_before", None if activity.kind == KindKey.VISIT else 10),
            "count_replay": rule.get("count_replay", False),
            "answers_count": rule.get("answers_count", False),
            "make_up_until": make_up.until if make_up else None,
            "make_up_how": make_up.how if make_up else "",
            "make_up_characters": make_up.characters if make_up else None,
            "make_up_watch": int(make_up.watch * 100) or None if make_up else None,
            "make_up_full": make_up.full if make_up else False,
            "characters": rule.get("reflection_characters", rule.get("characters", 100)),
            "asks_method": rule.get("asks_method", False),
            "photos": rule.get("photos", 0),
            "stops_needed": rule.get("min_stops"),
            "check_out": rule.get("check_out", False),
            "marked": rule.get("marked", "full"),
            "parts": "\n".join(p.title for p in activity.parts.all()),
            "weight": activity.weight.normalize() if activity.weight else 1,
            "hours": plain_number(activity.hours) if activity.hours else None,
            "description": activity.description,
            **kinds.get(activity.kind).extras(activity),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It has to end after it begins."))
        elif starts and ends and self.kind == KindKey.LIVE and not self._has_several_sessions():
            if ends - starts > LONGEST:
                self.add_error("ends_at", _("A live course lasts 24 hours at most: look at the day."))
            elif dt.timedelta(minutes=cleaned.get("needed_minutes") or 0) > ends - starts:
                self.add_error("needed_minutes", _("More minutes than the course has."))
        if (
            self.kind == KindKey.LIVE
            and not {"needed_percent", "needed_minutes"} & set(self.errors)
            and not (cleaned.get("needed_percent") or cleaned.get("needed_minutes"))
        ):
            self.add_error("needed_percent", _("Say how much must be heard: a share, minutes, or both."))
        made_up, ends = cleaned.get("make_up_until"), cleaned.get("ends_at")
        if made_up and ends and made_up < ends.astimezone(SHANGHAI).date():
            self.add_error("make_up_until", _("Making up ends after the course."))
        same = self.programme.activities.filter(kind=self.kind, title=cleaned.get("title", ""))
        if self.activity is not None:
            same = same.exclude(pk=self.activity.pk)
        if same.exists():
            self.add_error("title", _("There is already an activity of this kind with this name."))
        return cleaned

    def _has_several_sessions(self) -> bool:
        return self.activity is not None and self.activity.parts.count() > 1

    def values(self) -> dict[str, Any]:
        """What `save_activity` writes."""
        data = self.cleaned_data
        due = data.get("due_on")
        return {
            "title": data["title"].strip(),
            "short_title": data["short_title"].strip(),
            "stage": data["stage"],
            "is_required": data["is_required"],
            "starts_at": data["starts_at"],
            "ends_at": data.get("ends_at"),
            "due_at": end_of(due) if due else None,
            "weight": data["weight"],
            "hours": data["hours"],
            "description": data["description"].strip(),
            "rule": self._rule(),
        }

    def _rule(self) -> dict[str, Any]:
        """The rule with what the form asks for; what it does not ask for stays as it was planned."""
        data = self.cleaned_data
        rule = dict(self.activity.rule) if self.activity else {}
        match self.kind:
            case KindKey.LIVE:
                rule = self._live_rule(rule)
            case KindKey.CASE:
                rule["reflection_characters"] = data["characters"]
                rule["asks_method"] = data["asks_method"]
            case KindKey.VISIT:
                rule = self._visit_rule(rule)
            case KindKey.PRACTICE:
                rule |= {"characters": data["characters"], "photos": data["photos"]}
        return rule

    def _visit_rule(self, rule: dict[str, Any]) -> dict[str, Any]:
        data = self.cleaned_data
        told = {
            "min_stops": data["stops_needed"] or None,
            "late_after": data["late_after"],
            "early_before": data["early_before"],
            "marked": data["marked"] if data["marked"] != "full" else None,
            "check_out": data["check_out"] or None,
        }
        kept = {name: value for name, value in rule.items() if name not in told}
        return kept | {name: value for name, value in told.items() if value not in (None, "")}

    def _live_rule(self, rule: dict[str, Any]) -> dict[str, Any]:
        """Shares are kept as text, exact; one that is finer than whole percent stays while nobody changes it."""
        data = self.cleaned_data
        if self.activity is None or "needed_percent" in self.changed_data:
            rule.pop("min_share", None)
            if data["needed_percent"]:
                rule["min_share"] = str((Decimal(data["needed_percent"]) / 100).normalize())
        told = {
            "min_minutes": data["needed_minutes"],
            "count_replay": data["count_replay"],
            "answers_count": data["answers_count"],
            "make_up": data["make_up_until"]
            and {
                "until": data["make_up_until"].isoformat(),
                "how": data["make_up_how"].strip(),
                "characters": data["make_up_characters"] or 0,
                "full": data["make_up_full"],
                **_watched(data["make_up_watch"]),
            },
        }
        kept = {name: value for name, value in rule.items() if name not in told}
        graces = {"late_after": data["late_after"], "early_before": data["early_before"]}
        return kept | graces | {name: value for name, value in told.items() if value}

    def part_times(self) -> list[tuple[str, Any, Any]]:
        """The parts named, each with the times that it has; a live course's one session follows the course."""
        known = (
            {p.title: (p.starts_at, p.ends_at) for p in self.activity.parts.all()} if self.activity else {}
        )
        if self.kind == KindKey.LIVE and len(known) <= 1:
            return []
        if "parts" not in self.fields:
            return [(title, *times) for title, times in known.items()]
        titles = [line.strip() for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        return [(title, *known.get(title, (None, None))) for title in dict.fromkeys(titles)]

    def clean_parts(self) -> str:
        text = self.cleaned_data["parts"]
        if any(len(line.strip()) > 120 for line in text.splitlines()):
            raise forms.ValidationError(_("A line here has at most 120 characters."))
        return text

    def extras(self) -> dict[str, str]:
        """What is for the kind alone; of an activity that stands, what was changed."""
        return {
            name: self.cleaned_data[name].strip()
            for name in ("teacher", "link", "meeting_place")
            if name in self.fields and (self.activity is None or name in self.changed_data)
        }


def _watched(percent: int | None) -> dict[str, str]:
    return {"watch": str((Decimal(percent) / 100).normalize())} if percent else {}


class SheetForm(Form):
    """A table that somebody brings."""

    file = forms.FileField(
        label=_("File"),
        widget=FileInput(".xlsx,.xls,.ods,.csv"),
        help_text=_("Excel or CSV, as you have it."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )


class AskForm(Form):
    """A request about one session or visit, of a kind that is already chosen; only that kind's fields are there."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    part = forms.ChoiceField(label=_("Stop"))
    from_at = forms.DateTimeField(label=_("I was there from"), widget=MomentInput)
    until_at = forms.DateTimeField(label=_("I was there until"), widget=MomentInput)
    text = forms.CharField(
        label=_("What I learned"), widget=forms.Textarea(attrs={"rows": "12"}), max_length=20_000
    )
    reason = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        max_length=1000,
        error_messages={"required": _("Say why.")},
    )
    files = ManyFilesField(  # type: ignore[assignment]  # the metaclass takes it out of the class again
        label=_("Proof"),
        required=False,
        widget=ManyFilesInput("image/*,.pdf,.docx"),
        help_text=_("A photo, a PDF or a Word file. Your mentor and the organiser can see it."),
    )

    FIELDS = {
        RequestKind.LEAVE: ("reason", "files"),
        RequestKind.CORRECTION: ("part", "from_at", "until_at", "reason", "files"),
        RequestKind.MAKE_UP: ("text", "files"),
    }

    def __init__(self, kind: str, activity: Activity, *args, **kwargs):
        self.kind, self.activity = kind, activity
        kwargs["initial"] = {
            "key": uuid.uuid4(),
            "from_at": activity.starts_at,
            "until_at": activity.ends_at,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        for name in {n for names in self.FIELDS.values() for n in names} - set(
            self.FIELDS[RequestKind(kind)]
        ):
            del self.fields[name]
        if kind == RequestKind.CORRECTION:
            self._arrange_correction()
        if kind == RequestKind.MAKE_UP and (make_up := make_up_of(activity.rule)) and make_up.characters:
            self.fields["text"].help_text = _("At least %(count)d characters.") % {
                "count": make_up.characters
            }

    def _arrange_correction(self) -> None:
        if self.activity.kind == KindKey.VISIT:
            del self.fields["until_at"]
            self.fields["from_at"].label = _("I arrived at")
            offer(self, "part", [(p.code, p.title) for p in self.activity.parts.all()])
        else:
            del self.fields["part"]

    def values(self) -> dict[str, Any]:
        """What `actions.make_request` takes."""
        data = self.cleaned_data
        return {
            "key": data["key"],
            "reason": data.get("reason", ""),
            "text": data.get("text", ""),
            "part": self._part(),
            "from_at": data.get("from_at"),
            "until_at": data.get("until_at"),
            "uploads": data["files"],
        }

    def _part(self) -> Part | None:
        code = self.cleaned_data.get("part")
        return self.activity.parts.get(code=code) if code else None


class AskForLearnerForm(AskForm):
    """The same, entered by an organiser whom a learner told."""

    learner = forms.ChoiceField(label=_("Learner"))
    asked_at = forms.DateTimeField(
        label=_("When the learner said so"),
        widget=MomentInput,
        help_text=_("It decides whether this counts as asked in advance."),
    )
    field_order = ["learner", "asked_at"]

    def __init__(
        self, kind: str, activity: Activity, learners: Iterable[Enrolment], now: dt.datetime, *args, **kwargs
    ):
        self.now, self.learners = now, {e.code: e for e in learners}
        kwargs["initial"] = {"asked_at": now, **(kwargs.get("initial") or {})}
        super().__init__(kind, activity, *args, **kwargs)
        named = [(c, f"{e.number} {e.name} {e.community_name}".strip()) for c, e in self.learners.items()]
        offer(self, "learner", [("", "—"), *named])
        for name, label in (
            ("from_at", _("Was there from") if activity.kind == KindKey.LIVE else _("Arrived at")),
            ("until_at", _("Was there until")),
            ("text", _("What the learner wrote")),
        ):
            if name in self.fields:
                self.fields[name].label = label
        self.fields["files"].help_text = _(
            "A photo, a PDF or a Word file. The learner and the mentor can see it."
        )

    def clean_asked_at(self) -> dt.datetime:
        asked_at = self.cleaned_data["asked_at"]
        if asked_at > self.now + dt.timedelta(minutes=1):
            raise forms.ValidationError(_("This is in the future."))
        return asked_at

    def enrolment(self) -> Enrolment:
        return self.learners[self.cleaned_data["learner"]]

    def values(self) -> dict[str, Any]:
        return super().values() | {"asked_at": self.cleaned_data["asked_at"]}


class RefuseForm(Form):
    note = forms.CharField(
        label=_("Why not, for the learner to read"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        max_length=1000,
        error_messages={"required": _("Tell the learner why not.")},
    )


class UndoForm(Form):
    reason = forms.CharField(
        label=_("Why the answer is undone"),
        max_length=200,
        error_messages={"required": _("Say why the answer is undone.")},
    )
