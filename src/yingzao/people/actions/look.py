"""What an organisation's public pages look like and say of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, media
from yingzao.core.errors import Refused
from yingzao.people import rules, settling
from yingzao.people.models import Organisation, Person


@transaction.atomic
def set_look(
    *,
    organisation: Organisation,
    by: Person,
    accent: str = "",
    accent_dark: str = "",
    introduction: str = "",
    logo: Any = None,
    remove_logo: bool = False,
) -> Organisation:
    """Give the public pages a colour, a logo and words. An empty colour is the house's own; one for dark pages that is left empty is
    made from the other. `logo` is an upload; without it the logo stays. Raises Refused (field): not_yours, no_colour, pale, and
    media's own for the logo.
    """
    if not rules.has_right(by, organisation):
        raise Refused(_("Only organisers of the organisation decide about this."), code="not_yours")
    light = _colour(accent, "accent", dark=False)
    night = _colour(accent_dark, "accent_dark", dark=True)
    before = {
        "accent": organisation.accent,
        "accent_dark": organisation.accent_dark,
        "logo": _sha(organisation),
    }
    former = organisation.logo
    organisation.accent = light
    organisation.accent_dark = night or (settling.for_dark_pages(light) if light else "")
    organisation.introduction = introduction.strip()[:2000]
    if logo:
        organisation.logo = media.store(
            logo,
            name="logo",
            accept="image",
            organisation_id=organisation.pk,
            room="people",
            subject=organisation.code,
            uploaded_by=by,
        )
    elif remove_logo:
        organisation.logo = None
    organisation.save(update_fields=["accent", "accent_dark", "introduction", "logo"])
    if former is not None and former != organisation.logo:
        media.remove(former)
    audit.record(
        actor=by,
        act="people.look.changed",
        subject=organisation.code,
        organisation_id=organisation.pk,
        before=before,
        after={
            "accent": organisation.accent,
            "accent_dark": organisation.accent_dark,
            "logo": _sha(organisation),
        },
    )
    return organisation


def _sha(organisation: Organisation) -> str:
    return organisation.logo.sha256 if organisation.logo else ""


def _colour(typed: str, field: str, *, dark: bool) -> str:
    if not typed.strip():
        return ""
    colour = settling.normal_colour(typed)
    if colour is None:
        raise Refused(
            _("Write the colour as # and six digits from 0 to 9 and a to f, such as #0b6e6e."),
            code="no_colour",
            field=field,
        )
    found = settling.weakest(colour, dark=dark)
    if found < settling.ENOUGH:
        told = {"found": f"{int(found * 10) / 10:.1f}"}
        raise Refused(
            _(
                "Too dark: words in this colour have a contrast of %(found)s on dark pages, and 4.5 is needed to read them. Choose a lighter one."
            )
            % told
            if dark
            else _(
                "Too pale: words in this colour have a contrast of %(found)s on the page, and 4.5 is needed to read them. Choose a darker one."
            )
            % told,
            code="pale",
            field=field,
        )
    return colour
