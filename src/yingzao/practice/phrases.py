"""The rule of a practice task, a reason and what is missing, as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.communities.enums import NeedSource
from yingzao.communities.models import Leader, Need
from yingzao.core.masking import mask_phones_in
from yingzao.practice.enums import PartKind
from yingzao.practice.settling.parts import Asked, Line, asked_parts


def ask(rule: Mapping[str, Any]) -> str:
    parts = asked_parts(rule)
    characters, photos = int(rule.get("characters", 0)), int(rule.get("photos", 0))
    if parts:
        wanted = [ask_part(part) for part in parts]
        if photos:
            wanted.append(ngettext("%(count)d photo", "%(count)d photos", photos) % {"count": photos})
        return _("Hand in: %(wanted)s.") % {"wanted": _("; ").join(wanted)}
    if photos:
        return _("Hand in at least %(characters)d characters and %(photos)d photos.") % {
            "characters": characters,
            "photos": photos,
        }
    return _("Hand in at least %(characters)d characters.") % {"characters": characters}


def ask_part(part: Asked) -> str:
    """What one part asks for, short: 3 needs by survey or interview."""
    if part.kind == PartKind.LEADERS:
        return ngettext("%(count)d leader", "%(count)d leaders", part.count) % {"count": part.count}
    if part.kind == PartKind.NEEDS:
        return _ask_needs(part)
    said = part.title or str(PartKind(part.kind).label)
    wanted = _wanted(part)
    if not wanted:
        return said
    return _("%(part)s (%(wanted)s)") % {"part": said, "wanted": _(", ").join(wanted)}


def ask_under_its_name(part: Asked) -> str:
    """What one part asks for, where its name stands beside it."""
    if part.is_written:
        return _(", ").join(_wanted(part)) or str(PartKind(part.kind).label)
    return ask_part(part)


def _wanted(part: Asked) -> list[str]:
    wanted = []
    if part.characters:
        wanted.append(
            ngettext("at least %(count)d character", "at least %(count)d characters", part.characters)
            % {"count": part.characters}
        )
    if part.files:
        wanted.append(ngettext("%(count)d file", "%(count)d files", part.files) % {"count": part.files})
    return wanted


def _ask_needs(part: Asked) -> str:
    said = ngettext("%(count)d need", "%(count)d needs", part.count) % {"count": part.count}
    labels = dict(NeedSource.choices)
    if part.methods:
        methods = _(" or ").join(str(labels[one]) for one in part.methods if one in labels)
        said = _("%(needs)s by %(methods)s") % {"needs": said, "methods": methods}
    if part.ways > 1:
        said = _("%(needs)s, in at least %(count)d different ways") % {"needs": said, "count": part.ways}
    return said


def lines_in(reason: Mapping[str, Any]) -> list[Line]:
    return [Line(**told) for told in reason.get("lines", ())]


def say_line(line: Line) -> str:
    """What one part holds of what it asks for."""
    words = {
        "leaders": _("%(found)d of %(asked)d leaders"),
        "needs": _("%(found)d of %(asked)d needs"),
        "ways": _("%(found)d of %(asked)d ways of asking"),
        "files": _("%(found)d of %(asked)d files"),
        "characters": _("%(part)s: %(found)d of %(asked)d characters"),
    }
    if line.unit == "characters" and line.asked <= 1:
        return (
            _("%(part)s: written") % {"part": line.title}
            if line.is_met
            else _("%(part)s: empty") % {"part": line.title}
        )
    return words[line.unit] % {"found": line.found, "asked": line.asked, "part": line.title}


def say_missing(line: Line) -> str:
    count = {"count": line.missing}
    match line.unit:
        case "leaders":
            return ngettext("%(count)d leader", "%(count)d leaders", line.missing) % count
        case "needs":
            return ngettext("%(count)d need", "%(count)d needs", line.missing) % count
        case "ways":
            return (
                ngettext("%(count)d other way of asking", "%(count)d other ways of asking", line.missing)
                % count
            )
        case "files":
            return ngettext("%(count)d file", "%(count)d files", line.missing) % count
    if line.asked <= 1:
        return line.title
    return _("%(part)s: %(count)d characters") % {"part": line.title, "count": line.missing}


def phrase(reason: Mapping[str, Any]) -> str:
    lines = lines_in(reason)
    is_whole = reason["code"] == "practice.handed_in"
    if lines:
        told = _("; ").join(say_line(line) for line in lines)
        return _("Handed in: %(told)s.") % {"told": told}
    if is_whole:
        if not reason["photos"] and not reason["asked_photos"]:
            return _("Handed in with %(characters)d characters.") % reason
        return _("Handed in with %(characters)d characters and %(photos)d photos.") % reason
    if not reason["photos"] and not reason["asked_photos"]:
        return _("Handed in with %(characters)d of %(asked)d characters.") % reason
    return (
        _("Handed in with %(characters)d of %(asked)d characters and %(photos)d of %(asked_photos)d photos.")
        % reason
    )


def missing(reasons: Sequence[Mapping[str, Any]]) -> str:
    short = next((r for r in reasons if r["code"] == "practice.short"), None)
    if short is None:
        return _("Nothing stands handed in.")
    wanting = [say_missing(line) for line in lines_in(short) if not line.is_met]
    if wanting:
        return _("Still missing: %(what)s.") % {"what": _("; ").join(wanting)}
    characters = max(short["asked"] - short["characters"], 0)
    photos = max(short["asked_photos"] - short["photos"], 0)
    if characters and photos:
        return _("%(characters)d characters and %(photos)d photos are missing.") % {
            "characters": characters,
            "photos": photos,
        }
    if photos:
        return ngettext("%(count)d photo is missing.", "%(count)d photos are missing.", photos) % {
            "count": photos
        }
    return ngettext("%(count)d character is missing.", "%(count)d characters are missing.", characters) % {
        "count": characters
    }


def say_leader(leader: Leader) -> str:
    """A leader as somebody reads of them who must not know who it is: what they are good at, would do, and how far they came."""
    if leader.erased_at:
        return _("A leader, withdrawn since")
    told = [mask_phones_in(one) for one in (leader.good_at, leader.willing_to) if one]
    return _("A leader: %(told)s") % {"told": _("; ").join([*told, str(leader.get_step_display())])}


def say_need(need: Need) -> str:
    told = [mask_phones_in(one) for one in (need.whose, need.evidence) if one]
    return _("A need: %(title)s (%(told)s)") % {
        "title": mask_phones_in(need.title),
        "told": _("; ").join([*told, str(need.get_source_display())]),
    }


def say_idea(idea: Mapping[str, str]) -> str:
    """What a report builds on, for a judge: the learner's own words and where it was seen."""
    return _("Builds on a visit (%(where)s): %(text)s") % {
        "where": idea["where"],
        "text": mask_phones_in(idea["text"]),
    }
