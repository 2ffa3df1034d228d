"""Who runs a programme, judges in it and watches over it. Links are shown once, on the page that made them."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.people.queries import open_invitations
from yingzao.programmes import actions, phrases, queries
from yingzao.programmes.enums import Role
from yingzao.programmes.forms import StaffForm
from yingzao.programmes.models import Programme, StaffRole
from yingzao.programmes.rules import may_organise
from yingzao.programmes.views import access


@login_required
def staff_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    staff = list(queries.staff_of(programme))
    invited = {i.target_code: i for i in open_invitations([s.code for s in staff if s.person_id is None])}
    order = {role: position for position, role in enumerate(Role.values)}
    staff.sort(key=lambda s: (order[s.role], s.pk))
    groups = [
        {
            "label": Role(role).label,
            "does": phrases.role_does(role),
            "members": [{"staff": s, "invitation": invited.get(s.code)} for s in members],
        }
        for role, members in groupby(staff, key=lambda s: s.role)
    ]
    context = {"programme": programme, "groups": groups, "organises": may_organise(request.user, programme)}
    return render(request, "programmes/staff.html", context)


@login_required
@never_cache
def invite(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_run(request.user, programme_code)
    initial = {"role": request.GET.get("role", Role.JUDGE)}
    form = StaffForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            staff, token = actions.invite_staff(programme=programme, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return _show_invitation(request, programme, staff, token)
    context = {"programme": programme, "form": form, "does": [(r.label, phrases.role_does(r)) for r in Role]}
    return render(request, "programmes/invite.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@never_cache
def invite_again(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    staff = access.staff_to_run(request.user, programme_code, code)
    token = actions.invite_again(staff=staff, by=request.user)
    return _show_invitation(request, staff.programme, staff, token)


@login_required
@require_POST
def end(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    staff = access.staff_to_run(request.user, programme_code, code)
    actions.end_staff_role(staff=staff, by=request.user)
    messages.success(request, _("The role of %(name)s has ended.") % {"name": staff.name})
    return redirect("programmes:desk-staff", programme_code)


@login_required
@require_POST
@never_cache
def reset_link(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    staff = access.staff_to_run(request.user, programme_code, code)
    token = actions.make_staff_reset_link(staff=staff, by=request.user)
    context = {
        "programme": staff.programme,
        "name": staff.name,
        "link": request.build_absolute_uri(reverse("people:reset", args=[token])),
        "back": reverse("programmes:desk-staff", args=[programme_code]),
        "for_password": True,
    }
    return render(request, "programmes/link.html", context)


def _show_invitation(
    request: HttpRequest, programme: Programme, staff: StaffRole, token: str
) -> HttpResponse:
    context = {
        "programme": programme,
        "name": staff.name,
        "role": Role(staff.role).label,
        "link": request.build_absolute_uri(reverse("people:join", args=[token])),
        "back": reverse("programmes:desk-staff", args=[programme.code]),
    }
    return render(request, "programmes/link.html", context)
