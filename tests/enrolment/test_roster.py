from pathlib import Path

import pytest

from tests.enrolment.rosters import csv
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.communities.models import Community
from yingzao.core import ports
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.enrolment import actions, queries, signals
from yingzao.enrolment.enums import EnrolmentState, SourceState
from yingzao.enrolment.models import Enrolment, SourceFile, SourceRow, Team
from yingzao.programmes.enums import Act, ProgrammeState, Role

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parents[2] / "examples/guicheng-2021/学员花名册.xlsx"


def read(programme, by, data, name="花名册.csv"):
    return actions.read_roster(programme=programme, by=by, data=data, name=name)


def confirmed(programme, by, data):
    source = read(programme, by, data)
    return source, actions.confirm_roster(source, by=by)


def kinds(plan):
    return [(change.row, change.kind) for change in plan.taken]


def codes(problems):
    return [(problem.row, problem.code) for problem in problems]


# What reading and looking do


def test_reading_keeps_the_file_and_writes_nothing_else(programme, by, row_counts):
    before = row_counts()
    source = read(programme, by, csv("01,学员甲,女,桂一社区,第一组,13800138001,"))
    actions.preview_roster(source)
    after = row_counts()
    assert {label: after[label] - n for label, n in before.items() if after[label] != n} == {
        "core.AuditLine": 1,
        "core.StoredFile": 1,
        "enrolment.SourceFile": 1,
    }


def test_same_bytes_are_the_same_file(programme, by):
    data = csv("01,学员甲,女,桂一社区,第一组,13800138001,")
    first, again = read(programme, by, data), read(programme, by, data, name="另一个名字.csv")
    assert first == again
    assert SourceFile.objects.count() == StoredFile.objects.count() == 1


def test_same_bytes_belong_to_each_programme_apart(programme, by):
    data = csv("01,学员甲,女,桂一社区,第一组,13800138001,")
    other = StaffRoleFactory()
    assert read(programme, by, data) != read(other.programme, other.person, data)


def test_reading_is_for_organisers(programme):
    for person in (PersonFactory(), StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person):
        with pytest.raises(Refused):
            read(programme, person, csv("01,学员甲,女,桂一社区,第一组,13800138001,"))
    assert not SourceFile.objects.exists()


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", "没有表头,的表".encode(), b"%PDF-1.7"])
def test_what_is_no_roster_is_refused_and_not_kept(programme, by, data):
    with pytest.raises(Refused):
        read(programme, by, data)
    assert not SourceFile.objects.exists()


# What confirming writes


def test_example_roster(programme, by):
    source = read(programme, by, EXAMPLE.read_bytes(), EXAMPLE.name)
    plan = actions.confirm_roster(source, by=by)
    assert (len(plan.new), codes(plan.problems)) == (Enrolment.objects.count(), [])
    assert len(plan.new) >= 90
    first = Enrolment.objects.order_by("number").first()
    assert (first.number, first.name, first.community.name, first.team.name, first.phone) == (
        "01",
        "学员01",
        "桂一社区",
        "第一组",
        "13800138001",
    )
    assert Enrolment.objects.get(number="06").name == "学员06"
    assert not Enrolment.objects.filter(community=None).exists()


def test_confirmed_file_changes_nothing_a_second_time(programme, by, row_counts):
    data = csv("01,学员甲,女,桂一社区,第一组,13800138001,", "02,学员乙,男,桂二社区,第二组,13800138002,")
    source, _ = confirmed(programme, by, data)
    before = row_counts()
    again = read(programme, by, data)
    plan = actions.confirm_roster(again, by=by)
    assert again == source
    assert again.state == SourceState.CONFIRMED
    assert plan.changes_nothing
    assert row_counts() == before


