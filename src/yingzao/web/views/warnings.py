"""预警: the desk's list, and a mentor's own teams on the phone."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise
from yingzao.web import actions, exports, warnings
from yingzao.web.outlook import Group
from yingzao.web.views import access
from yingzao.web.views.messages import preview_of_reminder


def _asked(request: HttpRequest, programme: Programme) -> warnings.Warnings:
    show = request.GET.get("show", "")
    return warnings.warnings_of(
        programme,
        search=request.GET.get("q", ""),
        show=show if show in list(Group) else "",
        team=request.GET.get("team", ""),
    )


@login_required
def desk(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.desk_programme(request, programme_code)
    found = _asked(request, programme)
    show = request.GET.get("show", "")
    people = warnings.to_remind(found, show) if may_organise(request.user, programme) else []
    context = {
        "programme": programme,
        "warnings": found,
        "groups": [(group, rows, TITLES[group]()) for group, rows in found.in_groups()],
        "choices": [
            ("", _("All three"), sum(found.counts.values())),
            *((str(g), TITLES[g](), found.counts[g]) for g in Group if g != Group.SAFE),
        ],
        "teams": [
            ("", _("All teams"), None),
            *((t.code, t.name, None) for t in programme.teams.order_by("pk")),
        ],
        "show": show,
        "team": request.GET.get("team", ""),
        "reminded": people,
    }
    return render(request, "web/warnings.html", context)


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The list as it is filtered, as .xlsx."""
    programme = access.desk_programme(request, programme_code)
    found = _asked(request, programme)
    titles = {str(g): TITLES[g]() for g in Group}
    return exports.as_download(
        exports.warnings_workbook(programme, found, titles, clock.today()),
        f"{programme.full_name} {_('Early warning')} {clock.today()}.xlsx",
    )


@login_required
@require_POST
def remind(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Remind those on the list, as it stands now; first what that would be."""
    programme = access.organised_programme(request, programme_code)
    show = request.POST.get("show", "")
    found = warnings.warnings_of(programme, team=request.POST.get("team", ""))
    people = warnings.to_remind(found, show if show in list(Group) else "")
    if people and "confirmed" not in request.POST:
        back = reverse("web:desk-warnings", args=[programme.code])
        return preview_of_reminder(request, programme, people, back)
    sent = actions.remind(programme=programme, person_ids=people, by=request.user)
    if sent:
        told = ngettext("%(count)d learner is reminded.", "%(count)d learners are reminded.", sent)
        messages.success(request, told % {"count": sent})
    else:
        messages.info(request, _("They have all been reminded today; nothing was sent again."))
    return redirect("web:desk-warnings", programme.code)


@login_required
def mentor(request: HttpRequest) -> HttpResponse:
    """The person's own teams, programme by programme."""
    teams = warnings.mentored_teams(request.user)
    parts = []
    for programme, members in groupby(teams, key=lambda team: team.programme):
        found = warnings.warnings_of(programme, teams=list(members), search=request.GET.get("q", ""))
        parts.append((programme, found, [(g, rows, TITLES[g]()) for g, rows in found.in_groups()]))
    return render(request, "web/mentor_warnings.html", {"audience": "public", "parts": parts, "teams": teams})


TITLES = {
    Group.LOST: lambda: _("Out of reach"),
    Group.EDGE: lambda: _("Out of reach if one more is missed"),
    Group.BEHIND: lambda: _("Behind, but in time"),
    Group.SAFE: lambda: "",
}
