"""A frozen selection as the rules see it."""

from collections.abc import Mapping

from yingzao.honours.models import Selection, TieDecision
from yingzao.honours.rules.places import Outcome, TieChoice
from yingzao.honours.rules.snapshot import outcome_of
from yingzao.honours.rules.what_if import errors_of, not_separated


def tie_choices(selection: Selection) -> list[TieChoice]:
    """What supervisors decided about ties of the list."""
    decided = TieDecision.objects.filter(selection=selection).values_list("tied", "chosen")
    return [TieChoice(frozenset(tied), frozenset(chosen)) for tied, chosen in decided]


def outcome_now(selection: Selection) -> Outcome:
    """The places that follow from the snapshot and the decisions so far."""
    return outcome_of(selection.snapshot, tie_choices(selection))


def close_to_line(selection: Selection, terms: Mapping) -> frozenset[str]:
    """Who is not separated from the quota's line; nothing is worked out where the marks have no error of their own.

    `terms` are the snapshot or what `frozen_terms` took out of it."""
    errors = errors_of(terms)
    return not_separated(errors, outcome_now(selection)) if errors else frozenset()
