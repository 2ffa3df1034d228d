"""Who may do what with accounts and rights."""

from yingzao.people import queries
from yingzao.people.enums import Right
from yingzao.people.models import Organisation, Person


def has_right(person: Person, organisation: Organisation, right: Right = Right.ORGANISE) -> bool:
    return queries.open_grants(person).filter(organisation=organisation, right=right, scope_code="").exists()


def may_grant(person: Person, organisation: Organisation) -> bool:
    """Who organises for an organisation may let others do so."""
    return has_right(person, organisation)


def may_reset(person: Person, other: Person) -> bool:
    """Whether nothing in people forbids it: nobody takes over an account that holds rights elsewhere.

    Whether `other` is one of `person`'s learners or staff is for the rooms above to know; they ask that first.
    """
    theirs = set(queries.open_grants(other).values_list("organisation_id", flat=True))
    mine = set(
        queries.open_grants(person)
        .filter(right=Right.ORGANISE, scope_code="")
        .values_list("organisation_id", flat=True)
    )
    return other.is_active and person != other and theirs <= mine
