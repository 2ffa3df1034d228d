"""Keys that sign badges: made, sealed, opened. RSA with 2048 bits, for RS256 is what every verifier of Open Badges 3.0 knows.

A private half is sealed; it names the row that it belongs to, so that it opens nowhere else. Libraries are imported where they are used: few requests sign anything.
"""

import base64
import json
from typing import Any

from yingzao.core import sealing
from yingzao.core.sealing import Unopenable as Unopenable

ALGORITHM = "RS256"
PURPOSE = "yingzao.honours.badge-key"


def make_pair() -> tuple[bytes, bytes]:
    """A private and a public half, as PEM."""
    from openbadgeslib.keys import KeyFactory, KeyType

    return KeyFactory(KeyType.RSA).generate_keypair()


def seal(private: bytes, code: str) -> str:
    """What stands in the database. `code` names the row."""
    return sealing.seal(private, purpose=PURPOSE, row=code)


def unseal(sealed: str, code: str) -> bytes:
    """The private half as PEM. Raises Unopenable."""
    return sealing.unseal(sealed, purpose=PURPOSE, row=code)


def public_jwk(public: str) -> dict[str, Any]:
    """The public half as JWK (RFC 7517)."""
    from openbadgeslib.keys import public_jwk_from_pem

    return public_jwk_from_pem(public.encode()) | {"alg": ALGORITHM, "use": "sig"}


class Signer:
    """Signs JSON as a compact JWS (RFC 7515) and names its key by an address where it can be read."""

    def __init__(self, private: bytes, key_address: str) -> None:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        self._private: Any = load_pem_private_key(private, password=None)
        self.key_address = key_address

    def sign(self, payload: dict[str, Any]) -> str:
        import jwt

        return jwt.encode(payload, self._private, algorithm=ALGORITHM, headers={"kid": self.key_address})


def thumbprint(public: str) -> str:
    """What a key can be told by: SHA-256 of its JWK (RFC 7638), base64url."""
    import hashlib

    jwk = public_jwk(public)
    wanted = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(wanted.encode()).digest()).decode().rstrip("=")
