"""The example's accounts: one for each role, and every learner's own."""

from __future__ import annotations

from yingzao.enrolment import actions as enrolment
from yingzao.people import actions as people
from yingzao.people.models import Organisation, Person
from yingzao.people.queries import current_privacy_notice
from yingzao.programmes import actions as programmes
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole

ROLES = {
    "组织者": Role.ORGANISER,
    "导师": Role.MENTOR,
    "评委": Role.JUDGE,
    "督导委员": Role.SUPERVISOR,
    "编辑": Role.EDITOR,
    "接待": Role.HOST,
}


def make_account(name: str, phone: str) -> Person:
    """An account without a password: the example's people come in by their buttons. They have agreed to the notice."""
    person = people.create_account(by=None, display_name=name, phone=phone, check=False)
    notice = current_privacy_notice()
    if notice is not None:
        people.agree_to_notice(person=person, notice=notice)
    return person


def take_roles(
    programme: Programme, by: Person, rows: list[dict[str, object]], accounts: dict[str, Person]
) -> None:
    """Give each person of the sheet the role it names. The organiser who builds the example has one already."""
    for row in rows:
        name, phone = str(row["姓名"]), str(row["联系电话"])
        role = ROLES[str(row["角色"])]
        if name not in accounts:
            accounts[name] = make_account(name, phone)
        if StaffRole.objects.filter(programme=programme, role=role, person=accounts[name]).exists():
            continue
        programmes.add_staff(
            programme=programme,
            by=by,
            role=role,
            name=name,
            unit=str(row["单位"] or ""),
            phone=phone,
            person=accounts[name],
        )


def join_learners(programme: Programme, accounts: dict[str, Person]) -> None:
    """Every learner has an account of the same number in both editions."""
    for learner in programme.enrolments.filter(person=None):
        key = learner.phone or learner.name
        if key not in accounts:
            accounts[key] = make_account(learner.name, learner.phone)
        enrolment.join(enrolment=learner, person=accounts[key])


def organisation(name: str) -> Organisation:
    return people.create_organisation(by=None, name=name, short_name=name.removesuffix("办事处"))