def test_confirming_makes_learners_teams_and_communities(programme, by):
    CommunityFactory(organisation=programme.organisation, name="灯湖社区")
    _, plan = confirmed(
        programme, by, csv("01,学员甲,女,灯湖,第一组,13800138001,", "02,学员乙,男,桂二社区居委会,第一组,,")
    )
    assert (plan.new_teams, plan.new_communities) == (("第一组",), ("桂二社区",))
    assert sorted(Community.objects.values_list("name", flat=True)) == ["桂二社区", "灯湖社区"]
    assert list(Enrolment.objects.values_list("number", "community__name", "community_as_given")) == [
        ("01", "灯湖社区", "灯湖"),
        ("02", "桂二社区", "桂二社区居委会"),
    ]
    assert [team.size for team in queries.teams_of(programme)] == [2]


def test_place_that_is_no_community_is_kept_as_given_and_linked_to_nothing(programme, by):
    CommunityFactory(organisation=programme.organisation, name="叠南社区")
    _, plan = confirmed(programme, by, csv("01,学员甲,女,叠滘,第一组,13800138001,"))
    learner = Enrolment.objects.get()
    assert (learner.community, learner.community_as_given) == (None, "叠滘")
    assert codes(plan.notices) == [(2, "community_unknown")]


def test_numbers_are_given_where_there_are_none(programme, by):
    EnrolmentFactory(programme=programme, number="07")
    confirmed(programme, by, csv("学员甲", "学员乙", header="姓名"))
    assert list(Enrolment.objects.values_list("number", flat=True)) == ["07", "08", "09"]


def test_identity_card_numbers_are_never_stored(programme, by):
    card = "440605199001011234"
    data = csv(f"学员甲,13800138001,{card}", header="姓名,手机,身份证号码")
    source = read(programme, by, data)
    chosen = {"columns": {"0": "name", "1": "phone", "2": "remark"}}
    actions.confirm_roster(source, by=by, mapping=chosen)
    learner = Enrolment.objects.get()
    assert card not in repr([vars(learner), SourceRow.objects.get().cells, source.mapping, source.changes])
    assert card not in repr(list(AuditLine.objects.values()))


def test_columns_can_be_chosen_and_are_remembered(programme, by):
    header = "姓名,曾用名,手机"
    chosen = {"columns": {"1": "name", "2": "phone"}}
    source = read(programme, by, csv("学员甲,甲一,13800138001", header=header))
    actions.confirm_roster(source, by=by, mapping=chosen)
    assert Enrolment.objects.get().name == "甲一"
    later = read(programme, by, csv("学员乙,乙一,13800138002", header=header))
    _, plan = actions.preview_roster(later)
    assert [c.fields["name"] for c in plan.taken] == ["乙一"]


@pytest.mark.parametrize(
    ("columns", "code"), [({"2": "phone"}, "no_name_column"), ({"0": "name", "1": "name"}, "twice")]
)
def test_columns_that_cannot_be_are_refused(programme, by, columns, code):
    source = read(programme, by, csv("学员甲,甲一,13800138001", header="姓名,曾用名,手机"))
    with pytest.raises(Refused) as refusal:
        actions.preview_roster(source, {"columns": columns})
    assert refusal.value.code == code


def test_changes_are_told_field_by_field(programme, by):
    team = TeamFactory(programme=programme, name="第一组")
    EnrolmentFactory(
        programme=programme,
        number="01",
        name="学员甲",
        phone="13800138001",
        community_as_given="桂一社区",
        team=team,
    )
    source = read(programme, by, csv("01,学员甲,女,桂二社区,第二组,13800138009,"))
    _, plan = actions.preview_roster(source)
    [change] = plan.changed
    assert [(c.field, c.before, c.after) for c in change.changes] == [
        ("phone", "13800138001", "13800138009"),
        ("sex", "", "女"),
        ("community", "桂一社区", "桂二社区"),
        ("team", "第一组", "第二组"),
    ]
    actions.confirm_roster(source, by=by)
    learner = Enrolment.objects.get()
    assert (learner.phone, learner.team.name, learner.community.name) == ("13800138009", "第二组", "桂二社区")


def test_empty_cells_erase_nothing(programme, by):
    learner = EnrolmentFactory(
        programme=programme, number="01", name="学员甲", phone="13800138001", note="党员"
    )
    _, plan = confirmed(programme, by, csv("01,学员甲,,,,,"))
    learner.refresh_from_db()
    assert (kinds(plan), learner.phone, learner.note) == ([(2, "unchanged")], "13800138001", "党员")


