"""Jobs of this room."""

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.core.jobs import job
from yingzao.honours import actions
from yingzao.honours.models import IssueRun


@job("honours.issue_certificates")
def issue_certificates(run_code: str, site: str) -> None:
    """Issue what is missing of a selection's certificates. What stops it is written to the run, for the page to say."""
    runs = IssueRun.objects.select_related("selection__programme__organisation", "asked_by")
    run = runs.defer("selection__snapshot").get(code=run_code)
    if run.asked_by is None:  # the account is gone since
        return actions.stop_run(run=run, problem=_("Whoever asked for this has no account any more."))
    try:
        for _certificate in actions.issue_one_by_one(
            selection=run.selection, by=run.asked_by, site=site, now=run.asked_at, run=run
        ):
            pass  # none is kept: a thousand of them are much
    except Refused as refusal:
        return actions.stop_run(run=run, problem=refusal.sentence)
    return None
