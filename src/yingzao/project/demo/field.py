"""What a learner of the running edition brought from the own community: a walk, an interview, a proposal, a survey, needs."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from yingzao.communities import actions as communities
from yingzao.communities.enums import NeedSource
from yingzao.core import clock
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork import actions as fieldwork
from yingzao.fieldwork.models import Guide, ResidentSurvey, Walk
from yingzao.fieldwork.readers.deliveries import read_delivery
from yingzao.people.models import Person
from yingzao.practice import actions as practice
from yingzao.programmes.models import Programme

LEARNER = "学员03"
SOUTH, WEST = 23.0293, 113.1502  # where the walk begins: a corner of Guicheng, nobody's address
POINTS = (  # kind, facet, words, place, metres north and east of the beginning
    ("resource", "culture", "榕树头的长椅，傍晚总有老人在这里讲古。", "榕树头", (0, 0)),
    ("problem", "place", "河边步道的灯坏了三盏，晚上没人敢走。\n居民说报过一次，还没有回音。", "河边步道中段", (70, 45)),
    ("resource", "place", "旧文具店空了半年，卷闸门上写着“可议”。", "市场旁 3 号铺", (130, 150)),
    ("observation", "people", "晨练队有二十来人，自己带音响，七点半准时收摊让路。", "东门小广场", (40, 220)),
    ("problem", "service", "公告栏最新一张是去年的，旁边贴满小广告。", "东门公告栏", None),
)  # fmt: skip
SAID = (
    "住了二十三年，跟着厂里分房搬来的。",
    "有事都找三楼的阿姨，她认得全楼的人。",
    "疫情那阵子我们楼自己排班送菜，排了一个多月，没断过。",
    "想在楼下弄个晾晒的地方，卡在没人愿意先牵头。",
    "固定有五六个人，周三晚上在榕树头聊一聊。",
    "榕树头那几张长椅，还有那间空铺。",
    "搭把手没问题，带头的话要先看看大家的意思。",
    "可以去找理发店的师傅，他什么都知道。",
)
NEEDS = (
    ("河边步道的路灯坏了", "傍晚散步的老人和放学的孩子", "place"),
    ("河边步道晚上没有路灯", "晚归的居民", "place"),
    ("放学后孩子没有去处", "双职工家庭", "service"),
)
ANSWERS = (
    ("36_59", "6_10", ["clean", "parking"], "楼道的旧家具清一清。"),
    ("60_74", "o10", ["lift", "elder"], "上下楼太难了。"),
    ("o75", "o10", ["elder", "lift"], "想有个地方吃午饭。"),
    ("18_35", "1_5", ["parking"], ""),
    ("36_59", "o10", ["children", "space"], "孩子放学没地方去。"),
    ("60_74", "6_10", ["space", "clean"], ""),
    ("18_35", "u1", ["property", "parking"], "物业电话打不通。"),
    ("36_59", "1_5", ["children"], ""),
    ("60_74", "o10", ["elder"], "河边晚上太黑。"),
    ("36_59", "6_10", ["clean", "property"], ""),
    ("18_35", "1_5", ["children", "space"], "想要一间自习室。"),
    ("o75", "o10", ["lift"], "谢谢来问我们。"),
)


def bring_field(programme: Programme, organiser: Person) -> None:
    """As phones and the desk would, the same at each building. Nothing where the learner has no community of the register."""
    learner = programme.enrolments.select_related("person", "community", "programme").get(name=LEARNER)
    if learner.person is None or learner.community is None:
        return
    fieldwork.add_ready_guides(organisation=programme.organisation, by=organiser)
    walked = clock.now() - dt.timedelta(days=3, hours=2)
    _deliver(learner, [*_walk(walked), _interview(programme, walked), *_proposals(walked)])
    _needs(learner, organiser)
    _survey(learner, organiser)


def _deliver(learner: Enrolment, items: list[dict[str, Any]]) -> None:
    now = clock.now()
    delivery = read_delivery({
        "clock": round(now.timestamp() * 1000),
        "items": [json.dumps(item, ensure_ascii=False) for item in items],
    })  # fmt: skip
    bearer = practice.read_field_ticket(practice.field_ticket(learner), now)
    assert delivery is not None
    assert bearer is not None
    receipts = practice.take_delivery(bearer=bearer, delivery=delivery, now=now)
    refused = [str(receipt.sentence) for receipt in receipts if receipt.state == "refused"]
    assert not refused, refused


def _walk(began: dt.datetime) -> list[dict[str, Any]]:
    walk = str(_key("walk"))
    items: list[dict[str, Any]] = [
        {"key": walk, "do": "walk", "at": _ms(began), "title": "周六傍晚沿河走一圈"}
    ]
    for number, (kind, facet, text, where, off) in enumerate(POINTS):
        point = {
            "key": str(_key(f"said-{number}")),
            "do": "point",
            "at": _ms(began + dt.timedelta(minutes=9 * number + 4)),
            "walk": walk,
            "point": str(_key(f"point-{number}")),
            "kind": kind,
            "facet": facet,
            "text": text,
            "where": where,
        }
        if off is not None:
            point["place"] = [round(SOUTH + off[0] / 111_320, 6), round(WEST + off[1] / 102_460, 6), 12]
        items.append(point)
    return items


def _interview(programme: Programme, day: dt.datetime) -> dict[str, Any]:
    guide = Guide.objects.get(organisation=programme.organisation, title="社区领袖访谈")
    return {
        "key": str(_key("interview")),
        "do": "interview",
        "at": _ms(day + dt.timedelta(hours=1)),
        "guide": guide.code,
        "version": guide.version,
        "on": clock.local_date(day).isoformat(),
        "role": "楼长",
        "answers": list(SAID),
        "observed": "说话时不断有邻居打招呼。讲到空铺时眼睛亮了。",
        "purposes": [],
    }


def _proposals(day: dt.datetime) -> list[dict[str, Any]]:
    told = (
        ("topic", "河边步道晚间照明", "走访和问卷里都有人提到。", ["place"]),
        ("group", "东门晨练队", "二十来人，自己带音响，准时收摊。", ["people"]),
    )
    return [
        {"key": str(_key(title)), "do": "proposal", "at": _ms(day), "kind": kind, "title": title, "text": text, "facets": facets}
        for kind, title, text, facets in told
    ]  # fmt: skip


def _needs(learner: Enrolment, organiser: Person) -> None:
    """Three, of which two say the same. The first is made of a point of the walk, by the organiser."""
    assert learner.person is not None
    assert learner.community is not None
    point = Walk.objects.get(key=_key("walk")).points.get(key=_key("point-1"))
    for number, (title, whose, facet) in enumerate(NEEDS):
        said: dict[str, Any] = {"title": title, "whose": whose, "facets": [facet]}
        if number == 0:
            fieldwork.make_of_point(point=point, what="need", by=organiser, evidence=point.text, **said)
            continue
        source = NeedSource.INTERVIEW if number == 2 else NeedSource.SURVEY
        practice.record_need(
            enrolment=learner, by=learner.person, key=_key(f"need-{number}"), source=source, **said
        )
    communities.look_for_likeness(community=learner.community)


def _survey(learner: Enrolment, organiser: Person) -> ResidentSurvey:
    assert learner.community is not None
    survey = fieldwork.start_survey(
        community=learner.community,
        by=organiser,
        title="社区需求小调查",
        purpose="了解大家最希望改善什么，三分钟填完。",
        questions=fieldwork.plan_questions("needs"),
        settings={"is_shared": True},
        for_person=learner.person,
    )
    for number, (age, years, needs, say) in enumerate(ANSWERS):
        fieldwork.send(
            survey=survey,
            key=_key(f"answer-{number}"),
            version=survey.version,
            answers={"age": age, "years": years, "needs": needs, "join": "maybe", "say": say},
            now=clock.now() - dt.timedelta(days=2, minutes=17 * number),
        )
    return survey


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"https://example.org/field/{name}")


def _ms(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)
