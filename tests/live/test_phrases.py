"""Reasons as sentences."""

import pytest
from django.utils import translation

from yingzao.live.phrases import said

HEARD = {"code": "live.heard", "minutes": 90, "needed": 72, "claimed": 100, "overlapping": 10}
MAKE_UP = {"code": "live.make_up", "until": "2026-12-10", "how": "看回放。"}


@pytest.mark.parametrize(
    ("language", "reason", "sentences"),
    [
        (
            "zh-hans",
            HEARD,
            "听了 90 分钟，规定 72 分钟。平台累计 100 分钟：两台设备重叠的 10 分钟只算一次。",
        ),
        (
            "en",
            HEARD,
            "Heard 90 minutes; 72 are needed. The platform's own sum is 100 minutes: "
            "10 on two devices at once count once.",
        ),
        ("zh-hans", MAKE_UP, "2026年12月10日前可以补学。看回放。"),
        ("zh-hans", MAKE_UP | {"how": ""}, "2026年12月10日前可以补学。"),
    ],
)
def test_sentences_of_a_reason_stand_apart_as_their_language_has_it(language, reason, sentences):
    with translation.override(language):
        assert said(reason) == sentences
