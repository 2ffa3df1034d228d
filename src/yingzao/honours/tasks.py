"""Jobs of this room."""

from yingzao.core.errors import Refused
from yingzao.core.jobs import job
from yingzao.honours import actions
from yingzao.honours.models import IssueRun


@job("honours.issue_certificates")
def issue_certificates(run_code: str, site: str) -> None:
    """Issue what is missing of a selection's certificates. What stops it is written to the run, for the page to say."""
    run = IssueRun.objects.select_related("selection", "asked_by").get(code=run_code)
    try:
        actions.issue_certificates(
            selection=run.selection, by=run.asked_by, site=site, now=run.asked_at, run=run
        )
    except Refused as refusal:
        actions.stop_run(run=run, problem=refusal.sentence)
