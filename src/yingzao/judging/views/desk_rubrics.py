"""The library of rubrics, on the desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core import ports
from yingzao.core.errors import Refused
from yingzao.judging import actions, queries, readers, rules
from yingzao.judging.forms import CriterionFormSet, RubricFileForm, RubricForm, criteria_as_given
from yingzao.judging.models import Rubric
from yingzao.judging.views import access
from yingzao.programmes.models import Programme


@require_safe
@login_required
def rubrics(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.read_programme(request, programme_code)
    return render(
        request,
        "judging/desk/rubrics.html",
        {
            "programme": programme,
            "versions": queries.newest_versions(programme.organisation),
            "may_prepare": rules.may_prepare_judging(request.user, programme),
        },
    )


@require_safe
@login_required
def rubric(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme = access.read_programme(request, programme_code)
    found = access.rubric(request, programme, code)
    versions = list(found.versions.prefetch_related("criteria__levels", "rounds").order_by("-number"))
    return render(
        request,
        "judging/desk/rubric.html",
        {
            "programme": programme,
            "rubric": found,
            "newest": versions[0],
            "older": versions[1:],
            "may_prepare": rules.may_prepare_judging(request.user, programme),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    return _edit(request, programme, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme = access.organised_programme(request, programme_code)
    return _edit(request, programme, access.rubric(request, programme, code))


@require_POST
@login_required
def copy(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """A rubric of its own to begin from."""
    programme = access.organised_programme(request, programme_code)
    made = actions.copy_rubric(rubric=access.rubric(request, programme, code), by=request.user)
    messages.success(request, _("Copied. Change the copy as you like: the first one stays as it is."))
    return redirect("judging:desk-rubric-edit", programme_code, made.rubric.code)


def _edit(request: HttpRequest, programme: Programme, rubric: Rubric | None) -> HttpResponse:
    newest = queries.latest_version(rubric) if rubric else None
    form = RubricForm(request.POST or None, initial={"name": rubric.name if rubric else ""})
    criteria = CriterionFormSet(
        request.POST or None, initial=criteria_as_given(newest) if newest else [], prefix="c"
    )
    if request.method == "POST" and form.is_valid() and criteria.is_valid():
        wanted = [new for each in criteria if (new := each.new_criterion())]
        name = form.cleaned_data["name"]
        try:
            if rubric:
                version = actions.change_rubric(rubric=rubric, name=name, criteria=wanted, by=request.user)
            else:
                version = actions.create_rubric(
                    organisation=programme.organisation, name=name, criteria=wanted, by=request.user
                )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved as version %(number)d.") % {"number": version.number})
            return redirect("judging:desk-rubric", programme.code, version.rubric.code)
    return render(
        request,
        "judging/desk/rubric_edit.html",
        {
            "programme": programme,
            "rubric": rubric,
            "form": form,
            "criteria": criteria,
            "makes_next": newest is not None and not rules.is_editable(newest),
            "newest": newest,
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def read_file(request: HttpRequest, programme_code: str) -> HttpResponse:
    """A rubric from a table. What cannot be read is said; nothing is made then."""
    programme = access.organised_programme(request, programme_code)
    form = RubricFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            criteria = readers.read_rubric(ports.port("tables").read(upload.read(), upload.name))
            with transaction.atomic():
                version = actions.create_rubric(
                    organisation=programme.organisation,
                    name=form.cleaned_data["name"],
                    criteria=criteria,
                    by=request.user,
                )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "file", refusal.sentence)
        else:
            messages.success(request, _("The rubric was read. Check its words and weights."))
            return redirect("judging:desk-rubric", programme.code, version.rubric.code)
    return render(
        request,
        "judging/desk/rubric_file.html",
        {"programme": programme, "form": form},
        status=422 if form.is_bound else 200,
    )