def test_importing_never_touches_an_account(programme, by):
    person = PersonFactory(display_name="旧名", phone="+8613800138001")
    EnrolmentFactory(programme=programme, number="01", name="学员甲", person=person)
    confirmed(programme, by, csv("01,学员甲,女,桂二社区,,13900139000,", "02,旧名,女,桂二社区,,13800138001,"))
    person.refresh_from_db()
    assert (person.display_name, person.phone) == ("旧名", "+8613800138001")
    assert Enrolment.objects.get(number="02").person is None


def test_same_names_are_named_with_their_rows(programme, by):
    EnrolmentFactory(
        programme=programme, number="01", name="学员甲", community_as_given="桂一社区", phone="13800138001"
    )
    source = read(
        programme, by, csv("02,学员甲,女,桂二社区,,13800138002,", "03,学员乙,女,桂二社区,,13800138003,")
    )
    _, plan = actions.preview_roster(source)
    assert plan.same_names == {"学员甲": (2,)}
    assert len(plan.new) == 2


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("01,学员乙,女,桂一社区,,13800138002,", "number_taken"),
        ("02,学员乙,女,桂一社区,,13800138001,", "phone_taken"),
        ("02,学员甲,女,桂一社区,,13800138001,", "number_differs"),
        ("02,,女,桂一社区,,13800138002,", "missing_name"),
        ("02,学员乙,女,桂一社区,,138001,", "bad_phone"),
        ("02,学员乙,女,桂一社区,,138****0002,", "masked_phone"),
        (f"02,{'甲' * 61},女,桂一社区,,13800138002,", "too_long"),
    ],
)
def test_rows_that_cannot_be_taken_are_left_out_with_a_reason(programme, by, line, code):
    EnrolmentFactory(
        programme=programme, number="01", name="学员甲", phone="13800138001", community_as_given="桂一社区"
    )
    source = read(programme, by, csv("09,学员九,女,桂九社区,,13800138009,", line))
    _, plan = actions.preview_roster(source)
    assert (kinds(plan), codes(plan.problems)) == ([(2, "new")], [(3, code)])
    actions.confirm_roster(source, by=by)
    assert list(Enrolment.objects.values_list("number", flat=True)) == ["01", "09"]


def test_two_that_could_be_meant_are_a_problem(programme, by):
    for number in ("01", "02"):
        EnrolmentFactory(
            programme=programme, number=number, name="学员甲", community_as_given="桂一社区", phone=""
        )
    _, plan = actions.preview_roster(read(programme, by, csv("学员甲,桂一社区", header="姓名,社区")))
    assert codes(plan.problems) == [(2, "several")]


def test_who_left_stays_away(programme, by):
    learner = EnrolmentFactory(
        programme=programme, number="01", name="学员甲", state=EnrolmentState.WITHDRAWN
    )
    source = read(programme, by, csv("01,学员甲,女,桂一社区,,,", "02,学员乙,女,桂一社区,,,"))
    _, plan = actions.preview_roster(source)
    assert codes(plan.problems) == [(2, "left")]
    actions.confirm_roster(source, by=by)
    learner.refresh_from_db()
    assert learner.state == EnrolmentState.WITHDRAWN


def test_learners_whom_the_file_leaves_out_stay_and_are_named(programme, by):
    learner = EnrolmentFactory(programme=programme, number="01", name="学员甲")
    _, plan = confirmed(programme, by, csv("02,学员乙,女,桂一社区,,,"))
    assert plan.missing == (learner,)
    assert Enrolment.objects.filter(state=EnrolmentState.ACTIVE).count() == 2


def test_file_without_a_row_that_can_be_taken_is_not_confirmed(programme, by):
    source = read(programme, by, csv("01,学员甲,女,桂一社区,,138,"))
    with pytest.raises(Refused):
        actions.confirm_roster(source, by=by)
    source.refresh_from_db()
    assert source.state == SourceState.READ


