"""Words for what stages allow and roles may do."""

from django.utils.translation import gettext as _

from yingzao.programmes.enums import Act, Role
from yingzao.programmes.rules import STAGE_ACTS


def allows(kind: str) -> str:
    """What a stage of this kind lets people do, as one sentence."""
    acts = [str(act.label) for act in Act if act in STAGE_ACTS[kind]]
    return _("While it is open: %(acts)s.") % {"acts": _(", ").join(acts)}


def role_does(role: str) -> str:
    return {
        Role.ORGANISER: _("Runs the programme: learners, activities, judging, certificates."),
        Role.MENTOR: _("Looks after a team and reads its learners' records."),
        Role.JUDGE: _("Scores what is assigned, and sees no other judge's marks."),
        Role.SUPERVISOR: _("Reads everything, changes nothing, approves the list."),
        Role.EDITOR: _("Writes and publishes stories."),
        Role.HOST: _("Receives visits in a community."),
    }[Role(role)]
