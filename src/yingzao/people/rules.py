"""Who may do what with accounts and rights."""

from yingzao.people import queries
from yingzao.people.enums import Right
from yingzao.people.models import Organisation, Person


def has_right(person: Person, organisation: Organisation, right: Right = Right.ORGANISE) -> bool:
    return queries.open_grants(person).filter(organisation=organisation, right=right, scope_code="").exists()


def may_grant(person: Person, organisation: Organisation) -> bool:
    """Who organises for an organisation may let others do so."""
    return has_right(person, organisation)


def may_reset(person: Person, other: Person, organisation: Organisation) -> bool:
    """Whether an organiser of `organisation` may let `other` set a new password, as far as people knows.

    Nobody takes over an account that holds a right elsewhere, or one for a whole organisation without holding it too.
    That `other` is one of theirs, and what roles it has elsewhere, is for the rooms above.
    """
    if not other.is_active or person == other:
        return False
    organised = set(queries.organisations_of(person).values_list("pk", flat=True))
    for held in queries.open_grants(other):
        if held.organisation_id in organised:
            continue
        if held.organisation_id != organisation.pk or held.scope_code == "":
            return False
    return True
