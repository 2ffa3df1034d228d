"""The desk's certificates: numbers, issuing with progress, revoking."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.honours import actions
from yingzao.honours.enums import CertificateKind, IssueState
from yingzao.honours.forms import RevokeForm, SeriesForm, tell
from yingzao.honours.queries import badges, rows
from yingzao.honours.rules import rights
from yingzao.honours.views import access
from yingzao.honours.views.pictures import certificate_picture
from yingzao.programmes.models import Programme

CERTIFICATES_A_PAGE = 100


def _series(programme: Programme):
    return rows.series_of(programme) or actions.suggested_series(programme)


@login_required
def certificates(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    now = clock.now()
    ready = []
    for selection in rows.approved_selections(programme):
        wanted = rows.wanted_certificates(selection)
        missing = rows.missing_certificates(selection)
        hindrance = rights.hindrance_to_issuing(selection, now)
        if hindrance is not None and hindrance.code == "replaced":
            continue
        run = rows.newest_run(selection)
        ready.append(
            {
                "selection": selection,
                "wanted": len(wanted),
                "issued": selection.certificates.exists(),
                "missing": len(missing),
                "completion": sum(kind == "completion" for kind, _place in missing),
                "honour": sum(kind == "honour" for kind, _place in missing),
                "hindrance": hindrance,
                "run": run,
                "under_way": run is not None and rights.is_under_way(run, now),
            }
        )
    issued = rows.with_names(rows.certificates_of(programme))
    found = rows.certificates_among(issued, request.GET.get("q", ""), request.GET.get("show", ""))
    return render(
        request,
        "honours/certificates.html",
        {
            "programme": programme,
            "issued": len(issued),
            "page": Paginator(found, CERTIFICATES_A_PAGE).get_page(request.GET.get("page")),
            "choices": [
                ("", _("All"), len(issued)),
                *(
                    (kind, label, len(rows.certificates_among(issued, "", kind)))
                    for kind, label in CertificateKind.choices
                ),
                ("revoked", _("revoked"), len(rows.certificates_among(issued, "", "revoked"))),
            ],
            "ready": ready,
            "series": _series(programme),
            "organises": rights.may_select(request.user, programme),
            "kinds": CertificateKind.choices,
        },
    )


@login_required
@require_POST
def issue(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    selection = access.selection_to_run(request.user, programme_code, code)
    actions.start_issuing(selection=selection, by=request.user, site=request.build_absolute_uri("/"))
    return redirect("honours:desk-certificates", programme_code)


@login_required
@require_POST
def reissue(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.certificate_to_run(request.user, programme_code, code)
    made = actions.reissue_certificate(
        certificate=found, by=request.user, site=request.build_absolute_uri("/")
    )
    messages.success(request, _("A new certificate was issued."))
    return redirect("honours:desk-certificate", programme_code, made.code)


@login_required
def progress(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """How far a run is; asks again by itself until it has ended, then the page is drawn anew."""
    run = access.run_to_read(request.user, programme_code, code)
    response = render(request, "honours/_run.html", {"programme": run.selection.programme, "run": run})
    if run.state in (IssueState.DONE, IssueState.STOPPED):
        response["HX-Refresh"] = "true"
    return response


@login_required
def series(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_run(request.user, programme_code)
    form = SeriesForm.of(_series(programme), request.POST or None)
    if form.is_valid():
        try:
            actions.set_series(programme=programme, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            return redirect("honours:desk-certificates", programme_code)
    return render(
        request,
        "honours/series.html",
        {"programme": programme, "form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


@require_safe
@login_required
def picture(request: HttpRequest, programme_code: str, code: str) -> HttpResponseBase:
    return certificate_picture(request, access.certificate_to_read(request.user, programme_code, code))


@login_required
def keys(request: HttpRequest, programme_code: str) -> HttpResponse:
    """What badges are signed with; a POST lets a new key sign from now on."""
    programme = access.programme_to_run(request.user, programme_code)
    if request.method == "POST":
        actions.renew_key(programme=programme, by=request.user)
        messages.success(request, _("A new key signs from now on."))
        return redirect("honours:desk-badge-keys", programme_code)
    return render(
        request,
        "honours/badge_keys.html",
        {"programme": programme, "keys": badges.keys_of(programme.organisation_id)},
    )


@login_required
def certificate(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.certificate_to_read(request.user, programme_code, code)
    form = RevokeForm(request.POST or None)
    if request.method == "POST":
        found = access.certificate_to_run(request.user, programme_code, code)
        if form.is_valid():
            try:
                actions.revoke_certificate(certificate=found, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("The certificate is revoked; the verification page says so."))
                return redirect("honours:desk-certificate", programme_code, code)
    return render(
        request,
        "honours/certificate.html",
        {
            "programme": found.programme,
            "shown": rows.with_names([found])[0],
            "form": form,
            "organises": rights.may_select(request.user, found.programme),
        },
        status=422 if form.is_bound and form.errors else 200,
    )
