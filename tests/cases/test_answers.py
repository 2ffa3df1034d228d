"""Reflections answered by mentors and organisers, and shown to the cohort while their writers agree."""

import uuid

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities.models import Evidence
from yingzao.articles.models import Article
from yingzao.cases import actions, queries
from yingzao.cases.models import CaseReading, ReflectionAnswer, ReflectionShare
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.notices.models import Message
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db
SECRET = "我们楼有一户一直不肯签"


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def case(camp):
    organisation = camp.programme.organisation
    case = ActivityFactory(programme=camp.programme, title="案例一", rule={"reflection_characters": 5})
    article = Article.objects.create(organisation=organisation, title="夜谈", html="<p>居民说</p>")
    CaseReading.objects.create(organisation=organisation, activity=case, article=article)
    return case


@pytest.fixture
def mentor(camp):
    mentor = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR)
    camp.learner.team = TeamFactory(programme=camp.programme, mentor=mentor)
    camp.learner.save()
    return mentor.person


@pytest.fixture
def reflection(camp, case):
    actions.hand_in_reflection(
        enrolment=camp.learner, activity=case, text=SECRET, key=uuid.uuid4(), by=camp.learner.person
    )
    return Evidence.objects.get(fact="reflected")


def text(response) -> str:
    return response.content.decode()


def page(reflection):
    return reverse("cases:reflection", args=[reflection.key])


def test_a_mentor_reads_and_answers_and_the_learner_is_told(client, camp, case, mentor, reflection):
    client.force_login(mentor)
    queue = text(client.get(reverse("cases:mentor-reflections")))
    assert camp.learner.name in queue
    assert SECRET in text(client.get(page(reflection)))
    sent = {"text": "下次先问他最担心什么。", "key": str(uuid.uuid4())}
    for _double in range(2):
        assert client.post(page(reflection), sent).status_code == 302
    assert [(a.text, a.by) for a in ReflectionAnswer.objects.all()] == [("下次先问他最担心什么。", mentor)]
    assert camp.learner.name not in text(client.get(reverse("cases:mentor-reflections")))
    assert camp.learner.name in text(client.get(reverse("cases:mentor-reflections"), {"show": "all"}))
    assert Message.objects.filter(person=camp.learner.person).count() == 1
    client.force_login(camp.learner.person)
    assert "下次先问他最担心什么。" in text(client.get(reverse("cases:learner-case", args=[case.code])))
    client.force_login(camp.other.person)
    shown = text(client.get(reverse("cases:learner-case", args=[case.code])))
    assert not {SECRET, "下次先问他最担心什么。"} & set(shown.split("\n"))
    assert SECRET not in shown


def test_an_empty_answer_is_refused_and_a_key_is_of_one_reflection(client, camp, case, mentor, reflection):
    client.force_login(mentor)
    assert client.post(page(reflection), {"text": "  ", "key": str(uuid.uuid4())}).status_code == 422
    key = uuid.uuid4()
    actions.answer_reflection(reflection=reflection, text="好", key=key, by=mentor)
    with pytest.raises(Refused) as refusal:
        actions.answer_reflection(reflection=reflection, text="好", key=key, by=camp.by)
    assert refusal.value.code == "key"


@pytest.mark.parametrize(
    "who", ["stranger", "classmate", "other mentor", "former mentor", "judge", "organiser elsewhere"]
)
def test_nobody_else_reads_or_answers(client, camp, mentor, reflection, who):
    person = {
        "stranger": PersonFactory,
        "classmate": lambda: camp.other.person,
        "other mentor": lambda: StaffRoleFactory(programme=camp.programme, role=Role.MENTOR).person,
        "former mentor": lambda: mentor,
        "judge": lambda: StaffRoleFactory(programme=camp.programme, role=Role.JUDGE).person,
        "organiser elsewhere": lambda: StaffRoleFactory().person,
    }[who]()
    if who == "former mentor":
        camp.learner.team = None
        camp.learner.save()
    client.force_login(person)
    assert client.get(page(reflection)).status_code == 404
    assert client.post(page(reflection), {"text": "好", "key": str(uuid.uuid4())}).status_code == 404
    assert client.post(reverse("cases:reflection-ask", args=[reflection.key])).status_code == 404
    assert client.post(reverse("cases:learner-reflection-show", args=[reflection.key])).status_code == 404
    assert not ReflectionAnswer.objects.exists()


def test_a_supervisor_reads_and_does_not_answer(client, camp, reflection):
    client.force_login(StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person)
    shown = text(client.get(page(reflection)))
    assert SECRET in shown
    assert "<textarea" not in shown
    assert client.post(page(reflection), {"text": "好", "key": str(uuid.uuid4())}).status_code == 404


def test_a_good_one_is_shown_only_while_its_writer_agrees(client, camp, case, mentor, reflection):
    asked = reverse("cases:reflection-ask", args=[reflection.key])
    decide = reverse("cases:learner-reflection-show", args=[reflection.key])
    case_page = reverse("cases:learner-case", args=[case.code])
    client.force_login(mentor)
    for _again in range(2):
        client.post(asked)
    assert Message.objects.filter(person=camp.learner.person).count() == 1

    def seen_by_others() -> bool:
        client.force_login(camp.other.person)
        found = SECRET in text(client.get(case_page))
        client.force_login(camp.learner.person)
        return found

    assert not seen_by_others()
    for agrees, state, shown in (
        ("0", "declined", False),
        ("1", "agreed", True),
        ("0", "withdrawn", False),
        ("1", "agreed", True),
    ):
        client.post(decide, {"agrees": agrees})
        assert (ReflectionShare.objects.get().state, seen_by_others()) == (state, shown)
    assert AuditLine.objects.filter(act="cases.reflection.showing_decided").count() == 4
    client.force_login(camp.other.person)
    assert client.post(decide, {"agrees": "0"}).status_code == 404
    elsewhere = EnrolmentFactory(person=PersonFactory())
    client.force_login(elsewhere.person)
    assert client.get(case_page).status_code == 404
    reflection.withdrawn_at = reflection.recorded_at
    reflection.save()
    assert not queries.shown_reflections(case).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(client, camp, case, mentor, count, django_assert_num_queries):
    for n in range(count):
        actions.hand_in_reflection(
            enrolment=camp.learner,
            activity=case,
            text=f"{SECRET}{n}",
            key=uuid.uuid4(),
            by=camp.learner.person,
        )
    client.force_login(mentor)
    with django_assert_num_queries(11):
        client.get(reverse("cases:mentor-reflections"))
