"""A whole organisation at work: something behind every address of the product, and a person for every role."""

import io
from decimal import Decimal
from uuid import UUID, uuid4

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import field, quizzes
from tests.factories import surveys_of_residents as residents
from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment, record
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import TeamFactory
from tests.factories.honours import ISSUED, LEARNERS, Camp
from tests.factories.judging import hand_in
from tests.factories.people import GrantFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from tests.factories.requests import ask
from tests.factories.stories import vouch
from tests.factories.surveys import answer, export, make, row
from yingzao.activities import actions as activities
from yingzao.activities.enums import FactKind, KindKey
from yingzao.activities.models import Evidence
from yingzao.articles.actions import import_article, take_in
from yingzao.articles.models import Feed
from yingzao.articles.queries import feed_identity
from yingzao.articles.readers import Entry
from yingzao.cases import actions as cases
from yingzao.communities import actions as communities
from yingzao.communities.actions import Agreed
from yingzao.communities.enums import ConsentPurpose
from yingzao.communities.models import Leader, NeedLikeness
from yingzao.core import clock, media
from yingzao.core.models import StoredFile
from yingzao.courses import actions as courses
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import SourcePurpose
from yingzao.enrolment.models import IdentityDecision, Registration
from yingzao.fieldwork import actions as fieldwork
from yingzao.fieldwork.models import FilledSheet
from yingzao.honours import actions as honours
from yingzao.judging import actions as judging
from yingzao.judging.models import Assignment
from yingzao.live import actions as live
from yingzao.notices import actions as notices
from yingzao.notices.enums import Channel, DeliveryState
from yingzao.notices.models import Delivery, Device, GroupPost, Robot
from yingzao.notices.phrases import STOP
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice
from yingzao.practice import actions as practice
from yingzao.programmes import actions as programmes
from yingzao.programmes.actions.staff import give_rights
from yingzao.programmes.enums import Role, StageKind, StageState
from yingzao.stories import actions as stories
from yingzao.visits.actions import add_document, pass_of
from yingzao.visits.models import FieldFile, FieldNote, Scan, SeatGroup, SignUp, SignUpPlan, Stop, Visit


def picture(colour: tuple[int, int, int]) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(data, "JPEG")
    return data.getvalue()


