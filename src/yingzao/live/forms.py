"""What the organiser says of a live course."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import FileInput, Form
from yingzao.enrolment.models import Enrolment
from yingzao.live.enums import CheckKind, QuestionState
from yingzao.live.rules import LONGEST_CHECK


class SessionForm(Form):
    teacher = forms.CharField(label=_("Teacher"), max_length=60, required=False)
    join_url = forms.URLField(label=_("Link to enter"), max_length=500, required=False, assume_scheme="https")
    meeting_id = forms.CharField(label=_("Meeting number"), max_length=40, required=False)
    recording_url = forms.URLField(
        label=_("Recording"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Afterwards: where it can be seen."),
    )
    recording_note = forms.CharField(
        label=_("Note on the recording"),
        max_length=120,
        required=False,
        help_text=_("For instance its password, or until when it is there."),
    )


class QuestionForm(Form):
    """What a learner asks the teacher."""

    text = forms.CharField(
        label=_("My question to the teacher"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": "2"}),
        error_messages={"required": _("Write your question first.")},
    )
    is_named = forms.BooleanField(
        label=_("The others see my name"),
        required=False,
        initial=True,
        help_text=_("The teacher always does."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class DecideForm(Form):
    state = forms.ChoiceField(choices=QuestionState.choices)
    answer = forms.CharField(label=_("Answer in writing"), max_length=2000, required=False)


class CheckForm(Form):
    """A code word or a poll to open; only that kind's fields are there."""

    word = forms.CharField(
        label=_("Code word"),
        max_length=20,
        help_text=_("The teacher says it aloud, or it stands on a slide."),
    )
    question = forms.CharField(label=_("Question of the poll"), max_length=200)
    options = forms.CharField(
        label=_("Answers to choose from"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("One a line."),
    )
    minutes = forms.IntegerField(
        label=_("Open for (minutes)"), min_value=1, max_value=LONGEST_CHECK, initial=5
    )

    def __init__(self, kind: str, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("question", "options") if kind == CheckKind.WORD else ("word",):
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What `open_check` takes."""
        data = self.cleaned_data
        options = data.get("options", "").splitlines()
        told: dict[str, Any] = {name: data[name] for name in ("word", "question") if name in data}
        return {**told, "options": options, "minutes": data["minutes"]}


class MaterialForm(Form):
    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=FileInput(".pdf,.docx,.pptx,.xlsx,.md,.txt,image/*"),
        error_messages={"empty": _("The file is empty.")},
    )
    url = forms.URLField(label=_("Or a link"), max_length=500, required=False, assume_scheme="https")
    title = forms.CharField(
        label=_("What it is"), max_length=120, required=False, help_text=_("Empty: the name of the file.")
    )


class ReportForm(Form):
    file = forms.FileField(
        label=_("Attendance report"),
        widget=FileInput(".xlsx,.xls,.ods,.csv"),
        help_text=_(
            "The export of 腾讯会议, Zoom, 小鹅通, 钉钉, 企业微信 or 问卷星, as downloaded. The format is recognised; for any "
            "other table you say which column is what."
        ),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )


class PaperForm(Form):
    """A paper sheet: a tick for each signature, times where the sheet says them. Fields are `s`, `a` and `b` + code."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    note = forms.CharField(
        label=_("Note on the sheet"),
        max_length=200,
        required=False,
        help_text=_("For instance who kept it, and where it lies."),
    )

    def __init__(self, learners: Iterable[Enrolment], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.learners = list(learners)
        self.lines: list[tuple[Enrolment, dt.time | None, dt.time | None]] = []
        self.wrong: dict[str, str] = {}

    def rows(self) -> list[dict]:
        """Each learner as the page shows the line."""
        return [
            {
                "learner": one,
                "ticked": bool(self.data.get(f"s{one.code}")),
                "came": self.data.get(f"a{one.code}", ""),
                "left": self.data.get(f"b{one.code}", ""),
                "wrong": self.wrong.get(one.code, ""),
            }
            for one in self.learners
        ]

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        for one in self.learners:
            if not self.data.get(f"s{one.code}"):
                continue
            try:
                came, left = (_time(self.data.get(f"{side}{one.code}", "")) for side in "ab")
            except ValueError:
                self.wrong[one.code] = str(_("Write times as 19:30."))
                continue
            self.lines.append((one, came, left))
        if self.wrong:
            raise forms.ValidationError(_("Some times cannot be read; they are marked in the list."))
        if not self.lines:
            raise forms.ValidationError(_("Tick whoever signed."))
        return cleaned


def _time(text: str) -> dt.time | None:
    text = text.strip().replace("：", ":")
    return dt.time.fromisoformat(text.zfill(5)) if text else None
