"""What phones deliver of walks, interviews and proposals, as they do it: items with a ticket at the door."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from yingzao.core import clock
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork import actions as fieldwork
from yingzao.fieldwork.models import FieldPhoto, Guide, Interview, Proposal, Walk, WalkPoint
from yingzao.fieldwork.readers.deliveries import Receipt, read_delivery
from yingzao.people.models import Person
from yingzao.practice import actions

NUMBER = "13800004321"


def item(do: str, **told: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "do": do, "at": round(clock.now().timestamp() * 1000)} | told


def point(walk: str, **told: Any) -> dict[str, Any]:
    said = {"kind": "problem", "facet": "place", "text": "路灯坏了", "where": "河边步道"} | told
    return item("point", walk=walk, **{"point": str(uuid4())} | said)


def talk(guide: Guide, **told: Any) -> dict[str, Any]:
    said = {"role": "楼长", "answers": ["住了二十年"], "observed": "", "purposes": []} | told
    return item("interview", **{"guide": guide.code, "version": guide.version} | said)


def deliver(learner: Enrolment, *items: dict[str, Any]) -> list[Receipt]:
    now = clock.now()
    texts = [json.dumps(one, ensure_ascii=False) for one in items]
    delivery = read_delivery({"clock": round(now.timestamp() * 1000), "items": texts})
    bearer = actions.read_field_ticket(actions.field_ticket(learner), now)
    assert delivery is not None
    assert bearer is not None
    return actions.take_delivery(bearer=bearer, delivery=delivery, now=now)


def guide_of(organisation, by: Person, *questions: str, title: str = "楼长访谈") -> Guide:
    told = [{"text": text, "hint": ""} for text in questions or ("住了多久？", "最愁什么？")]
    return fieldwork.add_guide(organisation=organisation, by=by, title=title, questions=told)


def walked(learner: Enrolment, *said: dict[str, Any], title: str = "沿河走") -> Walk:
    """A walk with these points (one where none is said), as it arrived."""
    key = str(uuid4())
    deliver(learner, item("walk", key=key, title=title), *(point(key, **one) for one in said or ({},)))
    return Walk.objects.get(key=key)


def talked(learner: Enrolment, guide: Guide, **told: Any) -> Interview:
    said = talk(guide, **told)
    (receipt,) = deliver(learner, said)
    assert receipt.state == "noted", receipt
    return Interview.objects.get(key=said["key"])


def proposed(learner: Enrolment, **told: Any) -> Proposal:
    said = item("proposal", **{"kind": "topic", "title": "旧楼加装电梯", "text": "", "facets": []} | told)
    deliver(learner, said)
    return Proposal.objects.get(key=said["key"])


def photo_bytes(colour: tuple[int, int, int] = (40, 90, 120)) -> bytes:
    """As a camera takes it: with a place and a maker in it."""
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    Image.new("RGB", (320, 240), colour).save(data, "JPEG", exif=exif)
    return data.getvalue()


def shown(learner: Enrolment, of: WalkPoint | Interview, data: bytes | None = None) -> FieldPhoto:
    """A photo of it that has arrived."""
    data = data if data is not None else photo_bytes()
    told = item("field_photo", of=str(of.key), size=len(data), sum=hashlib.sha256(data).hexdigest())
    deliver(learner, told)
    bearer = actions.read_field_ticket(actions.field_ticket(learner), clock.now())
    assert bearer is not None
    actions.take_photo_piece(bearer=bearer, key=UUID(told["key"]), at=0, data=data)
    return FieldPhoto.objects.get(key=told["key"])