class World:
    """`mark` begins every name in it, so that a name that stands where it must not stand is recognised."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.camp = Camp([(mark + name, states, points) for name, states, points in LEARNERS])
        self.programme, self.organisation = self.camp.programme, self.camp.organisation
        self.organisation.name = self.organisation.short_name = f"{mark}街道"
        self.organisation.save()
        self.programme.name = f"{mark}先锋营"
        self.programme.is_public = True
        self.programme.save()
        self.learner, self.classmate, *_others = self.camp.learners
        self._staff()
        self._plan()
        self._requests()
        self._files()
        self._registrations()
        self._honours()
        self._second_round()
        self._rest()
        self._findings()
        activities.renew_feed(enrolment=self.learner, by=self.learner.person)
        self._surveys()
        self._practice()
        self._residents()
        self._field()

    @property
    def judge(self):
        return self.camp.judging.judges[0].person

    @property
    def colleague(self):
        return self.camp.judging.judges[1]

    def _residents(self) -> None:
        """A survey of residents that its learner runs, answered once, with a photo."""
        self.resident_survey = fieldwork.start_survey(
            community=self.community,
            by=self.organiser,
            title=f"{self.mark}居民调查",
            purpose=f"{self.mark}摸清需要",
            questions=residents.tree(
                [*residents.SIMPLE, {"kind": "image", "name": "shown", "label": f"{self.mark}拍一张"}]
            ),
            settings={"is_shared": True},
            for_person=self.learner.person,
        )
        sent = fieldwork.send(
            survey=self.resident_survey,
            key=uuid4(),
            version=1,
            answers={"age": "young", "say": f"{self.mark}太吵"},
            uploads={"shown": [SimpleUploadedFile("r.jpg", picture((30, 90, 30)))]},
        )
        self.resident_token = self.resident_survey.token
        self.filled_sheet = FilledSheet.objects.get(code=sent.code)

    def _field(self) -> None:
        """A walk with a photo, an interview with a telephone, and a proposal, all of the learner."""
        self.walk = field.walked(self.learner, {"text": f"{self.mark}灯坏了"}, title=f"{self.mark}沿河走")
        self.point = self.walk.points.get()
        self.field_photo = field.shown(self.learner, self.point).key
        self.guide = field.guide_of(self.organisation, self.organiser, title=f"{self.mark}访谈")
        self.interview = field.talked(
            self.learner,
            self.guide,
            name=f"{self.mark}阿强",
            phone="13800004321",
            purposes=["contact", "mentor"],
            answers=[f"{self.mark}二十年"],
        )
        self.proposal = field.proposed(self.learner, title=f"{self.mark}电梯")

    def _practice(self) -> None:
        """A task in parts: a version that came back with a comment, and the next one, with a comment nobody was told of."""
        self.parted = ActivityFactory(
            programme=self.programme, kind=KindKey.PRACTICE, title=f"{self.mark}分环节的实践"
        )
        practice.use_template(activity=self.parted, key="report", by=self.organiser)
        self.task_part = self.parted.parts.get()
        self.parted.refresh_from_db()

        def handed_in(text: str):
            draft = practice.save_work(
                enrolment=self.learner,
                activity=self.parted,
                parts={self.task_part.code: f"{self.mark}{text}"},
                by=self.learner.person,
            )
            return practice.hand_in(version=draft, by=self.learner.person)

        def remark(version, text: str):
            return practice.add_remark(
                version=version,
                part=self.task_part.code,
                paragraph=0,
                text=f"{self.mark}{text}",
                by=self.mentor,
            )

        first = handed_in("第一稿")
        self.told_remark = remark(first, "批注一")
        practice.answer(version=first, accept=False, review="", by=self.mentor)
        self.second_version = handed_in("第二稿")
        self.open_remark = remark(self.second_version, "批注二")
        self.phrase = practice.save_phrase(
            programme=self.programme, title="", text=f"{self.mark}常用评语", by=self.mentor
        )
        self.note = practice.save_note(
            enrolment=self.learner, on=clock.today(), text=f"{self.mark}面谈", by=self.mentor
        )

    def _staff(self) -> None:
        self.organiser, self.supervisor = self.camp.organiser, self.camp.supervisor
        GrantFactory(person=self.organiser, organisation=self.organisation)
        for judge in self.camp.judging.judges:
            judge.name = f"{self.mark}{judge.name}"
            judge.save()
        self.mentor_role = StaffRoleFactory(
            programme=self.programme, role=Role.MENTOR, name=f"{self.mark}导师"
        )
        self.editor_role = StaffRoleFactory(
            programme=self.programme, role=Role.EDITOR, name=f"{self.mark}编辑"
        )
        self.host_role = StaffRoleFactory(
            programme=self.programme,
            role=Role.HOST,
            name=f"{self.mark}接待",
            unit=f"示例镇{self.mark}花园",
        )
        self.mentor, self.editor, self.host = (
            role.person for role in (self.mentor_role, self.editor_role, self.host_role)
        )
        for staff in self.programme.staff.filter(role__in=[Role.ORGANISER, Role.SUPERVISOR]):
            give_rights(staff)
        self.team = TeamFactory(programme=self.programme, name=f"{self.mark}组", mentor=self.mentor_role)
        self.learner.team = self.team
        self.community = CommunityFactory(organisation=self.organisation, name=f"{self.mark}社区")
        self.learner.community = self.community
        self.learner.save()

    def _findings(self) -> None:
        """A leader with a telephone and a need with a photo; the leader agreed to everything."""
        by = self.learner.person
        self.leader = practice.record_leader(
            enrolment=self.learner,
            by=by,
            key=uuid4(),
            agreed=Agreed(purposes=ConsentPurpose.values, on=clock.today(), note=f"{self.mark}说的"),
            name=f"{self.mark}阿珍",
            phone="13800007777",
            reach=f"{self.mark}的微信",
            good_at=f"{self.mark}缝纫",
            found_note=f"{self.mark}走访",
        ).leader
        need = practice.record_need(
            enrolment=self.learner,
            by=by,
            key=uuid4(),
            uploads=[SimpleUploadedFile("a.jpg", picture((90, 30, 30)))],
            title=f"{self.mark}缺灯",
            whose=f"{self.mark}老人",
            source="walk",
            raised_by_leader=self.leader,
        ).need
        self.need, self.need_photo = need, need.photos.get().file
        self.alike_need = communities.add_need(
            key=uuid4(),
            community=self.community,
            by=self.organiser,
            title=f"{self.mark}缺灯",
            whose=f"{self.mark}孩子",
            source="slip",
        )
        self.alike_voice = self.alike_need.voices.get()
        communities.look_for_likeness(community=self.community)
        self.likeness = NeedLikeness.objects.get(second=self.alike_need)
        self.theme = communities.make_theme(
            community=self.community, title=f"{self.mark}照明", by=self.organiser, needs=[need]
        )

    def _plan(self) -> None:
        self.stage = self.camp.judging.stage
        for kind in (StageKind.LEARNING, StageKind.PRACTICE):
            StageFactory(programme=self.programme, kind=kind, state=StageState.OPEN)
        self.planned_stage = StageFactory(programme=self.programme, kind=StageKind.ENROLMENT)
        self.case, self.task = self.camp.cases[0], self.camp.judging.task
        article = import_article(
            organisation=self.organisation,
            by=self.organiser,
            data=f"# {self.mark}案例\n\n正文。\n\n![门口](a.jpg)\n".encode(),
            name="案例.md",
            pictures={"a.jpg": picture((200, 60, 60))},
        )
        cases.set_case(activity=self.case, article=article, question="怎么看？", by=self.organiser)
        self.library_case = cases.save_case(
            organisation=self.organisation,
            article=article,
            by=self.organiser,
            values={"title": f"{self.mark}库中案例", "problem": f"{self.mark}停车难"},
            methods=[f"{self.mark}协商"],
            case=article.case,
        )
        self.feed = Feed.objects.create(
            organisation=self.organisation,
            identity=feed_identity(address=f"http://127.0.0.1/{self.mark}"),
            address=f"http://127.0.0.1/{self.mark}",  # nobody may ask there
            title=f"{self.mark}社区报",
        )
        take_in(
            feed=self.feed,
            entries=[Entry({"id": "1", "title": f"{self.mark}订阅内容"}, f"<p>{self.mark}正文</p>")],
            now=moment("2021-11-15 09:00"),
        )
        self.feed_entry = self.feed.entries.get()
        self.article_file = StoredFile.objects.get(organisation_id=self.organisation.pk, room="articles")
        self.live = LiveFactory(programme=self.programme, title=f"{self.mark}直播课")
        PartFactory(activity=self.live)
        self.question = live.ask_teacher(
            enrolment=self.learner,
            activity=self.live,
            text=f"{self.mark}问老师",
            key=uuid4(),
            is_named=True,
            by=self.learner.person,
        )
        self.check = live.open_check(
            activity=self.live, kind="word", word=f"{self.mark}口令", minutes=30, by=self.organiser
        )
        self.material = live.add_material(
            activity=self.live, by=self.organiser, title=f"{self.mark}讲义", url="https://example.org/"
        )
        self.course = ActivityFactory(
            programme=self.programme, kind=KindKey.COURSE, title=f"{self.mark}在线课"
        )
        self.lesson = PartFactory(activity=self.course, title="第一讲")
        self._quiz()
        self.unit = courses.add_unit(
            activity=self.course, title=f"{self.mark}单元", after=None, by=self.organiser
        )
        self.video = activities.make_video(
            activity=self.course, part=None, title=f"{self.mark}录像", source="file", by=self.organiser
        )
        self.visit = ActivityFactory(
            programme=self.programme,
            kind=KindKey.VISIT,
            title=f"{self.mark}参访",
            starts_at=moment("2021-10-25 09:00"),
            ends_at=moment("2021-10-25 17:00"),
        )
        self.place = PartFactory(activity=self.visit, title=f"{self.mark}花园")
        self._sign_up(Visit.objects.create(organisation=self.organisation, activity=self.visit))
        stop = Stop.objects.create(organisation=self.organisation, part=self.place)
        self.stop_document = add_document(
            stop=stop, by=self.organiser, title=f"{self.mark}导览", url="https://example.org/"
        )
        self.scan_key = uuid4()
        Scan.objects.create(
            organisation=self.organisation,
            key=self.scan_key,
            stop=stop,
            enrolment=self.learner,
            way="code",
            at=self.visit.starts_at,
            received_at=self.visit.ends_at,
            state="waiting",
        )
        brought = {
            "organisation": self.organisation,
            "stop": stop,
            "kind": "photo",
            "caption": f"{self.mark}照片",
            "people": "children",
            "size": 10,
            "at": self.visit.starts_at,
            "received_at": self.visit.ends_at,
        }
        self.field_file = FieldFile.objects.create(
            key=uuid4(), enrolment=self.learner, by=self.learner.person, state="held", **brought
        )
        self.staff_file = FieldFile.objects.create(key=uuid4(), by=self.organiser, state="held", **brought)
        FieldNote.objects.create(
            organisation=self.organisation,
            key=uuid4(),
            note=uuid4(),
            stop=stop,
            enrolment=self.learner,
            text=f"{self.mark}记录",
            at=self.visit.starts_at,
            received_at=self.visit.ends_at,
        )
        self.learner_pass = pass_of(self.learner.code)
        self.evidence = record(
            self.learner, self.live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:00"
        )
        cases.hand_in_reflection(
            enrolment=self.learner,
            activity=self.case,
            text=f"{self.mark}心得" * 60,
            key=uuid4(),
            by=self.learner.person,
        )
        self.reflection = Evidence.objects.get(activity=self.case, fact=FactKind.REFLECTED)
        self.reflection_key = self.reflection.key
        cases.ask_to_show(reflection=self.reflection, by=self.organiser)

    def _quiz(self) -> None:
        """A quiz that the learner has handed in and a classmate is at; a question nobody was asked; a file of questions."""
        self.quiz_part = PartFactory(activity=self.course, title=f"{self.mark}测验")
        quiz = courses.set_quiz(part=self.quiz_part, values={"attempts": 3}, passing="0.6", by=self.organiser)
        self.pool = quizzes.make_pool(
            self.programme, self.organiser, quizzes.single(text=f"{self.mark}题目？"), name=f"{self.mark}题库"
        )
        self.bank_question = self.pool.questions.get()
        courses.set_items(quiz=quiz, lines=[courses.Line(question=self.bank_question)], by=self.organiser)
        self.attempt = quizzes.answer(quiz, self.learner)
        quizzes.begin(quiz, self.classmate)
        self.questions_file = courses.keep_questions(
            programme=self.programme,
            data=f"题目,答案\n{self.mark}新题,对\n".encode(),
            name=f"{self.mark}试题.csv",
            pool=self.pool.name,
            by=self.organiser,
        )

    @property
    def calendar_token(self) -> str:
        return self.learner.calendar_feed.token

    def _surveys(self) -> None:
        """A form by name that a classmate has answered, one that nobody has, and an export whose columns nobody said."""
        self.survey = make(self.live, self.organiser, anonymous=False)
        answer(self.survey, self.classmate, 3, f"{self.mark}同学的话")
        answer(self.survey, self.learner, 5, f"{self.mark}讲得好")
        self.unanswered_survey = make(self.case, self.organiser, anonymous=False, is_for_anybody=True)
        self.answers_file, _new = activities.keep_answers(
            survey=self.survey,
            by=self.organiser,
            data=export(row(1, f"{self.mark}生人", f"{self.mark}社区", "13700000999", "5")),
            name=f"{self.mark}答卷.csv",
        )

    @property
    def survey_token(self) -> str:
        return self.survey.token

    def _sign_up(self, visit: Visit) -> None:
        plan = SignUpPlan.objects.create(
            organisation=self.organisation, visit=visit, is_on=True, asks_contact=True
        )
        self.seat_group = SeatGroup.objects.create(
            organisation=self.organisation, plan=plan, name=f"{self.mark}一号车", capacity=45
        )
        SignUp.objects.create(
            organisation=self.organisation,
            plan=plan,
            group=self.seat_group,
            enrolment=self.learner,
            state="in",
            contact_name=f"{self.mark}家人",
            contact_phone="+8613900139000",
        )

    def _requests(self) -> None:
        """One that waits, one that was refused; a classmate's, whose words are nobody else's."""
        self.waiting_request = ask(self.learner, self.live, reason=f"{self.mark}值班")
        self.refused_request = ask(self.learner, self.visit, reason=f"{self.mark}出差")
        activities.refuse_request(request=self.refused_request, by=self.organiser, note="请附假条")
        ask(self.classmate, self.live, reason=f"{self.mark}同学的话")

    def _files(self) -> None:
        """A roster read, a plan, reports (a name waits, one was decided; one whose columns nobody chose), marks."""

        def kept(purpose: str, name: str, about: str = "", rows: str = ""):
            source, _new = enrolment.keep_source(
                programme=self.programme,
                by=self.organiser,
                data=(rows or f"{self.mark},{name}").encode(),
                name=f"{self.mark}{name}",
                purpose=purpose,
                about_code=about,
            )
            return source

        roster = f"学号,姓名,所在社区,联系电话\r\n090,{self.mark}新学员,{self.mark}社区,1370000{ord(self.mark) % 10000:04d}\r\n"
        self.roster_file = enrolment.read_roster(
            programme=self.programme,
            by=self.organiser,
            data=roster.encode(),
            name=f"{self.mark}花名册.csv",
        )
        self.plan_file = kept(SourcePurpose.PLAN, "计划.csv")
        self.record_file = kept(SourcePurpose.EVIDENCE, "登记.csv")
        self.report = kept(SourcePurpose.MEETING, "会议.csv", self.live.code)
        self.unread = kept(
            SourcePurpose.MEETING, "签到.csv", self.live.code, f"谁,备考\r\n{self.mark}生客,准时\r\n"
        )
        self.completions = kept(
            SourcePurpose.COMPLETION,
            "完成.csv",
            self.course.code,
            f"姓名,学习进度\r\n{self.mark}生客,90%\r\n",
        )
        self.waiting, decided = enrolment.match_rows(
            source_file=self.report,
            seen=[enrolment.Seen(n, n) for n in (f"{self.mark}生人", f"{self.mark}旁人")],
            by=self.organiser,
        )
        enrolment.set_aside(match=decided, by=self.organiser)
        self.decision = IdentityDecision.objects.get(match=decided)

    def _registrations(self) -> None:
        """Three who put themselves down: one waits, one was refused, one was accepted and has not joined."""
        link = enrolment.set_registration(programme=self.programme, by=self.organiser, is_open=True)
        self.registration_link = link.token
        notice = current_privacy_notice()

        def put_down(name: str, phone: str, key: UUID | None = None) -> Registration:
            return enrolment.register(
                link=link,
                key=key or uuid4(),
                name=f"{self.mark}{name}",
                phone=phone,
                community_as_given=f"{self.mark}社区",
                notice_version=notice.version if notice else None,
            )

        self.registration = put_down("报名者", f"1350000{ord(self.mark) % 10000:04d}")
        self.refused_registration = put_down("婉拒者", f"1350001{ord(self.mark) % 10000:04d}")
        enrolment.refuse_registration(
            registration=self.refused_registration, by=self.organiser, reason="名额已满"
        )
        self.registration_key = uuid4()
        accepted = put_down("新同学", f"1350002{ord(self.mark) % 10000:04d}", self.registration_key)
        enrolment.accept_registration(registration=accepted, by=self.organiser)

    def _honours(self) -> None:
        self.round = self.camp.judging.round
        self.calibration = self.camp.calibration
        self.rubric = self.round.rubric_version.rubric
        self.submitted = self.camp.submitted(least_completion=Decimal(0))
        self.approved = honours.approve_selection(
            selection=self.submitted, by=self.supervisor, comment="同意", now=moment("2021-12-28 18:00")
        )
        self.notice = honours.post_notice(
            selection=self.approved,
            title="优秀学员公示",
            by=self.organiser,
            basis="学员已同意",
            now=moment("2021-12-30 09:00"),
        )
        self.objection = honours.raise_objection(
            notice=self.notice,
            name=f"{self.mark}某居民",
            contact=f"1360000{ord(self.mark) % 10000:04d}",
            text="名单有误。",
            now=moment("2021-12-31 09:00"),
        )
        honours.answer_objection(
            objection=self.objection, outcome="rejected", reply="已核对。", by=self.organiser
        )
        self.run = honours.start_issuing(
            selection=self.approved, by=self.organiser, site="http://testserver/", now=ISSUED
        )
        honours.issue_certificates(selection=self.approved, by=self.organiser, now=ISSUED, run=self.run)
        self.certificate = self.programme.certificates.filter(kind="honour").get()
        self.achievement, self.badge_key = self.certificate.badge.achievement, self.certificate.badge.key
        self.draft = self.camp.draft()
        honours.make_scheme(
            programme=self.programme,
            by=self.organiser,
            parts=[
                {"title": "任务", "weight": 40, "source": "duties"},
                {"title": "评审", "weight": 40, "source": "marks"},
                {"title": "表现", "weight": 20, "source": "entered"},
            ],
        )
        self.drafted = self.camp.draft()
        self.given_points = honours.give_points(
            selection=self.drafted,
            enrolment_code=self.learner.code,
            points=Decimal(-1),
            reason=f"{self.mark}缺席一次",
            by=self.organiser,
        )
        self.bar = honours.bar_learner(
            selection=self.draft, enrolment_code=self.classmate.code, reason="重复报名", by=self.organiser
        )

    def _second_round(self) -> None:
        """A round that is open: its sheet can be filled in, and its words are nobody else's."""
        Assignment.objects.filter(round=self.round).update(comment=f"{self.mark}评语甲")
        photo = media.store(
            picture((60, 60, 200)),
            name=f"{self.mark}学员一的照片.jpg",
            organisation_id=self.organisation.pk,
            room="activities",
            subject=self.learner.code,
            accept="image",
            uploaded_by=self.learner.person,
        )
        self.second_task = ActivityFactory(
            programme=self.programme, kind=KindKey.PRACTICE, title=f"{self.mark}第二项实践"
        )
        draft = practice.save_work(
            enrolment=self.learner, activity=self.second_task, text="五位邻居的话", by=self.learner.person
        )
        draft.files.create(organisation=self.organisation, file=photo)
        self.version = practice.hand_in(version=draft, by=self.learner.person)
        self.photo = photo
        hand_in(self.classmate, self.second_task, text=f"{self.mark}同学的话")
        self.open_round = judging.create_round(
            programme=self.programme,
            name="第二次评审",
            rubric_version=self.round.rubric_version,
            judges=self.camp.judging.judges,
            judges_per_entry=2,
            by=self.organiser,
        )
        judging.confirm_draw(round=self.open_round, seed=3, by=self.organiser)
        judging.open_round(round=self.open_round, by=self.organiser)
        mine = Assignment.objects.filter(round=self.open_round, entry__enrolment=self.learner)
        self.sheet = mine.get(judge__person=self.judge)
        self.other_sheet = mine.exclude(judge__person=self.judge).get()
        Assignment.objects.filter(pk=self.other_sheet.pk).update(comment=f"{self.mark}评语乙")
        self.panel_judge = self.camp.judging.judges[0]
        self.tie = judging.declare_tie(
            judge=self.camp.judging.judges[0],
            community_name="远处社区",
            reason=f"{self.mark}缘由",
            by=self.organiser,
        )
        self.marks_file, _new = enrolment.keep_source(
            programme=self.programme,
            by=self.organiser,
            data="学员,评委,评分项,分数\n".encode(),
            name="打分.csv",
            purpose=SourcePurpose.MARKS,
            about_code=self.open_round.code,
        )

    def _rest(self) -> None:
        self.story, self.published_story = (
            stories.import_story(
                programme=self.programme,
                by=self.editor,
                data=f"# {self.mark}{title}\n\n今天去了花园。\n".encode(),
                name="报道.md",
            )
            for title in ("草稿", "报道")
        )
        self.story_category = f"{self.mark}经验"
        self.published_story.article.categories = [self.story_category]
        self.published_story.article.save(update_fields=["categories"])
        self.story_comment = stories.add_comment(
            story=self.story, by=self.editor, text=f"{self.mark}哪个花园？"
        )
        stories.publish_story(story=vouch(self.published_story, self.editor), by=self.organiser)
        notices.send(
            organisation=self.organisation,
            person=self.learner.person,
            kind="letter",
            programme_code=self.programme.code,
            key="test",
            title=f"{self.mark}提醒",
            by=self.organiser,
        )
        self._outbox()
        self.stop_token = signing.dumps({"p": self.learner.person.code, "k": "letter"}, salt=STOP)
        self.message = self.learner.person.received_messages.get(key="test")
        self.waiting_role, self.invitation = programmes.invite_staff(
            programme=self.programme, by=self.organiser, role=Role.JUDGE, name=f"{self.mark}新评委"
        )
        self.reset = people.make_reset_link(
            by=self.organiser, person=self.classmate.person, organisation=self.organisation
        )

        self.old_leader = Leader.objects.create(
            organisation=self.organisation,
            key=uuid4(),
            community=self.community,
            name=f"{self.mark}骨干",
            phone=f"1330000{ord(self.mark) % 10000:04d}",
            found_on="2021-10-25",
            changed_at=moment("2021-10-25 09:00"),
        )
        self._graph()
        self.data_copy = people.ask_copy(person=self.learner.person)
        self.erasure = people.begin_erasure(
            organisation=self.organisation,
            subject_code=self.learner.code,
            person=self.learner.person,
            name=self.learner.name,
            how="paper",
            by=self.organiser,
        )
        self.device = people.enter(person=self.learner.person, address="127.0.0.1", device="Firefox")

    def _graph(self) -> None:
        """An organisation, a venue with a photo, what ties them, and a list that the community stands on."""
        of = {"community": self.community, "by": self.organiser}
        self.group = communities.add_node(
            what="group", key=uuid4(), title=f"{self.mark}河长队", kind="charity", **of
        )
        self.venue = communities.add_node(what="venue", key=uuid4(), title=f"{self.mark}榕树头", **of)
        self.tie_key = communities.tie(one=self.group, other=self.venue, by=self.organiser).pk
        communities.add_node_photos(
            node=self.venue,
            by=self.organiser,
            uploads=[SimpleUploadedFile("树.jpg", picture((9, 90, 9)))],
            moment="before",
        )
        self.node_photo_key = self.venue.photos.get().pk
        self.roll = communities.save_roll(
            organisation=self.organisation, by=self.organiser, title=f"{self.mark}示范点"
        )
        communities.enter_on_roll(roll=self.roll, communities=[self.community], by=self.organiser)
        self.roll_entry_key = self.roll.entries.get().pk

    def _outbox(self) -> None:
        self.noticed = Device.objects.create(
            person=self.learner.person, endpoint=f"https://push.example.org/{self.mark}", key="k", secret="s"
        )
        self.robot = Robot.objects.create(
            organisation=self.organisation,
            programme_code=self.programme.code,
            name=f"{self.mark}学员群",
            service="wecom",
            address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
            kinds=["to_read"],
        )
        post = GroupPost.objects.create(
            organisation=self.organisation,
            robot=self.robot,
            key="test",
            kind="to_read",
            title=f"{self.mark}新案例",
        )
        self.delivery = Delivery.objects.create(
            organisation=self.organisation,
            post=post,
            channel=Channel.ROBOT,
            programme_code=self.programme.code,
            state=DeliveryState.UNCERTAIN,
        )

    @property
    def phones(self) -> list[str]:
        return [e.phone for e in self.programme.enrolments.exclude(phone="")] + [
            f"1370000{ord(self.mark) % 10000:04d}",
            f"1360000{ord(self.mark) % 10000:04d}",
            f"1330000{ord(self.mark) % 10000:04d}",
            *self.programme.registrations.values_list("phone", flat=True),
        ]
