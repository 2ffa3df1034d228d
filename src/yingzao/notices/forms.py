"""Shapes of what people choose about messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import Form
from yingzao.notices import kind as kinds
from yingzao.notices.enums import Channel
from yingzao.notices.models import Hours, QuietHours

TITLES = {Channel.EMAIL: _("What comes by e-mail"), Channel.PUSH: _("What comes to your devices")}
DIGEST_HOURS = [("", _("No: each message by itself, soon after it was sent"))] + [
    (f"{hour:02}:00", f"{hour:02}:00") for hour in range(6, 23)
]


def _field(way: Channel, kind: str) -> str:
    return f"kind_{kind}" if way == Channel.EMAIL else f"{way}_{kind}"


class AddressForm(Form):
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_(
            "Nobody else sees it. You get a letter with a link; messages come there once you opened it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class WishesForm(Form):
    """What comes by which way, and when. `hours` are the organisation's; `ways` those that the person has."""

    quiet = forms.ChoiceField(label=_("Quiet hours"), widget=forms.RadioSelect)
    begins = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput({"class": "form-short"}))
    ends = forms.TimeField(label=_("Until"), required=False, widget=forms.TimeInput({"class": "form-short"}))
    digest_at = forms.TypedChoiceField(
        label=_("All in one letter a day"),
        choices=DIGEST_HOURS,
        required=False,
        help_text=_("What cannot wait comes at once all the same: a course that is moved to today, say."),
    )
    language = forms.ChoiceField(label=_("Language of messages"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, hours: Hours | None, ways: Collection[Channel], **options: Any) -> None:
        super().__init__(*args, **options)
        self.ways = ways
        usual = f"{hours[0]:%H:%M}–{hours[1]:%H:%M}" if hours else _("no quiet hours")
        self.fields["quiet"].choices = [  # type: ignore[attr-defined]
            ("usual", _("The usual ones of the organisation (%(hours)s)") % {"hours": usual}),
            ("own", _("My own, entered below")),
            ("none", _("None: send at any hour")),
        ]
        for way in ways:
            for found in kinds.offered():
                box = forms.BooleanField(label=found.title, help_text=found.note, required=False)
                self.add_fields(**{_field(way, found.key): box})
        self.GROUPS = (
            *((TITLES[way], [_field(way, found.key) for found in kinds.offered()]) for way in ways),
            (_("When it comes"), ["quiet", "begins", "ends", "digest_at", "language"]),
        )

    @classmethod
    def of(
        cls,
        row: QuietHours,
        wanted: Mapping[Channel, dict[str, bool]],
        language: str,
        hours: Hours | None,
        data: Any = None,
    ) -> WishesForm:
        has_own = row.own and row.begins and row.ends
        boxes = {_field(way, key): yes for way, chosen in wanted.items() for key, yes in chosen.items()}
        initial = boxes | {
            "quiet": "own" if has_own else "none" if row.own else "usual",
            "begins": row.begins,
            "ends": row.ends,
            "digest_at": f"{row.digest_at:%H:%M}" if row.digest_at else "",
            "language": language,
        }
        return cls(data, initial=initial, hours=hours, ways=list(wanted))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("quiet") == "own" and not self.errors:
            for name in ("begins", "ends"):
                if not cleaned.get(name):
                    self.add_error(name, _("Enter a time, such as 22:00."))
            if cleaned.get("begins") and cleaned.get("begins") == cleaned.get("ends"):
                self.add_error("ends", _("It ends when it begins. For no quiet hours choose “None”."))
        return cleaned

    @property
    def wanted(self) -> dict[Channel, dict[str, bool]]:
        return {
            way: {found.key: self.cleaned_data[_field(way, found.key)] for found in kinds.offered()}
            for way in self.ways
        }
