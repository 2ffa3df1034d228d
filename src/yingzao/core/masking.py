"""Masking, the one function of it: 张*, 学***, 138****0001."""

import re

PHONE = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")


def mask_name(name: str) -> str:
    """The first character and one * for each further one. A space counts as nothing."""
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


def mask_phones_in(text: str) -> str:
    """The text with every mobile number in it masked, wherever it stands."""
    return PHONE.sub(lambda found: mask_phone(found[0]), text)
