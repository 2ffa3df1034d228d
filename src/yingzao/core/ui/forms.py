"""Forms that look like ours: classes, inputs of the browser's own kind, no bubbles of the browser.

    class RosterForm(Form): ...            # from yingzao.core.ui.forms
    class ProgrammeForm(ModelForm): ...    # the same for models

Draw them with {% error_summary form %} and {% field form.x %}. Dates and moments are entered in Asia/Shanghai.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MEGABYTE = 1024 * 1024
YEARS = (
    2000,
    2100,
)  # what a date may lie between; beyond, a slip of the hand would carry reckoning over the calendar's end
PLAIN = {  # instead of Django's sentences, which speak of variables and values
    MaxLengthValidator: gettext_lazy("At most %(limit_value)d characters; this has %(show_value)d."),
    MaxValueValidator: gettext_lazy("At most %(limit_value)s."),
    MinValueValidator: gettext_lazy("At least %(limit_value)s."),
}
LARGEST_FILE = 30  # megabytes: what is read takes no more, so that nothing larger comes into memory

__all__ = [
    "DateInput",
    "FileInput",
    "Form",
    "LargeFileField",
    "Levels",
    "ManyFilesField",
    "ManyFilesInput",
    "ModelForm",
    "MomentInput",
    "NamedChoiceField",
    "grouped",
    "offer",
]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")  # the only form a browser's date field understands


class MomentInput(forms.DateTimeInput):
    """Day and time to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class FileInput(forms.FileInput):
    """`accept` is a help for the person; what is accepted is decided where the bytes are read."""

    def __init__(self, accept: str = "", attrs=None):
        super().__init__({**({"accept": accept} if accept else {}), **(attrs or {})})


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self, accept: str = "", attrs=None):
        super().__init__({**({"accept": accept} if accept else {}), "multiple": True, **(attrs or {})})


class ManyFilesField(forms.FileField):
    """Several files at once; cleans to a list, empty when none was chosen."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files:
            super().clean(None, initial)  # says "required" where it is
            return []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class Levels(forms.RadioSelect):
    """A row of numbers to press, one of which is chosen: a criterion's levels."""

    template_name = "ui/components/levels.html"


def fits(file, largest: int = LARGEST_FILE) -> None:
    """Refuses a file that no reader of ours would take, before its bytes are in memory."""
    if file.size > largest * MEGABYTE:
        raise ValidationError(_("The file is too large: at most %(limit)d MB.") % {"limit": largest})


class LargeFileField(forms.FileField):
    """For a reader that goes through a file piece by piece. `largest` in megabytes."""

    def __init__(self, *args, largest: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.largest = largest


def in_our_time(value: dt.date) -> None:
    """Refuses a date or a moment that can only be a slip of the hand."""
    first, last = YEARS
    if not first <= value.year <= last:
        raise ValidationError(
            _("The year must lie between %(first)d and %(last)d.") % {"first": first, "last": last}
        )


def _in_plain_words(validator: Callable[[Any], None]) -> Callable[[Any], None]:
    if isinstance(validator, BaseValidator) and type(validator) in PLAIN:
        return type(validator)(validator.limit_value, PLAIN[type(validator)])
    return validator


def _dress(field: forms.Field) -> None:
    widget = field.widget
    if isinstance(field, (forms.DateField, forms.DateTimeField)):
        field.validators = [*field.validators, in_our_time]
    field.validators = [_in_plain_words(validator) for validator in field.validators]
    if isinstance(field, forms.FileField):
        largest = field.largest if isinstance(field, LargeFileField) else LARGEST_FILE
        field.validators = [*field.validators, partial(fits, largest=largest)]
    if type(widget) is forms.DateInput:
        widget = field.widget = DateInput(widget.attrs)
    elif type(widget) is forms.DateTimeInput:
        widget = field.widget = MomentInput(widget.attrs)
    elif type(widget) is forms.TimeInput:
        widget = field.widget = TimeInput(widget.attrs)
    if widget.is_hidden or isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return
    if isinstance(widget, forms.CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, forms.Select):
        look = "form-select"
    else:
        look = "form-control"
    classes = widget.attrs.get("class", "").split()
    if look not in classes:
        widget.attrs["class"] = " ".join([look, *classes])
    if isinstance(widget, forms.Textarea):
        widget.attrs.pop("cols", None)
        widget.attrs["rows"] = widget.attrs.get("rows", "4") if widget.attrs.get("rows") != "10" else "4"


class Dressed:
    """Gives each field its look. The server says what is wrong, in Chinese, so the browser is not asked to."""

    GROUPS: Sequence[tuple[StrOrPromise, Sequence[str]]] = ()  # caption and the names of the fields under it
    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _dress(field)

    def add_fields(self, **fields: forms.Field) -> None:
        """Fields that only this form has, dressed as the others."""
        for name, field in fields.items():
            self.fields[name] = field
            _dress(field)


def grouped(form: forms.BaseForm) -> list[tuple[StrOrPromise, list[forms.BoundField]]]:
    """The fields by the captions of the form's GROUPS; first, under none, those that stand in no group."""
    given: Sequence[tuple[StrOrPromise, Sequence[str]]] = getattr(form, "GROUPS", ())
    captioned = {name for _caption, names in given for name in names}
    groups = [("", [name for name in form.fields if name not in captioned]), *given]
    found = [(caption, [form[name] for name in names if name in form.fields]) for caption, names in groups]
    return [(caption, bound) for caption, bound in found if bound]


class Form(Dressed, forms.Form):
    pass


class ModelForm(Dressed, forms.ModelForm):
    pass


class NamedChoiceField(forms.ModelChoiceField):
    """Offers rows by their `name`."""

    def label_from_instance(self, row):
        return row.name


class NamedChoicesField(forms.ModelMultipleChoiceField):
    """Offers rows by their `name`, several to choose."""

    def label_from_instance(self, row):
        return row.name


def offer(form: forms.BaseForm, name: str, choices: list | models.QuerySet) -> None:
    """Say what a select of the form offers: rows where it chooses rows, else pairs of value and word."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField) and isinstance(choices, models.QuerySet):
        field.queryset = choices
    elif isinstance(field, forms.ChoiceField):
        field.choices = choices
    else:
        raise TypeError(f"{name} offers no choices")
