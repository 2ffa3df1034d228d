"""The form of a certificate's design: a few inputs for each field of the layout, and three pictures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yingzao.core.models import StoredFile
from yingzao.core.ui.forms import FileInput, Form
from yingzao.honours.rules.layout import LABELS, Layout, Spot, plain, standard
from yingzao.honours.rules.layout_problems import Problem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PICTURES = {
    "background": _("Background picture"),
    "seal": _("Picture of the seal"),
    "signature": _("Picture of the signature"),
}
PARTS = ("show", "text", "x", "y", "width", "size", "align", "colour")
SHORT = {"class": "form-short", "inputmode": "decimal"}


def _measure(label: "StrOrPromise", most: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=most,
        max_digits=5,
        decimal_places=1,
        widget=forms.TextInput(SHORT),
    )


@dataclass(frozen=True)
class SpotFields:
    """The inputs of one field."""

    key: str
    label: str | Promise
    show: BoundField
    words: list[BoundField]
    numbers: list[BoundField]

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for bound in (self.show, *self.words, *self.numbers))


@dataclass(frozen=True)
class PictureFields:
    key: str
    file: BoundField
    code: BoundField
    drop: BoundField
    stored: StoredFile | None


class DesignForm(Form):
    """Drawn by its template, field by field. A picture that was sent once is named by its code from then on."""

    orientation = forms.ChoiceField(
        label=_("Paper"), choices=(("landscape", _("A4, landscape")), ("portrait", _("A4, upright")))
    )
    frame = forms.BooleanField(label=_("Draw the frame with its corners"), required=False)
    sample = forms.ChoiceField(
        label=_("Try it with"),
        choices=(("usual", _("a short name")), ("long", _("a long name"))),
        required=False,
    )

    def __init__(self, kind: str, pictures: Mapping[str, StoredFile], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.pictures = kind, dict(pictures)
        for spot in standard(kind).spots:
            self.add_fields(**_inputs_of(spot))
        for key, label in PICTURES.items():
            self.add_fields(
                **{
                    key: forms.FileField(
                        label=label, required=False, widget=FileInput("image/png,image/jpeg")
                    ),
                    f"{key}_code": forms.CharField(required=False, widget=forms.HiddenInput()),
                    f"{key}_drop": forms.BooleanField(label=_("Take this picture away"), required=False),
                }
            )
        self.fields["seal"].help_text = _(
            "PNG with a see-through background. Without one the seal is typeset."
        )
        self.fields["background"].help_text = _("It fills the page: at least 1754 × 1240 pixels for A4.")
        self.fields["signature"].help_text = _("PNG. Show the field “Signature” to print it.")

    @classmethod
    def of(cls, kind: str, layout: Layout, pictures: Mapping[str, StoredFile]) -> "DesignForm":
        initial: dict[str, Any] = {
            "orientation": layout.orientation,
            "frame": layout.frame,
            "sample": "usual",
        }
        for spot in layout.spots:
            initial |= {f"{spot.key}-{part}": _written(getattr(spot, part)) for part in PARTS}
        initial |= {f"{key}_code": stored.code for key, stored in pictures.items()}
        return cls(kind, pictures, initial=initial)

    def picture(self, key: str) -> UploadedFile | None:
        """The file sent for a picture, if any; raises ValidationError for an empty one."""
        file = self.files.get(key)
        return self.fields[key].clean(file) if file else None

    @property
    def spots(self) -> Iterator[SpotFields]:
        for spot in standard(self.kind).spots:
            bound = {
                part: self[f"{spot.key}-{part}"] for part in PARTS if f"{spot.key}-{part}" in self.fields
            }
            yield SpotFields(
                spot.key,
                LABELS[spot.key],
                bound["show"],
                [bound[part] for part in ("text", "align", "colour") if part in bound],
                [bound[part] for part in ("x", "y", "width", "size") if part in bound],
            )

    @property
    def picture_fields(self) -> list[PictureFields]:
        return [
            PictureFields(key, self[key], self[f"{key}_code"], self[f"{key}_drop"], self.pictures.get(key))
            for key in PICTURES
        ]

    def layout(self) -> Layout:
        given = self.cleaned_data
        spots = []
        for spot in standard(self.kind).spots:
            values = {part: given[f"{spot.key}-{part}"] for part in PARTS if f"{spot.key}-{part}" in given}
            spots.append(replace(spot, **values))
        return Layout(given["orientation"], given["frame"], tuple(spots))

    def tell(self, problems: Iterable[Problem]) -> None:
        """Say each problem at the input that it is about, else above the form."""
        for problem in problems:
            name = f"{problem.key}-{problem.part}" if problem.part else problem.key
            self.add_error(name if name in self.fields else None, problem.sentence)


def _inputs_of(spot: Spot) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "show": forms.BooleanField(label=_("Show it"), required=False),
        "x": _measure(_("From the left, mm"), 297),
        "y": _measure(_("From the top, mm"), 297),
        "width": _measure(_("Width, mm"), 297),
    }
    if not spot.is_picture:
        rows = 4 if spot.key == "body" else 2 if spot.key == "verify" else 1
        fields |= {
            "text": forms.CharField(
                label=_("Words"), required=False, max_length=600, widget=forms.Textarea({"rows": rows})
            ),
            "size": _measure(_("Size, pt"), 90),
            "align": forms.ChoiceField(
                label=_("Aligned"),
                choices=(
                    ("left", _("at the left")),
                    ("center", _("in the middle")),
                    ("right", _("at the right")),
                ),
            ),
            "colour": forms.ChoiceField(
                label=_("Colour"),
                choices=(
                    ("ink", _("ink")),
                    ("soft", _("grey brown")),
                    ("red", _("seal red")),
                    ("gold", _("old gold")),
                ),
            ),
        }
    return {f"{spot.key}-{part}": field for part, field in fields.items()}


def _written(value: Any) -> Any:
    return value if isinstance(value, (bool, str)) else plain(value)
