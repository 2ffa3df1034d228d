"""What can be done to activities: record evidence, plan, hand in."""

from yingzao.activities.actions.entries import (
    accept_version,
    freeze_portfolio,
    return_version,
    save_draft,
    submit_draft,
)
from yingzao.activities.actions.evidence import (
    NewFact,
    Recomputed,
    Recorded,
    key_from,
    mark_held,
    recompute_all,
    record_evidence,
    resettle,
    withdraw_evidence,
)
from yingzao.activities.actions.plan import (
    PlanImported,
    cancel_activity,
    copy_plan,
    import_plan,
    restore_activity,
    save_activity,
)

__all__ = [
    "NewFact",
    "PlanImported",
    "Recomputed",
    "Recorded",
    "accept_version",
    "cancel_activity",
    "copy_plan",
    "freeze_portfolio",
    "import_plan",
    "key_from",
    "mark_held",
    "recompute_all",
    "record_evidence",
    "resettle",
    "restore_activity",
    "return_version",
    "save_activity",
    "save_draft",
    "submit_draft",
    "withdraw_evidence",
]
