"""What a username, a phone number and a password may be. Each refusal is a sentence."""

import re
import unicodedata
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

USERNAME = re.compile(r"[\w.\-]{2,30}")


def normal_phone(text: str) -> str | None:
    """+86 and 11 digits, or None for what is no mobile number. Takes full-width digits, spaces, dashes, +86, 0086."""
    text = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    found = re.fullmatch(r"(?:\+86|0086|86)?(1\d{10})", text, re.ASCII)
    return f"+86{found[1]}" if found else None


def shown_phone(phone: str | None) -> str:
    """The 11 digits of a kept phone number."""
    return (phone or "").removeprefix("+86")


def normal_username(text: str) -> str:
    """Usernames are compared without regard to case or width."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def check_username(username: str) -> None:
    """Raise ValidationError for a normal username that cannot be one."""
    if not USERNAME.fullmatch(username):
        raise ValidationError(
            _("A username has 2 to 30 letters, digits, Chinese characters, dots or dashes."), code="username"
        )
    if username.isdigit():
        raise ValidationError(
            _("A username cannot be digits only: that is read as a phone number."), code="digits"
        )


def check_password(password: str, person: Any = None) -> None:
    """Raise ValidationError with one plain sentence for each reason."""
    sentences = {
        "password_too_short": _("The password is too short: use at least 8 characters."),
        "password_too_common": _("This password is too easy to guess: many people use it. Choose another."),
        "password_too_similar": _("The password is too much like your name, username or phone number."),
    }
    try:
        validate_password(password, person)
    except ValidationError as failure:
        raise ValidationError(
            [sentences.get(error.code or "", error.messages[0]) for error in failure.error_list],
            code="password",
        ) from None
