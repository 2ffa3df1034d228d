"""WebSub (https://www.w3.org/TR/websub/): telling the hub that a feed has something new.

How a publisher does that is left open there; every hub takes the form of PubSubHubbub 0.4: `hub.mode=publish` with
`hub.url`, posted as a form and answered with 2xx.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from yingzao.core.ports import Answer, Outcome
from yingzao.integrations.web.connecting import Forbidden, connected

SECONDS = 15


class WebSubCourier:
    def missing(self) -> str:
        if not settings.YINGZAO_HUB:
            return "YINGZAO_HUB"
        return "" if settings.YINGZAO_ADDRESS else "YINGZAO_ADDRESS"

    def tell(self, topics: Sequence[str]) -> Answer:
        parts = urlsplit(settings.YINGZAO_HUB)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return Answer(Outcome.NEVER, "address")
        body = urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)])
        try:
            # Whoever runs this Yingzao named the hub: it may stand in the house.
            connection = connected(parts, SECONDS, inside=True)
        except (Forbidden, OSError, ssl.SSLError) as failure:
            return Answer(Outcome.LATER, "unreachable", str(failure)[:300])
        try:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
            response = connection.getresponse()
            said = response.read(300).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as failure:
            return Answer(Outcome.LATER, "no_answer", str(failure)[:300])
        finally:
            connection.close()
        if 200 <= response.status < 300:
            return Answer(Outcome.ACCEPTED)
        later = response.status == 429 or response.status >= 500
        return Answer(Outcome.LATER if later else Outcome.NEVER, str(response.status), said)
