"""Masking, the one function of it: 张*, 学***, 138****0001; identity-card numbers go whole."""

import re
import unicodedata

from yingzao.core.erasing import Erased

PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")

_PHONE_OR_HASH = re.compile(rf"(?P<hash>(?<![0-9A-Za-z])[0-9a-f]{{64}}(?![0-9A-Za-z]))|{PHONE.pattern}")

# 18 characters with a date of birth in the middle, or 15 of the old kind; people write spaces or dashes between the groups.
IDENTITY_NUMBER = re.compile(
    r"(?<![\dA-Za-z])[1-9]\d{5}[\s-]?(?:(?:18|19|20)\d{2}[\s-]?(?:0[1-9]|1[0-2])[\s-]?(?:0[1-9]|[12]\d|3[01])[\s-]?\d{3}[\dXx]"
    r"|\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?![\dA-Za-z])",
    re.ASCII,
)


def mask_name(name: str) -> str:
    """The first character and one * for each further one. A space counts as nothing; what stands for an erased name stays."""
    if isinstance(name, Erased):
        return name
    name = "".join(name.split())
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """138****0001 for 11 digits; for anything else, its last two digits at most."""
    digits = "".join(c for c in phone if c.isdigit())
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:] if len(digits) > 4 else "*" * len(digits)


def mask_contact(contact: str) -> str:
    """A telephone as `mask_phone` shows it, of an e-mail address the first letter and the host, of anything else the first
    character."""
    name, at, host = contact.strip().partition("@")
    if at:
        return f"{name[:1]}****@{host}"
    if sum(c.isdigit() for c in name) > 4:
        return mask_phone(name)
    return name[:1] + "*" * (len(name) - 1)


def mask_phones_in(text: str) -> str:
    """The text with every mobile number in it masked, wherever it stands. A SHA-256 stays whole: one in three hundred has such
    figures in a row."""
    return _PHONE_OR_HASH.sub(lambda found: found[0] if found["hash"] else mask_phone(found[0]), text)


def has_identity_number(text: str) -> bool:
    """Whether an identity-card number stands anywhere in the text."""
    if len(text) < 15:
        return False
    return IDENTITY_NUMBER.search(unicodedata.normalize("NFKC", text)) is not None


def without_identity_numbers(text: str) -> str:
    """The text with a row of stars for every identity-card number in it: not a digit of one is kept."""
    if not has_identity_number(text):
        return text
    return IDENTITY_NUMBER.sub("****", unicodedata.normalize("NFKC", text))
