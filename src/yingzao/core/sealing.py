"""What opens a door is kept sealed: whoever reads a table or a backup alone, without the instance's secret key, can use none of it.

    class Robot(Owned):
        address = SealedField("notices.robot.address")

AES-GCM under a key that HKDF draws from the secret key for one purpose, so that what was sealed for one place opens in no other.
Libraries are imported where they are used: few requests open anything.
"""

import base64
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

NONCE = 12  # bytes
MARK = "sealed:"


class Unopenable(Exception):
    """It was sealed under another secret key: a backup without its own."""


def seal(data: bytes, *, purpose: str, row: str = "") -> str:
    """What stands in the database. `row` names where it belongs to, and has to be said again to open it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE)
    return base64.b64encode(nonce + AESGCM(_key(purpose)).encrypt(nonce, data, row.encode())).decode()


def unseal(sealed: str, *, purpose: str, row: str = "") -> bytes:
    """Raises Unopenable."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        data = base64.b64decode(sealed)
        return AESGCM(_key(purpose)).decrypt(data[:NONCE], data[NONCE:], row.encode())
    except (InvalidTag, ValueError):
        raise Unopenable(purpose) from None


def _key(purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(settings.SECRET_KEY.encode())


class SealedField(models.TextField):
    """A text that stands sealed in the table and is itself in the program. Empty stays empty; what cannot be opened is empty too.
    It cannot be looked for. A text of before it was sealed is read as it stands, and one that is sealed already is written so."""

    def __init__(self, purpose: str, **options: Any) -> None:
        self.purpose = purpose
        super().__init__(**options | {"blank": True})

    def deconstruct(self) -> Any:
        name, path, _arguments, options = super().deconstruct()
        options.pop("blank", None)
        return name, path, [self.purpose], options

    def get_prep_value(self, value: Any) -> Any:
        if not value or value.startswith(MARK):
            return value
        return MARK + seal(value.encode(), purpose=self.purpose)

    def as_it_stands(self) -> Cast:
        """What the table has, for `values_list`."""
        return Cast(self.attname, models.TextField())

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        if not value or not value.startswith(MARK):
            return value
        try:
            return unseal(value.removeprefix(MARK), purpose=self.purpose).decode()
        except Unopenable:
            return ""
