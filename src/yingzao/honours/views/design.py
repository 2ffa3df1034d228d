"""Designing certificates: a form, and beside it a sample set as the real ones are."""

import base64

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.honours import actions
from yingzao.honours.actions.designs import Unfit
from yingzao.honours.bridge.designing import draw_sample, pictures_of
from yingzao.honours.enums import CertificateKind
from yingzao.honours.forms.design import PICTURES, DesignForm
from yingzao.honours.queries import designs
from yingzao.honours.rules.layout import PAGES, PLACEHOLDERS, from_json, standard
from yingzao.honours.views import access
from yingzao.programmes.models import Programme


def _door(request: HttpRequest, programme_code: str, kind: str) -> Programme:
    programme = access.programme_to_run(request.user, programme_code)
    if kind not in CertificateKind.values:
        raise Http404
    return programme


def _form_as_kept(programme: Programme, kind: str, usual: str) -> DesignForm:
    """The version that holds, or the standard layout where there is none or it is asked for."""
    template = None if usual in PAGES else designs.standing_design(programme, kind)
    layout = (
        from_json(template.layout, kind)
        if template
        else standard(kind, usual if usual in PAGES else "landscape")
    )
    return DesignForm.of(kind, layout, pictures_of(template))


def _form_as_sent(request: HttpRequest, programme: Programme, kind: str) -> DesignForm:
    """What was typed. Pictures that came along are kept at once, so that another mistake does not lose them."""
    data = request.POST.copy()
    refused: dict[str, str | ValidationError] = {}
    sent = DesignForm(kind, {}, data, request.FILES)
    for key in PICTURES:
        if data.pop(f"{key}_drop", None):
            data[f"{key}_code"] = ""
        try:
            if file := sent.picture(key):
                kept = actions.keep_picture(programme=programme, file=file, by=request.user)
                data[f"{key}_code"] = kept.code
        except Refused as refusal:
            refused[key] = refusal.sentence
        except ValidationError as error:
            refused[key] = error
    codes = {key: data.get(f"{key}_code", "") for key in PICTURES}
    form = DesignForm(kind, designs.pictures_by_code(programme, codes), data)
    for key, why in refused.items():
        form.add_error(key, why)
    return form


@login_required
def design(request: HttpRequest, programme_code: str, kind: str) -> HttpResponse:
    programme = _door(request, programme_code, kind)
    if request.method == "POST":
        form = _form_as_sent(request, programme, kind)
        if form.is_valid():
            try:
                actions.save_design(
                    programme=programme,
                    kind=kind,
                    layout=form.layout(),
                    pictures=form.pictures,
                    site=request.build_absolute_uri("/"),
                    by=request.user,
                )
            except Unfit as unfit:
                form.tell(unfit.problems)
            else:
                messages.success(request, _("Kept. Certificates that are issued from now on look like this."))
                return redirect("honours:desk-certificates", programme_code)
    else:
        form = _form_as_kept(programme, kind, request.GET.get("standard", ""))
    return render(
        request,
        "honours/design.html",
        {
            "programme": programme,
            "kind": kind,
            "kind_label": CertificateKind(kind).label,
            "form": form,
            "placeholders": [(f"{{{name}}}", told) for name, told in PLACEHOLDERS.items()],
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@login_required
@require_POST
def preview(request: HttpRequest, programme_code: str, kind: str) -> HttpResponse:
    """The sample drawn from what is typed now, and what is wrong with it. Nothing of the form is kept but its pictures."""
    programme = _door(request, programme_code, kind)
    form = _form_as_sent(request, programme, kind)
    shown = {"form": form, "pictures_came": bool(request.FILES)}
    if form.is_valid():
        layout = form.layout()
        drawn, boxes, problems = draw_sample(
            programme=programme,
            layout=layout,
            pictures=form.pictures,
            sample=form.cleaned_data["sample"] or "usual",
            site=request.build_absolute_uri("/"),
        )
        heights = {box.key: box.height for box in boxes}
        shown |= {
            "picture": base64.b64encode(drawn).decode(),
            "page": layout.page,
            "spots": [(spot, heights.get(spot.key)) for spot in layout.shown if spot.key in heights],
            "labels": {fields.key: fields.label for fields in form.spots},
            "problems": problems,
        }
    return render(request, "honours/_design_preview.html", shown)
