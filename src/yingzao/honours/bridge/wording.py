"""What a certificate says: the facts of a programme and a holder, put where the layout's placeholders stand."""

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _

from yingzao.core import clock
from yingzao.honours.bridge.typesetting import CertificateWords, chinese_day
from yingzao.honours.rules import numbers
from yingzao.honours.rules.layout import LANGUAGE, Facts
from yingzao.programmes.models import Programme

# Names for trying a layout out: an ordinary one, and one as long as they come.
SAMPLES = {"usual": "王小明", "long": "阿卜杜热西提·买买提吐尔逊"}


def words_for(
    *,
    programme: Programme,
    name: str,
    community: str,
    hours: str,
    hour_minutes: int,
    number: str,
    code: str,
    site: str,
    issued_on: dt.date,
) -> CertificateWords:
    """`site` is the address that the QR code leads to, `hours` are empty where none are counted."""
    address = site.rstrip("/") + "/verify/"
    with translation.override(LANGUAGE):
        period = _period(programme.starts_on, programme.ends_on)
    return CertificateWords(
        facts=Facts(
            name=name,
            programme=programme.full_name,
            period=period,
            hours=hours,
            hour_minutes=str(hour_minutes),
            community=community,
            guided_by=programme.guided_by or programme.full_name,
            issuer=programme.organisation.name,
            date=chinese_day(issued_on),
            number=number,
            address=address.split("://")[-1],
        ),
        seal=numbers.seal_text(programme.name),
        link=f"{address}{code}/",
        issued_on=issued_on,
    )


def sample_words(programme: Programme, sample: str, site: str) -> CertificateWords:
    """Somebody who does not exist, so that a clerk sees a whole certificate before anybody has one."""
    number = numbers.certificate_number(
        prefix="YZ", year=programme.starts_on.year, term=1, serial=1 if sample == "usual" else 1000
    )
    return words_for(
        programme=programme,
        name=SAMPLES[sample],
        community="霞石村" if sample == "usual" else "平洲夏西海三路社区居民委员会",
        hours="45" if sample == "usual" else "128.5",
        hour_minutes=programme.hour_minutes,
        number=number,
        code="ABCD2345",
        site=site,
        issued_on=clock.today(),
    )


def _period(start: dt.date, end: dt.date) -> str:
    told = {"year": start.year, "month": start.month, "end_year": end.year, "end_month": end.month}
    if start.year == end.year:
        return _("%(month)d to %(end_month)d/%(year)d") % told
    return _("%(month)d/%(year)d to %(end_month)d/%(end_year)d") % told
