"""Codes: how rows are named in addresses, exports and on paper."""

import secrets
from typing import Any

from django.db import models

# No 0/O, 1/I/L, U/V pairs: codes are read out over the telephone and typed from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_code(length: int = 8) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class CodeField(models.CharField):
    """A random, unguessable name that never changes."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 16)
        options.setdefault("default", new_code)
        options.setdefault("unique", True)
        options.setdefault("editable", False)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """A migration names what differs from this class, and Django leaves out what is its own default, as `unique=False` is."""
        name, path, args, options = super().deconstruct()
        if not self.unique:
            options["unique"] = False
        return name, path, args, options
