"""What the organiser says of a live course."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import FileInput, Form


class SessionForm(Form):
    teacher = forms.CharField(label=_("Teacher"), max_length=60, required=False)
    join_url = forms.URLField(label=_("Link to enter"), max_length=500, required=False, assume_scheme="https")
    meeting_id = forms.CharField(label=_("Meeting number"), max_length=40, required=False)


class ReportForm(Form):
    file = forms.FileField(
        label=_("Attendance report"),
        widget=FileInput(".xlsx,.xls,.csv"),
        help_text=_(
            "The export of 腾讯会议, Zoom or another platform, as downloaded. The format is recognised."
        ),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )
