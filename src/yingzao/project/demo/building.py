"""Two editions: 2021, carried through to certificates, and one that runs now, made from it as a template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from yingzao.activities import actions as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.readers import read_plan
from yingzao.articles.actions import import_article
from yingzao.cases import actions as cases
from yingzao.cases.queries import library_of
from yingzao.communities import actions as communities
from yingzao.communities import queries as register
from yingzao.communities.enums import CommunityKind
from yingzao.core import clock
from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import port
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import Outcome
from yingzao.honours import actions as honours
from yingzao.judging import actions as judging
from yingzao.judging import readers as judging_readers
from yingzao.judging.enums import Counts
from yingzao.live import actions as live
from yingzao.people import actions as people
from yingzao.people.models import Organisation, Person
from yingzao.programmes import actions as programmes
from yingzao.programmes.enums import Role, StageKind
from yingzao.programmes.models import Programme
from yingzao.programmes.queries import staff_of
from yingzao.project.demo import files, satisfaction
from yingzao.project.demo.field import bring_field
from yingzao.project.demo.people import join_learners, make_account, organisation, take_roles
from yingzao.project.speech import _
from yingzao.stories import actions as stories
from yingzao.stories.bridge.truth import check_story
from yingzao.stories.models import Story

KINDS = {
    "传统乡村社区": CommunityKind.VILLAGE,
    "城乡结合社区": CommunityKind.MIXED,
    "新型都市社区": CommunityKind.URBAN,
}
FACETS = dict(
    zip("人文地产景服", ("people", "culture", "place", "industry", "landscape", "service"), strict=True)
)
STAGES = {
    "报名": StageKind.ENROLMENT,
    "学习": StageKind.LEARNING,
    "实践": StageKind.PRACTICE,
    "评审": StageKind.JUDGING,
    "评选": StageKind.SELECTION,
    "公示": StageKind.NOTICE,
    "结业": StageKind.CLOSING,
}
VISITED = (  # town, name, code (National Bureau of Statistics), kind, facets, what is known (docs/operating.md names the sources)
    ("龙江镇", "文华花园", "", "urban", ["place", "service"], "老旧小区里加装电梯，参与式规划。"),
    ("伦教街道", "霞石村", "440606003203", "village", ["place", "culture"], "环境改造、文化传承、生态教育；民间生活体验馆和社区花园。"),
    ("容桂街道", "振华社区", "440606006004", "urban", ["people", "service"], "老旧小区改造，矛盾预防化解。"),
    ("陈村镇", "仙涌村", "440606101209", "village", ["culture", "industry"], "乡村文化振兴。"),
)  # fmt: skip
RECORDS = ("在线课程完成名单.xlsx", "案例学习登记.xlsx", "参访签到表.xlsx", "实践成果登记.xlsx")
ROLLS: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (  # drawn up by different rules: never added up
    (
        {
            "title": "顺德社区营造示范点",
            "basis": "顺德区评选（2017 年首批 8 个，2018 年第二批）",
            "stated": "17",
            "as_of": "2017–2018",
            "source": "珠江时报 2021-11-15；ss-ic.org.cn/index/passage/details.html?artid=894",
        },
        (),
    ),
    (
        {
            "title": "顺德社区营造试点",
            "basis": "由三个试点发展而来",
            "stated": "二十多个",
            "as_of": "2014–2021",
            "source": "珠江时报 2021-11-15",
        },
        (),
    ),
    (
        {
            "title": "全国乡村治理示范村（顺德）",
            "stated": "1",
            "as_of": "2019",
            "source": "gdxk.southcn.com/fs/sdqk/xwbd/content/post_662402.html",
        },
        ("仙涌村",),
    ),
    (
        {
            "title": "佛山市乡村振兴示范村",
            "as_of": "2024",
            "source": "digipub.cc/dy/article/KNM1R8VM05129N6A.html",
        },
        ("霞石村",),
    ),
)


def build_demo(*, say: Callable[[str], None]) -> None:
    """Build the example in an empty instance. Deterministic but for codes and for the running edition's dates."""
    source = files.folder("guicheng-2021")
    plan_file = source / "学习活动计划.xlsx"
    facts = {row["项目"]: row["内容"] for row in files.sheet_rows(plan_file, "计划")}
    staff = files.sheet_rows(plan_file, "角色")
    with transaction.atomic():
        office = organisation(str(facts["主办单位"]))
        accounts: dict[str, Person] = {}
        organiser = make_account(str(staff[0]["姓名"]), str(staff[0]["联系电话"]))
        accounts[organiser.display_name] = organiser
        people.grant(by=None, person=organiser, organisation=office)
        _register_visited(source, office, organiser)
    say(_("1 of 4: the 2021 edition, from the roster to the practice tasks …"))
    past = _past_edition(source, facts, office, organiser, staff, accounts)
    say(_("2 of 4: judging, selection, public notice and certificates …"))
    _judge_and_honour(source, facts, past, organiser, accounts)
    say(_("3 of 4: stories …"))
    _tell(source, past, accounts["编辑甲"])
    say(_("4 of 4: the edition that runs now …"))
    running = _running_edition(source, past, organiser, accounts)
    _list_sign_in(past, running, accounts)


def _register_visited(source: Path, office: Organisation, organiser: Person) -> None:
    for town, name, code, kind, facets, summary in VISITED:
        communities.add_community(
            organisation=office,
            by=organiser,
            name=name,
            town=town,
            district_code=code,
            kind=kind,
            facets=facets,
            summary=summary,
        )
    table = source / "社区图谱.csv"
    communities.import_graph(organisation=office, by=organiser, data=table.read_bytes(), name=table.name)
    for told, names in ROLLS:
        roll = communities.save_roll(organisation=office, by=organiser, **told)
        known = register.communities_of(office).filter(name__in=names)
        communities.enter_on_roll(roll=roll, communities=known, by=organiser)


def _past_edition(
    source: Path,
    facts: dict,
    office: Organisation,
    organiser: Person,
    staff: list[dict],
    accounts: dict[str, Person],
) -> Programme:
    with transaction.atomic():
        programme = programmes.create_programme(
            organisation=office,
            by=organiser,
            name=str(facts["简称"]),
            edition=str(facts["期次"]),
            starts_on=_day(facts["开始日期"]),
            ends_on=_day(facts["结束日期"]),
        )
        programmes.edit_programme(
            programme=programme,
            by=organiser,
            subtitle=str(facts["项目名称"]),
            guided_by=str(facts["指导单位"]),
            summary=str(facts["简介"]),
        )
        for row in files.sheet_rows(source / "学习活动计划.xlsx", "阶段"):
            programmes.add_stage(
                programme=programme,
                by=organiser,
                kind=STAGES[str(row["类型"])],
                name=str(row["名称"]),
                opens_on=_day(row["开始日期"]),
                closes_on=_day(row["结束日期"]),
            )
        take_roles(programme, organiser, staff, accounts)
    _bring_roster(source, programme, organiser)
    _name_mentors(programme, organiser)
    join_learners(programme, accounts)
    _plan(source, programme, organiser)
    _open(programme, organiser, StageKind.ENROLMENT, StageKind.LEARNING, StageKind.PRACTICE)
    _bring_cases(source, programme, organiser)
    for report in sorted((source / "会议记录").glob("*.xlsx")):
        course = programme.activities.get(kind=KindKey.LIVE, title=report.name.split("-")[0])
        live.import_attendance(activity=course, by=organiser, data=report.read_bytes(), name=report.name)
    attachments = {
        str(path.relative_to(source)): path.read_bytes()
        for path in (source / "实践成果").rglob("*")
        if path.is_file()
    }
    for name in RECORDS:
        activities.import_records(
            programme=programme,
            by=organiser,
            data=(source / name).read_bytes(),
            name=name,
            attachments=attachments,
        )
    _decide_names(programme, organiser)
    satisfaction.make_forms(programme, organiser)
    satisfaction.answer_forms(programme)
    return programme


def _bring_roster(source: Path, programme: Programme, organiser: Person) -> None:
    roster = source / "学员花名册.xlsx"
    kept = enrolment.read_roster(
        programme=programme, by=organiser, data=roster.read_bytes(), name=roster.name
    )
    enrolment.confirm_roster(kept, by=organiser)


def _name_mentors(programme: Programme, organiser: Person) -> None:
    """Each mentor looks after three teams, in the roster's order."""
    mentors = list(staff_of(programme, Role.MENTOR).order_by("pk"))
    teams = sorted(programme.teams.all(), key=lambda team: team.learners.all()[0].number_key)
    for position, team in enumerate(teams):
        mentor = mentors[position * len(mentors) // len(teams)]
        enrolment.edit_team(team=team, by=organiser, name=team.name, mentor=mentor)


def _plan(source: Path, programme: Programme, organiser: Person) -> None:
    plan_file = source / "学习活动计划.xlsx"
    plan = read_plan(port("tables").read(plan_file.read_bytes(), plan_file.name))
    activities.import_plan(programme=programme, plan=plan, by=organiser)


def _bring_cases(source: Path, programme: Programme, organiser: Person) -> None:
    pictures = {p.name: p.read_bytes() for p in (source / "案例" / "图片").iterdir()}
    plan_file = source / "学习活动计划.xlsx"
    material = {
        str(row["名称"]): str(row["材料"])
        for row in files.sheet_rows(plan_file, "活动")
        if row["类别"] == "案例推送" and row["材料"]
    }
    for activity in programme.activities.filter(kind=KindKey.CASE):
        path = source / material[activity.title]
        article = import_article(
            organisation=programme.organisation,
            by=organiser,
            data=path.read_bytes(),
            name=path.name,
            pictures=pictures,
        )
        cases.set_case(
            activity=activity,
            article=article,
            question="这个案例里，哪一步最值得带回自己的社区？",
            by=organiser,
        )
    _describe_cases(source, programme, organiser)


def _describe_cases(source: Path, programme: Programme, organiser: Person) -> None:
    """What can be learned from each case, as the office keeps it in a table."""
    [sheet] = port("tables").read((source / "案例库.csv").read_bytes(), "案例库.csv")
    header, *rows = ([str(cell or "") for cell in row.cells] for row in sheet.rows)
    for cells in rows:
        told = dict(zip(header, cells, strict=False))
        case = library_of(programme.organisation).get(title=told["名称"])
        cases.save_case(
            organisation=programme.organisation,
            article=case.article,
            by=organiser,
            values={
                "title": case.title,
                "community_kind": KINDS[told["社区类型"]],
                "place": told["地点"],
                "problem": told["问题"],
                "done": told["做法"],
                "evidence": told["依据"],
                "outcome": told["成效"],
            },
            facets=[FACETS[word] for word in told["侧面"].split("、")],
            methods=told["方法"].split("、"),
            case=case,
        )


def _decide_names(programme: Programme, organiser: Person) -> None:
    """What an organiser sees at a glance is decided: a name with one candidate alone. The rest waits in the queue."""
    for match in programme.identity_matches.filter(outcome=Outcome.PROPOSED):
        if len(match.candidates) == 1:
            learner = programme.enrolments.get(code=match.candidates[0]["enrolment"])
            enrolment.link(match=match, enrolment=learner, by=organiser)


def _judge_and_honour(
    source: Path, facts: dict, programme: Programme, organiser: Person, accounts: dict[str, Person]
) -> None:
    _open(programme, organiser, StageKind.JUDGING)
    rubric_file = source / "评分表.xlsx"
    criteria = judging_readers.read_rubric(port("tables").read(rubric_file.read_bytes(), rubric_file.name))
    rubric = judging.create_rubric(
        organisation=programme.organisation, name="实践成果评分表", criteria=criteria, by=organiser
    )
    judges = list(staff_of(programme, Role.JUDGE))
    round = judging.create_round(
        programme=programme,
        name="优秀成果评审",
        rubric_version=rubric,
        judges=judges,
        judges_per_entry=3,
        by=organiser,
    )
    marks_file = source / "评委打分.csv"
    named = {line.split(",")[0] for line in marks_file.read_text("utf-8-sig").splitlines()[1:]}
    judging.set_shortlist(
        round=round, enrolments=list(programme.enrolments.filter(name__in=named)), by=organiser
    )
    kept = judging.read_marks(round=round, data=marks_file.read_bytes(), name=marks_file.name, by=organiser)
    judging.confirm_marks(round=round, source=kept, by=organiser)
    round.refresh_from_db()
    judging.close_round(round=round, by=organiser, reason="示例：成绩由表格导入", now=_at(2021, 12, 26, 18))
    round.refresh_from_db()
    run = judging.run_calibration(round=round, by=organiser)
    judging.accept_calibration(
        run=run, counts=Counts.RAW, by=organiser, why="示例：名单按原始平均分评定，与当年公布的一致"
    )
    round.refresh_from_db()
    judging.release_round(round=round, by=organiser, now=_at(2021, 12, 27, 9))
    _open(programme, organiser, StageKind.SELECTION)
    supervisor = accounts["督导委员甲"]
    honours.make_scheme(
        programme=programme,
        by=organiser,
        completion_weight=Decimal(str(facts["任务完成度分值"])),
        performance_weight=Decimal(str(facts["实际表现分值"])),
        late_share=Decimal(str(facts["逾期完成折算"])),
    )
    selection = honours.create_selection(
        programme=programme,
        name="优秀学员",
        by=organiser,
        round=round,
        quota=Decimal(str(facts["评优比例"])) * 100,
        reserve=2,
    )
    selection = honours.freeze_selection(selection=selection, by=organiser, now=_at(2021, 12, 28, 17))
    selection = honours.submit_to_committee(selection=selection, by=organiser, now=_at(2021, 12, 28, 18))
    selection = honours.approve_selection(
        selection=selection, by=supervisor, comment="同意公示。", now=_at(2021, 12, 29, 15)
    )
    _open(programme, organiser, StageKind.NOTICE)
    honours.post_notice(
        selection=selection,
        title="社区治理先锋营2021年度优秀学员名单公示",
        body="根据评分办法和评审结果，经督导委员会审核，现将名单予以公示。如有异议，请在公示期内实名提出。",
        by=organiser,
        posted_on=_day(facts["公示开始日期"]),
        working_days=int(str(facts["公示工作日"])),
        now=_at(2021, 12, 30, 9),
    )
    _open(programme, organiser, StageKind.CLOSING)
    honours.set_series(programme=programme, prefix="XFY", year=2021, term=1, by=organiser)
    honours.issue_certificates(selection=selection, by=organiser, now=_at(2022, 1, 10, 9))
    for stage in programme.stages.filter(state="open"):
        programmes.close_stage(stage=stage, by=organiser, at=clock.end_of(stage.closes_on))


def _tell(source: Path, programme: Programme, editor: Person) -> None:
    programmes.publish_programme(programme=programme, by=_organiser_of(programme))
    folder = source / "报道"
    pictures = {p.name: p.read_bytes() for p in (folder / "图片").iterdir()}
    for path in sorted(folder.glob("*.md")):
        story = stories.import_story(
            programme=programme, by=editor, data=path.read_bytes(), name=path.name, pictures=pictures
        )
        _vouch(story, editor)
        stories.publish_story(story=story, by=_organiser_of(programme), now=_at(2021, 11, 15, 10))


def _vouch(story: Story, editor: Person) -> None:
    """The editor goes through the truth check, as before every publication."""
    check = check_story(story)
    stories.answer_findings(
        story=story, notes={one.finding.key: "与学习台账、签到表核对过" for one in check.open}, by=editor
    )
    for shown in check.pictures:
        stories.say_people(story=story, number=shown.number, people="none", note="示意图", by=editor)


def _organiser_of(programme: Programme) -> Person:
    return next(staff.person for staff in staff_of(programme, Role.ORGANISER) if staff.person)


def _running_edition(
    source: Path, past: Programme, organiser: Person, accounts: dict[str, Person]
) -> Programme:
    """The same programme again, moved by whole days so that its third live course is this evening or tomorrow."""
    third = past.activities.filter(kind=KindKey.LIVE).order_by("-starts_at")[0]
    now = clock.now().astimezone(SHANGHAI)
    today = now.date() if now.hour < 18 else now.date() + dt.timedelta(days=1)
    shift = today - clock.local_date(third.starts_at or now)
    programme = programmes.make_edition(
        source=past,
        by=organiser,
        name=past.name,
        edition=str((past.starts_on + shift).year),
        starts_on=past.starts_on + shift,
    )
    _bring_roster(source, programme, organiser)
    _name_mentors(programme, organiser)
    join_learners(programme, accounts)
    _open(programme, organiser, StageKind.ENROLMENT, StageKind.LEARNING, StageKind.PRACTICE)
    until = now.replace(tzinfo=None) - dt.timedelta(hours=1)
    for report in sorted((source / "会议记录").glob("*.xlsx")):
        course = programme.activities.get(kind=KindKey.LIVE, title=report.name.split("-")[0])
        if course.ends_at and course.ends_at < now:
            data = files.moved(report.read_bytes(), shift, not_after=until)
            live.import_attendance(activity=course, by=organiser, data=data, name=report.name)
    for name in RECORDS:
        data = files.moved((source / name).read_bytes(), shift, not_after=until)
        activities.import_records(programme=programme, by=organiser, data=data, name=name)
    satisfaction.answer_forms(programme)
    _trial_judging(past, programme, organiser)
    bring_field(programme, organiser)
    evening = programme.activities.filter(kind=KindKey.LIVE).order_by("-starts_at")[0]
    live.set_session(
        activity=evening,
        by=organiser,
        values={
            "teacher": "讲师丙",
            "join_url": "https://meeting.example.org/j/123456783",
            "meeting_id": "123 456 783",
        },
    )
    return programme


def _trial_judging(past: Programme, programme: Programme, organiser: Person) -> None:
    """A round that is open now, over what has been handed in so far, with last year's rubric."""
    _open(programme, organiser, StageKind.JUDGING)
    task = programme.activities.filter(kind=KindKey.PRACTICE, entries__isnull=False).distinct()[0]
    round = judging.create_round(
        programme=programme,
        name=f"试评：{task.title}",
        rubric_version=past.rounds.get().rubric_version,
        judges=list(staff_of(programme, Role.JUDGE)),
        activity=task,
        judges_per_entry=2,
        by=organiser,
    )
    judging.confirm_draw(round=round, seed=1, by=organiser)
    judging.open_round(round=round, by=organiser)


def _list_sign_in(past: Programme, running: Programme, accounts: dict[str, Person]) -> None:
    """The buttons of the sign-in page: somebody for each role."""
    learners = {e.name: e.person for e in running.enrolments.select_related("person")}
    buttons = [
        (accounts["组织者甲"], "组织者"),
        (learners["学员03"], "学员"),
        (learners["学员08"], "学员"),
        (accounts["评委甲"], "评委"),
        (accounts["督导委员甲"], "督导委员"),
        (accounts["导师甲"], "导师"),
        (accounts["编辑甲"], "编辑"),
        (accounts["接待乙"], "接待社区"),
    ]
    people.list_demo_people([(person, label) for person, label in buttons if person])


def _open(programme: Programme, organiser: Person, *kinds: str) -> None:
    for stage in programme.stages.filter(kind__in=kinds).exclude(state="open"):
        programmes.open_stage(stage=stage, by=organiser, at=clock.start_of(stage.opens_on))


def _day(value: object) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else dt.date.fromisoformat(str(value))


def _at(year: int, month: int, day: int, hour: int) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=SHANGHAI)
