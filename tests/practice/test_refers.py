"""A report refers to what its learner wrote on a visit: as it read when it was handed in, and never to somebody else's."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.learning import Learning
from yingzao.activities import kind as kinds
from yingzao.activities.enums import KindKey
from yingzao.activities.kind import ideas_of
from yingzao.core import clock
from yingzao.practice import actions
from yingzao.visits.models import FieldNote, Stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    camp = Learning()
    visit = ActivityFactory(programme=camp.programme, kind=KindKey.VISIT, title="走进霞石村")
    part = PartFactory(activity=visit, title="社区花园", position=1)
    camp.stop = Stop.objects.create(organisation=camp.programme.organisation, part=part)
    camp.task = ActivityFactory(programme=camp.programme, kind=KindKey.PRACTICE, title="总结报告")
    camp.idea = note(camp, camp.learner, "在楼顶种菜", text="花园由居民轮流浇水")
    return camp


def note(camp, enrolment, idea, *, text="看到的", of=None, at=None):
    now = at or clock.now()
    return FieldNote.objects.create(
        organisation=camp.programme.organisation,
        key=uuid.uuid4(),
        note=of or uuid.uuid4(),
        stop=camp.stop,
        enrolment=enrolment,
        by=enrolment.person,
        text=text,
        idea=idea,
        at=now,
        received_at=now,
    )


def save(camp, refers, text="报告" * 10):
    return actions.save_work(
        enrolment=camp.learner, activity=camp.task, text=text, refers=refers, by=camp.learner.person
    )


def test_only_own_ideas_can_be_referred_to(camp):
    foreign = note(camp, camp.other, "别人的想法")
    note(camp, camp.learner, "", text="没有想法的笔记")
    assert [idea.text for idea in ideas_of(camp.learner)] == ["在楼顶种菜"]
    draft = save(camp, [str(camp.idea.note), str(foreign.note), "x"])
    assert [one["text"] for one in draft.content["refers"]] == ["在楼顶种菜"]
    assert draft.content["refers"][0]["where"] == "走进霞石村 · 社区花园"


def test_a_handed_in_report_keeps_the_idea_as_it_read(camp):
    handed_in = actions.hand_in(version=save(camp, [str(camp.idea.note)]), by=camp.learner.person)
    sha256 = handed_in.sha256
    note(camp, camp.learner, "改了主意", of=camp.idea.note, at=clock.now() + dt.timedelta(minutes=1))
    handed_in.refresh_from_db()
    assert (handed_in.content["refers"][0]["text"], handed_in.sha256) == ("在楼顶种菜", sha256)
    again = actions.begin_again(enrolment=camp.learner, activity=camp.task, by=camp.learner.person)
    assert again.content["refers"][0]["text"] == "在楼顶种菜"
    assert save(camp, [str(camp.idea.note)]).content["refers"][0]["text"] == "改了主意"


def test_typing_keeps_what_is_referred_to_and_unticking_takes_it_off(camp):
    save(camp, [str(camp.idea.note)])
    kept = actions.keep_typed(enrolment=camp.learner, activity=camp.task, text="更多", by=camp.learner.person)
    assert kept.content["refers"]
    assert "refers" not in save(camp, []).content


def test_ticked_on_the_phone_and_read_by_learner_mentor_and_judge(client, camp):
    client.force_login(camp.learner.person)
    address = reverse("practice:learner-task", args=[camp.task.code])
    assert "在楼顶种菜" in client.get(address).content.decode()
    client.post(address, {"text": "报告" * 10, "number": "1", "refers": str(camp.idea.note), "hand_in": "1"})
    page = client.get(address).content.decode()
    assert "花园由居民轮流浇水" in page
    version = camp.learner.entries.get(activity=camp.task).versions.get()
    client.force_login(camp.by)
    assert "在楼顶种菜" in client.get(reverse("practice:version", args=[version.code])).content.decode()
    [line] = kinds.get("practice").beside(version)
    assert "在楼顶种菜" in line


def test_an_unknown_idea_is_said_and_the_text_stays(client, camp):
    client.force_login(camp.learner.person)
    address = reverse("practice:learner-task", args=[camp.task.code])
    answer = client.post(address, {"text": "写了很久", "refers": str(uuid.uuid4())})
    assert (answer.status_code, "写了很久" in answer.content.decode()) == (422, True)


def test_without_notes_nothing_is_offered(client, camp):
    client.force_login(camp.other.person)
    page = client.get(reverse("practice:learner-task", args=[camp.task.code]))
    assert "refers" not in page.context["form"].fields
