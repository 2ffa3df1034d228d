"""What a badge says, and where its parts are published. No database, no signatures."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils import translation
from django.utils.translation import gettext as _

from yingzao.honours.enums import CertificateKind
from yingzao.honours.models import LIST_SIZE
from yingzao.honours.rules.layout import LANGUAGE

FORMAT = "yingzao-achievement/1"
TYPES = {CertificateKind.COMPLETION: "CertificateOfCompletion", CertificateKind.HONOUR: "Award"}


@dataclass(frozen=True)
class Addresses:
    """Where a badge's public parts are read; whole addresses."""

    issuer: str
    key: str
    achievement: str
    picture: str
    status: str
    verify: str


class Finding(StrEnum):
    """What came of looking at a badge file."""

    VALID = "valid"
    REVOKED = "revoked"
    DOCTORED = "doctored"
    UNKNOWN = "unknown"  # signed with a key of ours, and not in the register
    FOREIGN = "foreign"
    RECORD = "record"  # no badge: a learner's record that was signed here


def achievement_words(*, kind: str, programme: str, issuer: str, least: str) -> dict[str, str]:
    """What a badge of this kind stands for, in the language of the certificates. `least` is a percentage, such as 60."""
    told = {"programme": programme, "least": least}
    with translation.override(LANGUAGE):
        if kind == CertificateKind.HONOUR:
            description = _("Selected as an outstanding learner of “%(programme)s”.") % told
            criteria = (
                _(
                    "Chosen for “%(programme)s” by a published scheme from duties done and judged work; approved by "
                    "the supervising committee and put up for objection, with every objection answered."
                )
                % told
            )
        else:
            description = _("Completed “%(programme)s”.") % told
            criteria = (
                _(
                    "At least %(least)s%% of the duties of “%(programme)s” done, counted from evidence that can be traced."
                )
                % told
            )
        name = f"{programme} {CertificateKind(kind).label}"
    return {
        "format": FORMAT,
        "kind": kind,
        "name": name,
        "description": description,
        "criteria": criteria,
        "issuer": issuer,
    }


def identity_hash(name: str, salt: str) -> str:
    """SHA-256 over name and salt, as Open Badges writes it (IdentityHash)."""
    return "sha256$" + hashlib.sha256((name + salt).encode()).hexdigest()


def status_place(index: int) -> tuple[int, int]:
    """Which status list of its key a badge stands in, from 0, and which bit of it is its own."""
    return divmod(index, LIST_SIZE)


def achievement_json(frozen: Mapping[str, str], *, address: str, picture: str) -> dict:
    """An Achievement of Open Badges 3.0 (B.1.1)."""
    return {
        "id": address,
        "type": ["Achievement"],
        "name": frozen["name"],
        "description": frozen["description"],
        "criteria": {"narrative": frozen["criteria"]},
        "achievementType": TYPES[CertificateKind(frozen["kind"])],
        "image": {"id": picture, "type": "Image"},
        "inLanguage": "zh-CN",
    }


def profile_json(*, address: str, name: str, url: str) -> dict:
    """The issuer's Profile of Open Badges 3.0 (B.1.17)."""
    return {"id": address, "type": ["Profile"], "name": name, "url": url}
