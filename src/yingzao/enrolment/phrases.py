"""Words for what was found in rosters, and for why a name may mean somebody."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yingzao.core.masking import mask_phones_in
from yingzao.enrolment.queries import Hint
from yingzao.enrolment.readers.roster import Problem


def field_label(name: str) -> str:
    return {
        "number": _("Learner number"),
        "name": _("Name"),
        "phone": _("Phone"),
        "sex": _("Sex"),
        "community": _("Community"),
        "team": _("Team"),
        "post": _("Post"),
        "note": _("Note"),
    }[name]


def problem_sentence(problem: Problem) -> str:
    """What is wrong with a row, or what was mended in it, and what the clerk can do."""
    sentences = {
        "missing_name": _("There is no name in this row. Enter it, or delete the row."),
        "no_name": _("There is no name in this row. Enter it, or delete the row."),
        "bad_phone": _("“%(given)s” is not a mobile number of 11 digits."),
        "several_phones": _("“%(given)s” holds several phone numbers. Keep one of them."),
        "rounded_phone": _(
            "“%(given)s” has lost digits: the table shows the number in short form. Enter it in full as text."
        ),
        "not_a_name": _("“%(given)s” is not the name of one person. Correct it."),
        "masked_phone": _("The phone number “%(given)s” is masked. Enter it in full, or leave it empty."),
        "duplicate_in_file": _("“%(value)s” stands in row %(of)s already."),
        "number_taken": _("Number %(number)s is %(name)s's here. Correct the number or the name."),
        "number_differs": _("%(name)s has the number %(number)s here, and %(given)s in the file."),
        "phone_taken": _("No. %(number)s %(name)s has this phone number. Correct the number or the name."),
        "several": _(
            "%(count)s learners are called %(name)s. Add a number, a phone or a community to tell them apart."
        ),
        "same_learner": _("This row means %(name)s, as row %(row)s does."),
        "left": _(
            "No. %(number)s %(name)s has left the programme. Take the learner back on the learner's page if that is over."
        ),
        "too_long": _("“%(field)s” is longer than %(limit)s characters."),
        "other_sheet": _(
            "The sheet “%(sheet)s” has names too; it was not read. Upload it as a file of its own."
        ),
        "guessed_columns": _(
            "No header says 姓名; the columns were told by what stands in them. Check each below."
        ),
        "hidden_sheet": _("The hidden sheet “%(sheet)s” has names too; it was not read."),
        "sheet_is_hidden": _(
            "The names stand on the hidden sheet “%(sheet)s”. Make sure that it is the right one."
        ),
        "name_spaces": _("Spaces taken out of the name: “%(given)s” → %(to)s."),
        "name_full_width": _("Full-width characters made half-width in the name: “%(given)s” → %(to)s."),
        "community_expanded": _("%(given)s is read as %(to)s."),
        "community_found": _("%(given)s is read as %(community)s."),
        "community_unknown": _("“%(community)s” is no community of the register; it is kept as given."),
    }
    data = {key: mask_phones_in(value) for key, value in problem.data.items()}
    if problem.code == "too_long":
        data["field"] = field_label(data["field"])
    try:
        return sentences[problem.code] % data
    except KeyError:
        return problem.code


def hint_sentence(hint: Hint) -> str:
    """Why a registration may be somebody who is known already."""
    if hint.code == "again":
        return _("registered more than once")
    sentences = {
        "phone": _("same phone number as No. %(number)s %(name)s"),
        "same": _("same name and community as No. %(number)s"),
        "like": _("sounds like No. %(number)s %(name)s, same community"),
        "left": _("No. %(number)s %(name)s has left the programme"),
        "namesake": _("same name as No. %(number)s, another community"),
    }
    learner = hint.learner
    data = {"number": learner.number, "name": learner.name} if learner else {}
    return sentences[hint.code] % data


def chief_reason(reason: str) -> str:
    """Why a name waits."""
    return {
        "homonyms": _("Two or more learners have this name."),
        "shared_device": _("Two people seem to share one device."),
        "renamed": _("The name was changed during the meeting."),
        "contradiction": _("Two things in the row point to different people."),
        "against": _("The name fits, but something in the row speaks against it."),
        "similar": _("The name is like a learner's, not the same."),
        "no_name": _("There is no name in the row."),
        "device_name": _("The name is only that of a device."),
        "not_on_roster": _("Nobody on the roster has a name like it."),
        "undone": _("The decision before was undone."),
    }.get(reason, "")


def decided_because(reason: str) -> str:
    """Why a name was linked or set aside without anybody being asked, or that a person decided."""
    return {
        "phone": _("same phone number"),
        "email": _("same e-mail address"),
        "code": _("same learner number"),
        "community_name": _("same community and name"),
        "unique_name": _("the only learner of this name, nothing against it"),
        "remembered": _("decided so before in this programme"),
        "host": _("host of the meeting"),
        "decided": _("decided by hand"),
    }.get(reason, reason)


def candidate_reason(reason: Mapping[str, Any]) -> str:
    """One reason for or against a candidate."""
    detail = reason.get("detail", "")
    sentences = {
        "whole_name": _("name in full"),
        "same_community": _("same community"),
        "phone": _("same phone number"),
        "code": _("same learner number"),
        "email": _("same e-mail address"),
        "community_name": _("same community and name"),
        "unique_name": _("the only learner of this name"),
        "remembered": _("decided so before"),
        "full_width": _("differs by character width only"),
        "traditional": _("traditional for simplified characters"),
        "near_shape": _("a character that looks alike"),
        "similar_name": _("similar name"),
        "name_inside": _("name inside a longer text"),
        "given_name": _("given name only"),
        "phone_tail": _("end of the phone number"),
        "renamed": _("renamed during the meeting"),
        "shared_device": _("shares a device"),
        "homonym": _("another learner has the same name"),
        "other_community": _("another community"),
        "unknown_place": _("a place that is no community of ours"),
        "other_phone": _("another phone number"),
        "other_code": _("another learner number"),
        "unexplained": _("something in the name is not explained"),
        "other_name": _("another name beside it"),
    }
    told = sentences.get(reason["code"], reason["code"])
    return _("%(reason)s (%(detail)s)") % {"reason": told, "detail": detail} if detail else told


AGAINST = frozenset(
    {"homonym", "other_community", "unknown_place", "other_phone", "other_code", "unexplained", "other_name"}
)
