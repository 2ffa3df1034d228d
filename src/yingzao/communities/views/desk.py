"""The register of communities on the desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.communities import actions, exports, queries
from yingzao.communities.enums import CommunityKind, Facet, Gap, NodeKind, facet_words
from yingzao.communities.forms import CommunityForm, RegisterForm
from yingzao.communities.models import Community
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views import access
from yingzao.core.errors import Refused

COMMUNITIES_A_PAGE = 100
SHOWN_OF_EACH = 8  # topics, organisations, venues and actions on a community's page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def community_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    known = queries.communities_of(organisation)
    found = _shown(request, organisation)
    page = Paginator(found, COMMUNITIES_A_PAGE).get_page(request.GET.get("page"))
    gaps = queries.gap_counts_by_community(organisation)
    towns = known.exclude(town="").order_by("town").values_list("town", flat=True).distinct()
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "total": known.count(),
        "page": page,
        "rows": [(community, gaps.get(community.pk, 0)) for community in page],
        "towns": [("", _("Every town"), None), *((town, town, None) for town in towns)],
        "kinds": [
            ("", _("Every kind"), None),
            *((value, word, None) for value, word in CommunityKind.choices),
        ],
        "facets": [("", _("Every facet"), None), *((value, word, None) for value, word in Facet.choices)],
        "keeps": may_keep_register(request.user, organisation),
    }
    return render(request, "communities/list.html", context)


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    return attached(exports.register_workbook(_shown(request, organisation)), _("Communities"))


@login_required
def new(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_keep(request.user, programme_code)
    form = CommunityForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_community(organisation=organisation, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The community is entered."))
            return redirect("communities:desk-list", programme_code)
    context = {"programme_code": programme_code, "form": form}
    return render(request, "communities/edit.html", context, status=422 if form.errors else 200)


@login_required
def community(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """What is known of a community, and what is missing."""
    found = access.community_to_read(request.user, programme_code, code)
    return _page(request, programme_code, found)


def _page(request: HttpRequest, programme_code: str, found: Community, clear_phone: str = "") -> HttpResponse:
    counts = queries.counts(found)
    carriers = queries.groups_by_topic(found)
    context = {
        "programme_code": programme_code,
        "community": found,
        "facets": facet_words(found.facets),
        "counts": [(NodeKind(kind), counts[kind]) for kind in NodeKind.values],
        "topics": [
            (topic, "、".join(group.title for group in carriers.get(topic.pk, ())))
            for topic in queries.standing(found.topics.all(), NodeKind.TOPIC)[:SHOWN_OF_EACH]
        ],
        "groups": queries.standing(found.residentgroups.all(), NodeKind.GROUP)[:SHOWN_OF_EACH],
        "venues": queries.standing(found.venues.all(), NodeKind.VENUE)[:SHOWN_OF_EACH],
        "deeds": queries.standing(
            found.communityactions.order_by(F("on").desc(nulls_last=True), "-pk"), NodeKind.ACTION
        )[:SHOWN_OF_EACH],
        "gaps": [(Gap(gap), n) for gap, n in queries.gap_counts(found.organisation, found).items() if n],
        "rolls": queries.rolls_with(found),
        "shown_of_each": SHOWN_OF_EACH,
        "keeps": may_keep_register(request.user, found.organisation),
        "clear_phone": clear_phone,
    }
    return render(request, "communities/community.html", context)


@login_required
def edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.community_to_keep(request.user, programme_code, code)
    form = CommunityForm.of(found, request.POST or None)
    if form.is_valid():
        try:
            actions.edit_community(community=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("communities:desk-community", programme_code, code)
    context = {"programme_code": programme_code, "form": form, "community": found}
    return render(request, "communities/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@never_cache
def contact_phone(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The contact's telephone in clear. Reading it is an act of its own and is recorded."""
    found = access.community_to_keep(request.user, programme_code, code)
    return _page(request, programme_code, found, actions.show_contact_phone(community=found, by=request.user))


@login_required
def import_register(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_keep(request.user, programme_code)
    form = RegisterForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = actions.import_register(
                organisation=organisation,
                by=request.user,
                data=file.read(),
                name=file.name,
                towns=form.cleaned_data["towns"],
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "file", refusal.sentence)
        else:
            told = _("%(made)d entered, %(changed)d changed, %(unchanged)d as they were.")
            counts = {"made": done.made, "changed": done.changed, "unchanged": done.unchanged}
            messages.success(request, told % counts)
            return redirect("communities:desk-list", programme_code)
    context = {"programme_code": programme_code, "form": form}
    return render(request, "communities/import.html", context, status=422 if form.errors else 200)


def attached(data: bytes, name: str) -> HttpResponse:
    """A workbook to save."""
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or ""
    return response


def _shown(request: HttpRequest, organisation):
    asked = request.GET
    return queries.narrow(
        queries.communities_of(organisation),
        words=asked.get("q", ""),
        town=asked.get("town", ""),
        kind=asked.get("kind", ""),
        facet=asked.get("facet", ""),
    )
