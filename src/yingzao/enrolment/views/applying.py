"""Putting oneself down for a programme, and reading what became of it. No sign-in is needed, none is hindered."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yingzao.communities.queries import communities_of
from yingzao.core.errors import Refused
from yingzao.enrolment import actions, queries
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.forms import RegistrationForm
from yingzao.enrolment.models import Registration, RegistrationLink
from yingzao.enrolment.views import access
from yingzao.people.models import Person
from yingzao.people.queries import current_privacy_notice


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def apply(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = access.open_link(token)
    except Http404:
        return render(request, "enrolment/registration_closed.html", {"audience": "public"}, status=404)
    person = request.user if isinstance(request.user, Person) else None
    mine = queries.my_registrations(person).filter(programme=link.programme).first()
    is_learner = queries.find_enrolment_of(person, link.programme) is not None
    notice = current_privacy_notice()
    shown = {"key": uuid4(), "notice": notice.version if notice else None, "name": _name_of(person)}
    form = RegistrationForm(request.POST or None, initial=shown)
    if form.is_valid() and not mine and not is_learner:
        try:
            kept = _register(request, link, form, person)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return redirect("enrolment:registration", kept)
    context = {
        "audience": "public",
        "link": link,
        "programme": link.programme,
        "form": form,
        "mine": mine,
        "is_learner": is_learner,
        "is_full": queries.places_left(link) == 0,
        "notice": notice,
        "notice_text": _notice_text(notice),
        "communities": communities_of(link.programme.organisation).values_list("name", flat=True),
    }
    return render(request, "enrolment/register.html", context, status=422 if form.errors else 200)


@never_cache
def registration(request: HttpRequest, key: UUID) -> HttpResponse:
    """What became of it, for whoever holds the key. Names are masked: the address may be forwarded."""
    row = access.registration_of_key(key)
    context = {
        "audience": "public",
        "row": row,
        "programme": row.programme,
        "key": key,
        "here": request.build_absolute_uri(),
        "may_join": _may_join(row),
    }
    return render(request, "enrolment/registration.html", context)


@require_POST
@never_cache
def join(request: HttpRequest, key: UUID) -> HttpResponse:
    """On to making an account, or to signing in, as the learner that the registration became."""
    return redirect("people:join", actions.begin_joining(registration=access.registration_of_key(key)))


@login_required
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "enrolment/my_registrations.html",
        {"audience": "public", "rows": queries.my_registrations(request.user)},
    )


def _register(
    request: HttpRequest, link: RegistrationLink, form: RegistrationForm, person: Person | None
) -> UUID:
    given = form.cleaned_data
    actions.register(
        link=link,
        key=given["key"],
        name=given["name"],
        phone=given["phone"],
        community_as_given=given["community_as_given"],
        post=given["post"],
        note=given["note"],
        notice_version=given["notice"],
        person=person,
        address=request.META.get("REMOTE_ADDR", ""),
    )
    return given["key"]


def _may_join(row: Registration) -> bool:
    learner = row.enrolment
    return bool(
        row.state == "accepted"
        and learner
        and learner.person_id is None
        and learner.state == EnrolmentState.ACTIVE
    )


def _name_of(person: Person | None) -> str:
    return person.display_name if person else ""


def _notice_text(notice) -> str:
    if notice is None:
        return ""
    return notice.text_zh if (get_language() or "").startswith("zh") else notice.text_en
