"""What this room keeps of a person: nothing of its own. A folder that was put together before somebody was erased goes as a whole."""

from yingzao.people import personal
from yingzao.people.personal import Erasure
from yingzao.web import actions
from yingzao.web.models import ActivityFolder


def erase(erasure: Erasure) -> None:
    actions.drop_folders(ActivityFolder.objects.filter(organisation=erasure.organisation))


personal.on_erase("web", erase)
