"""A frozen selection as the rules see it."""

from yingzao.honours.models import Selection, TieDecision
from yingzao.honours.rules.places import Outcome, TieChoice
from yingzao.honours.rules.snapshot import outcome_of


def tie_choices(selection: Selection) -> list[TieChoice]:
    """What supervisors decided about ties of the list."""
    decided = TieDecision.objects.filter(selection=selection).values_list("tied", "chosen")
    return [TieChoice(frozenset(tied), frozenset(chosen)) for tied, chosen in decided]


def outcome_now(selection: Selection) -> Outcome:
    """The places that follow from the snapshot and the decisions so far."""
    return outcome_of(selection.snapshot, tie_choices(selection))