def test_confirming_is_announced_with_those_who_changed_only(programme, by):
    EnrolmentFactory(
        programme=programme, number="01", name="学员甲", sex="女", community_as_given="桂一社区", phone=""
    )
    heard = []

    def hear(sender, programme, enrolments, **further):
        heard.append((programme, [e.name for e in enrolments]))

    signals.enrolments_changed.connect(hear)
    try:
        confirmed(programme, by, csv("01,学员甲,女,桂一社区,,,", "02,学员乙,女,桂一社区,,,"))
    finally:
        signals.enrolments_changed.disconnect(hear)
    assert heard == [(programme, ["学员乙"])]


def test_running_programme_takes_learners_only_while_a_stage_allows(programme, by):
    from tests.factories.programmes import StageFactory
    from yingzao.programmes import rules

    programme.state = ProgrammeState.RUNNING
    programme.save()
    source = read(programme, by, csv("01,学员甲,女,桂一社区,,,"))
    with pytest.raises(Refused):
        actions.confirm_roster(source, by=by)
    StageFactory(programme=programme, kind=next(iter(rules.kinds_allowing(Act.ENROL))), state="open")
    actions.confirm_roster(source, by=by)
    assert Enrolment.objects.count() == 1


# Undoing


def test_undo_takes_everything_back(programme, by, row_counts):
    learner = EnrolmentFactory(programme=programme, number="01", name="学员甲", phone="13800138001")
    before = Enrolment.objects.values().get()
    source, _ = confirmed(
        programme, by, csv("01,学员甲,女,新建社区,第一组,13800138009,党员", "02,学员乙,女,新建社区,第二组,,")
    )
    assert (Enrolment.objects.count(), Team.objects.count(), Community.objects.count()) == (2, 2, 1)
    assert actions.undo_roster(source, by=by) == 0
    assert Enrolment.objects.values().get() == before
    assert (Team.objects.count(), Community.objects.count()) == (0, 0)
    source.refresh_from_db()
    assert (source.state, source.undone_by) == (SourceState.UNDONE, by)
    assert learner.code


def test_undone_file_can_be_read_and_confirmed_anew(programme, by):
    data = csv("01,学员甲,女,桂一社区,,,")
    source, _ = confirmed(programme, by, data)
    actions.undo_roster(source, by=by)
    again, plan = confirmed(programme, by, data)
    assert again != source
    assert kinds(plan) == [(2, "new")]


def test_undo_leaves_what_was_changed_since(programme, by):
    EnrolmentFactory(programme=programme, number="01", name="学员甲", phone="13800138001", post="")
    source, _ = confirmed(programme, by, csv("01,学员甲,女,,,13800138009,"))
    learner = Enrolment.objects.get()
    actions.edit_learner(enrolment=learner, by=by, phone="13800138777")
    assert actions.undo_roster(source, by=by) == 1
    learner.refresh_from_db()
    assert (learner.phone, learner.sex) == ("13800138777", "")


def test_undo_is_refused_whole_once_somebody_joined(programme, by):
    source, _ = confirmed(programme, by, csv("01,学员甲,女,桂一社区,,,", "02,学员乙,女,桂一社区,,,"))
    actions.join(enrolment=Enrolment.objects.get(number="02"), person=PersonFactory())
    with pytest.raises(Refused) as refusal:
        actions.undo_roster(source, by=by)
    assert refusal.value.code == "in_use"
    assert Enrolment.objects.count() == 2


def test_undo_twice_is_refused(programme, by):
    source, _ = confirmed(programme, by, csv("01,学员甲,女,桂一社区,,,"))
    actions.undo_roster(source, by=by)
    with pytest.raises(Refused):
        actions.undo_roster(source, by=by)


# Reading the file again


def test_files_are_read_by_organisers_and_supervisors_only(programme, by):
    from yingzao.core import media

    source = read(programme, by, csv("01,学员甲,女,桂一社区,,13800138001,"))
    allowed = [by, StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person]
    refused = [
        StaffRoleFactory(programme=programme, role=r).person for r in ("judge", "mentor", "editor", "host")
    ]
    refused += [StaffRoleFactory().person, PersonFactory(), None]
    assert [media.may_read(p, source.file) for p in allowed] == [True, True]
    assert [media.may_read(p, source.file) for p in refused] == [False] * len(refused)


