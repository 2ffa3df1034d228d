"""Rows of field visits."""

from yingzao.visits.models.check_ins import Scan
from yingzao.visits.models.documents import StopDocument
from yingzao.visits.models.hosts import HostReply, StopHost
from yingzao.visits.models.material import FieldFile, FieldNote
from yingzao.visits.models.plan import Stop, Visit, new_secret
from yingzao.visits.models.sign_up import SeatGroup, SignUp, SignUpPlan

__all__ = [
    "FieldFile",
    "FieldNote",
    "HostReply",
    "Scan",
    "SeatGroup",
    "SignUp",
    "SignUpPlan",
    "Stop",
    "StopDocument",
    "StopHost",
    "Visit",
    "new_secret",
]
