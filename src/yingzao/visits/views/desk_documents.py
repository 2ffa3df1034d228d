"""The organiser's files and links at a stop."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.visits import actions, queries
from yingzao.visits.forms import DocumentForm
from yingzao.visits.views import access


@login_required
def documents(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    stop = access.organised_stop(request, programme_code, code, part_code)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.add_document(
                stop=stop, by=request.user, title=said["title"], url=said["url"], upload=said["file"]
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "file", refusal.sentence)
        else:
            messages.success(request, _("Learners find it on the page of the visit."))
            return redirect("visits:desk-documents", programme_code, code, part_code)
    context = {
        "programme": stop.part.activity.programme,
        "activity": stop.part.activity,
        "stop": stop,
        "documents": queries.documents_of(stop),
        "form": form,
    }
    return render(request, "visits/desk_documents.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def move(
    request: HttpRequest, programme_code: str, code: str, part_code: str, document_code: str
) -> HttpResponse:
    stop = access.organised_stop(request, programme_code, code, part_code)
    document = access.document_of(stop, document_code)
    actions.move_document(document=document, earlier=request.POST.get("to") == "earlier", by=request.user)
    return redirect("visits:desk-documents", programme_code, code, part_code)


@login_required
@require_POST
def remove(
    request: HttpRequest, programme_code: str, code: str, part_code: str, document_code: str
) -> HttpResponse:
    stop = access.organised_stop(request, programme_code, code, part_code)
    actions.remove_document(document=access.document_of(stop, document_code), by=request.user)
    messages.success(request, _("It is taken off."))
    return redirect("visits:desk-documents", programme_code, code, part_code)
