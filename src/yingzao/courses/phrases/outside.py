"""Words for what a list of completions says, and for what is wrong with its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yingzao.core.clock import SHANGHAI
from yingzao.core.masking import mask_phones_in
from yingzao.courses.settling.outside import Told, percent


def column_choices() -> list[tuple[str, str]]:
    return [
        ("", _("not read")),
        ("name", _("name of the person")),
        ("nickname", _("nickname")),
        ("phone", _("telephone number")),
        ("community", _("community or unit")),
        ("code", _("learner number")),
        ("email", _("e-mail address")),
        ("course", _("name of the course")),
        ("lesson", _("name of the lesson")),
        ("progress", _("progress: 85%, 17/20")),
        ("status", _("state: 已完成, 未完成")),
        ("finished", _("time of completion")),
        ("studied", _("time of the last study")),
        ("minutes", _("time spent")),
        ("score", _("score")),
    ]


def problem_sentence(code: str, data: Mapping[str, Any]) -> str:
    """Why nothing of a row counts, and what can be done; or what was left out of one that counts."""
    sentences = {
        "no_person": _("This row has neither a name nor a telephone number."),
        "not_a_name": _("“%(given)s” is not the name of a person."),
        "bad_progress": _("“%(given)s” is not a progress such as 85%% or 17/20."),
        "over_progress": _("“%(given)s” is more than the whole course."),
        "vague_progress": _(
            "“%(given)s” may be a share or a percentage, as other rows count in percent. Write it with %%."
        ),
        "bad_status": _("The state “%(given)s” is not known. Write 已完成 or 未完成."),
        "bad_time": _("The time “%(given)s” cannot be read."),
        "future": _("The time %(given)s is still to come."),
        "before_start": _("The time %(given)s is before the course began (%(start)s)."),
        "no_course": _("This row does not say of which course it is, and the list holds several."),
        "bad_score": _("The score “%(given)s” cannot be read; it is left out."),
        "bad_length": _("The time spent “%(given)s” cannot be read; it is left out."),
        "status_differs": _("The list says “%(given)s” beside the figure; the figure counts."),
    }
    told = {key: mask_phones_in(str(value)) for key, value in data.items()}
    return sentences[code] % told if code in sentences else code


def told_of(told: Told | None) -> str:
    """What a row says, beside whom it means: 85% · 80 minutes · score 92."""
    if told is None:
        return _("no progress known")
    parts = [percent(told.progress)]
    if told.minutes is not None:
        parts.append(_("%(minutes)d minutes") % {"minutes": told.minutes})
    if told.score:
        parts.append(_("score %(score)s") % {"score": told.score})
    return " · ".join(parts)


def time_of(told: Told | None) -> str:
    if told is None:
        return ""
    if told.undated:
        return _("no time in the list; when it comes in counts")
    return f"{told.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def effect_word(effect: str) -> str:
    return {
        "news": _("counts"),
        "same": _("adds nothing new"),
        "less": _("less than shown; stays"),
        "double": _("another row of the same learner counts"),
        "none": _("no progress known"),
        "waits": _("waits for a decision"),
        "aside": _("not a learner"),
        "problem": _("left out"),
    }[effect]