def test_unreadable_refusals_say_a_sentence(programme, by):
    with pytest.raises(ports.NoHeader) as refusal:
        read(programme, by, csv("甲,乙", header="一,二"))
    assert "姓名" in refusal.value.sentence


def test_a_table_far_too_long_for_a_roster_is_refused(programme, by):
    with pytest.raises(ports.TooLarge) as refusal:
        read(programme, by, csv(*(f"学员{n},1" for n in range(10_000)), header="姓名,备注"))
    assert "10001" in refusal.value.sentence
    assert "10000" in refusal.value.sentence


# What hostile tables hold


def table(*rows) -> bytes:
    import io

    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


CARD = "440605199001010011"


def test_identity_numbers_are_not_even_in_the_kept_file(programme, by):
    from yingzao.core import media

    data = table(
        ["姓名", "身份证号", "手机", "来自IP", "证件", "备注"],
        ["学员甲", CARD, 13800138001, "113.82.12.34", CARD, f"证件{CARD}"],
        ["学员乙", CARD, "138 0013 8002", "113.82.12.35", CARD, "党员"],
        ["学员丙", None, None, None, None, "党员"],
    )
    source = read(programme, by, data, name="花名册.xls")
    kept, plan = actions.preview_roster(source)
    assert (source.file.name, source.meta["cleaned"]) == ("花名册.xlsx", True)
    actions.confirm_roster(source, by=by)
    sheets = ports.port("tables").read(media.read_bytes(source.file), "x.xlsx")
    everything = repr(
        [sheets, kept, plan, list(SourceRow.objects.values()), list(Enrolment.objects.values())]
    )
    everything += repr([list(SourceFile.objects.values()), list(AuditLine.objects.values())])
    assert [s for s in (CARD, "113.82") if s in everything] == []
    assert list(Enrolment.objects.values_list("name", "phone", "note")) == [
        ("学员甲", "13800138001", "证件****"),
        ("学员乙", "13800138002", "党员"),
        ("学员丙", "", "党员"),
    ]
    assert read(programme, by, data, name="又一次.xlsx") == source


def test_table_without_them_is_kept_as_it_came(programme, by):
    from yingzao.core import media

    data = table(["姓名", "手机"], ["学员甲", 13800138001])
    source = read(programme, by, data, name="花名册.xlsx")
    assert (media.read_bytes(source.file), source.meta["cleaned"]) == (data, False)


def test_number_whose_nought_excel_has_eaten_is_the_same_number(programme, by):
    for number, name in (("01", "学员甲"), ("02", "学员乙")):
        EnrolmentFactory(programme=programme, number=number, name=name, phone="")
    source = read(
        programme, by, table(["学号", "姓名", "手机"], [1, "学员甲", 13800138001], [2, "学员乙", None])
    )
    _, plan = actions.preview_roster(source)
    assert kinds(plan) == [(2, "changed"), (3, "unchanged")]
    actions.confirm_roster(source, by=by)
    assert list(Enrolment.objects.values_list("number", "phone")) == [("01", "13800138001"), ("02", "")]


def test_exact_number_comes_before_one_that_is_alike(programme, by):
    for number, name in (("1", "学员甲"), ("01", "学员乙")):
        EnrolmentFactory(programme=programme, number=number, name=name, phone="")
    _, plan = actions.preview_roster(read(programme, by, csv("01,学员乙,女,,,,", "1,学员甲,女,,,,")))
    assert [change.learner.name for change in plan.taken] == ["学员乙", "学员甲"]


def test_two_new_learners_do_not_share_a_number_written_two_ways(programme, by):
    _, plan = actions.preview_roster(read(programme, by, csv("1,学员甲,女,,,,", "01,学员乙,女,,,,")))
    assert (kinds(plan), codes(plan.problems)) == ([(2, "new")], [(3, "duplicate_in_file")])


