"""What the organiser says of a live course."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import FileInput, Form
from yingzao.enrolment.models import Enrolment


class SessionForm(Form):
    teacher = forms.CharField(label=_("Teacher"), max_length=60, required=False)
    join_url = forms.URLField(label=_("Link to enter"), max_length=500, required=False, assume_scheme="https")
    meeting_id = forms.CharField(label=_("Meeting number"), max_length=40, required=False)


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
