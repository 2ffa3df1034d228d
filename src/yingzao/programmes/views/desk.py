"""The list of programmes, new ones, and what a programme says of itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.people.rules import has_right
from yingzao.programmes import actions, queries
from yingzao.programmes.enums import Role
from yingzao.programmes.forms import EditionForm, NewProgrammeForm, SettingsForm
from yingzao.programmes.rules import may_organise
from yingzao.programmes.views import access


@login_required
def programme_list(request: HttpRequest) -> HttpResponse:
    programmes = queries.desk_programmes(request.user).prefetch_related("stages")
    context = {
        "programmes": programmes,
        "may_create": queries.organisations_organised_by(request.user).exists(),
        "sources": queries.programmes_organised_by(request.user),
        "supervised": set(
            queries.programmes_with_role(request.user, Role.SUPERVISOR).values_list("pk", flat=True)
        ),
    }
    return render(request, "programmes/list.html", context)


@login_required
def new_programme(request: HttpRequest) -> HttpResponse:
    organisations = access.organisations_to_run(request.user)
    form = NewProgrammeForm(
        request.POST or None, organisations=organisations, initial={"starts_on": clock.today()}
    )
    if form.is_valid():
        given = dict(form.cleaned_data)
        organisation = form.organisations[given.pop("organisation")]
        try:
            programme = actions.create_programme(organisation=organisation, by=request.user, **given)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The programme is set up. Nobody but you sees it yet."))
            return redirect(f"/desk/{programme.code}/")
    sources = queries.programmes_organised_by(request.user)
    return render(request, "programmes/new.html", {"form": form, "sources": sources}, status=_status(form))


@login_required
def new_edition(request: HttpRequest, programme_code: str) -> HttpResponse:
    source = access.programme_to_run(request.user, programme_code)
    form = EditionForm(request.POST or None, initial={"name": source.name, "starts_on": clock.today()})
    if form.is_valid():
        programme = actions.make_edition(source=source, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("The new edition is set up: stages and activities are taken over, learners are not.")
        )
        return redirect(f"/desk/{programme.code}/")
    return render(
        request, "programmes/edition.html", {"form": form, "programme": source}, status=_status(form)
    )


@login_required
def settings(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    organises = may_organise(request.user, programme)
    form = SettingsForm.of(programme, request.POST or None)
    if request.method == "POST":
        programme = access.programme_to_run(request.user, programme_code)
        if form.is_valid():
            try:
                actions.edit_programme(programme=programme, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            else:
                messages.success(request, _("Saved."))
                return redirect("programmes:desk-settings", programme.code)
    context = {
        "programme": programme,
        "form": form,
        "organises": organises,
        "may_look": has_right(request.user, programme.organisation),
    }
    return render(request, "programmes/settings.html", context, status=_status(form))


@login_required
@require_POST
def set_public(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_run(request.user, programme_code)
    if request.POST.get("public") == "yes":
        actions.publish_programme(programme=programme, by=request.user)
        messages.success(request, _("The public page can be read by everyone now."))
    else:
        actions.unpublish_programme(programme=programme, by=request.user)
        messages.success(request, _("The public page has been taken away."))
    return redirect("programmes:desk-settings", programme.code)


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