def test_import_gives_nobody_the_phone_of_another_learner(programme, by):
    for number, name, phone in (
        ("01", "学员甲", "13800138001"),
        ("02", "学员乙", "13800138002"),
        ("03", "学员丙", "13800138003"),
    ):
        EnrolmentFactory(programme=programme, number=number, name=name, phone=phone)
    lines = ("01,学员甲,,,,13800138003,", "02,学员乙,,,,13800138001,")
    _, plan = actions.preview_roster(read(programme, by, csv(*lines)))
    assert (kinds(plan), codes(plan.problems)) == ([], [(2, "phone_taken"), (3, "phone_taken")])
    swapped = ("01,学员甲,,,,13800138002,", "02,学员乙,,,,13800138001,")
    confirmed(programme, by, csv(*swapped))
    assert list(Enrolment.objects.values_list("phone", flat=True)) == [
        "13800138002",
        "13800138001",
        "13800138003",
    ]


def test_same_content_saved_anew_changes_nothing(programme, by, row_counts):
    rows = [["学号", "姓名", "手机"], ["01", "学员甲", 13800138001], ["02", "学员乙", None]]
    confirmed(programme, by, table(*rows))
    before = list(Enrolment.objects.values())
    source = read(programme, by, table(["花名册"], [], *rows))
    _, plan = actions.preview_roster(source)
    assert plan.changes_nothing
    actions.confirm_roster(source, by=by)
    assert list(Enrolment.objects.values()) == before


def test_refused_undo_names_whom_it_is_about(programme, by):
    from tests.factories.activities import LiveFactory, record
    from yingzao.activities.enums import FactKind

    source, _ = confirmed(programme, by, csv("01,学员甲,女,,,,", "02,学员乙,女,,,,", "03,学员丙,女,,,,"))
    record(
        Enrolment.objects.get(number="02"),
        LiveFactory(programme=programme),
        FactKind.ATTENDED,
        "2021-10-14 19:00",
    )
    actions.join(enrolment=Enrolment.objects.get(number="03"), person=PersonFactory())
    with pytest.raises(Refused) as refusal:
        actions.undo_roster(source, by=by)
    assert "02 学员乙、03 学员丙" in refusal.value.sentence
    assert "学员甲" not in refusal.value.sentence
    source.refresh_from_db()
    assert (source.state, Enrolment.objects.count()) == (SourceState.CONFIRMED, 3)


def test_invitation_of_a_learner_whose_import_was_undone_opens_nothing(programme, by):
    from yingzao.people.actions import accept_invitation

    source, _ = confirmed(programme, by, csv("01,学员甲,女,,,,"))
    token = actions.invite_learner(enrolment=Enrolment.objects.get(), by=by)
    actions.undo_roster(source, by=by)
    with pytest.raises(Refused) as refusal:
        accept_invitation(token=token, person=PersonFactory())
    assert refusal.value.code == "gone"


def test_invitation_to_a_learner_who_is_not_there_joins_nobody(programme, by):
    from yingzao.people import actions as people

    learner = EnrolmentFactory(programme=programme)
    token = actions.invite_learner(enrolment=learner, by=by)
    learner.delete()
    with pytest.raises(Refused) as refusal:
        people.accept_invitation(token=token, person=PersonFactory())
    assert refusal.value.code == "left"


@pytest.mark.django_db
def test_a_row_that_means_somebody_else_does_not_make_a_learner_anew():
    """An edited copy of a roster: the second row is refused, since its number is another's, and the first is known."""
    organiser = StaffRoleFactory()
    programme = organiser.programme
    EnrolmentFactory(programme=programme, number="01", name="学员甲")
    lines = ["学号,姓名", ",学员乙", "01,学员乙"]
    first = actions.read_roster(
        programme=programme, by=organiser.person, data="\n".join(lines).encode(), name="名册.csv"
    )
    actions.confirm_roster(first, by=organiser.person)
    copy = "\n".join([*lines, ""]) + "\n"
    again = actions.read_roster(programme=programme, by=organiser.person, data=copy.encode(), name="名册.csv")
    _read, plan = actions.preview_roster(again)
    assert (plan.new, [p.code for p in plan.problems]) == ((), ["number_taken"])
    assert programme.enrolments.count() == 2
