"""What stands in the navigation of each audience."""

from __future__ import annotations

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities.queries.requests import waiting_requests
from yingzao.core.ui.navigation import Item, Place, Section
from yingzao.enrolment.enums import RegistrationState, SourceState
from yingzao.enrolment.models import IdentityMatch, Registration
from yingzao.enrolment.queries.identity import WAITING
from yingzao.honours.queries.rows import lists_awaiting
from yingzao.notices.models import Message
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise, may_read_desk


def _here(request: HttpRequest, *prefixes: str) -> bool:
    return any(request.path == p or (p.endswith("/") and request.path.startswith(p)) for p in prefixes)


def _programme(request: HttpRequest) -> Programme | None:
    """The programme that a desk page is about, found once a request."""
    if not hasattr(request, "_desk_programme"):
        match = request.resolver_match
        code = match.kwargs.get("programme_code") if match else None
        request._desk_programme = (  # type: ignore[attr-defined]
            programmes.programmes_visible_to(request.user).filter(code=code).first() if code else None
        )
    return request._desk_programme  # type: ignore[attr-defined]


def _item(
    request: HttpRequest,
    label: str,
    name: str,
    icon: str,
    *args: str,
    exact: bool = False,
    also: tuple[str, ...] = (),
    **more,
) -> Item:
    """Current on its own pages and on those of the programme that begin with one of `also`."""
    url = reverse(name, args=args)
    further = [f"/desk/{args[0]}/{start}/" for start in also] if args else []
    current = request.path == url if exact else _here(request, url, *further)
    return Item(label=label, url=url, icon=icon, current=current, **more)


def _waiting(programme: Programme) -> tuple[int, int]:
    """Names and registrations that wait for a decision. One query for both."""

    def count(rows: QuerySet) -> Subquery:
        return Subquery(rows.order_by().values("programme").annotate(n=Count("pk")).values("n"))

    mine = {"programme": OuterRef("pk")}
    names = IdentityMatch.objects.filter(outcome__in=WAITING, **mine).exclude(
        source_file__state=SourceState.UNDONE
    )
    registered = Registration.objects.filter(state=RegistrationState.WAITING, **mine)
    counted = Programme.objects.filter(pk=programme.pk).values_list(count(names), count(registered))
    found = counted.order_by().first() or (0, 0)
    return found[0] or 0, found[1] or 0


def _rights(request: HttpRequest, programme: Programme) -> tuple[bool, bool]:
    """Whether they organise the programme, and whether they read its desk: an editor has the stories alone. Found once."""
    if not hasattr(request, "_desk_rights"):
        organises = may_organise(request.user, programme)
        reads = organises or may_read_desk(request.user, programme)
        request._desk_rights = organises, reads  # type: ignore[attr-defined]
    return request._desk_rights  # type: ignore[attr-defined]


PLANNED = ("live", "courses", "cases", "visits", "tasks")
FIELD = ("interviews", "guides", "proposals", "resource-map")
CHOSEN = ("scheme", "notices", "objections")


def desk(request: HttpRequest) -> list[Section]:
    programme = _programme(request)
    if programme is None:
        return [
            Section(
                items=[
                    _item(request, _("Programmes"), "programmes:desk-list", "layout-dashboard", exact=True)
                ]
            )
        ]
    code = programme.code
    organises, reads = _rights(request, programme)
    if not reads:
        return [Section(items=[_item(request, _("Stories"), "stories:desk-stories", "news", code)])]
    waiting, registered = _waiting(programme)
    asked = waiting_requests(programme).count()
    to_decide = 0 if organises else lists_awaiting(request.user, programme).count()
    run = [
        _item(request, _("Overview"), "web:desk-overview", "home", code, exact=True),
        _item(request, _("Board"), "web:desk-board", "table", code, also=("record",)),
        _item(request, _("Early warning"), "web:desk-warnings", "alert-triangle", code),
        _item(request, _("Activities"), "activities:desk-list", "calendar", code, also=PLANNED),
        _item(request, _("Satisfaction"), "activities:desk-surveys", "star", code),
        _item(request, _("Roster"), "enrolment:desk-roster", "users", code),
        _item(
            request,
            _("Check attendance"),
            "enrolment:desk-queue",
            "user-plus",
            code,
            badge=waiting or None,
            badge_word=_("%(count)d names wait") % {"count": waiting} if waiting else "",
        ),
        _item(
            request,
            _("Leave and corrections"),
            "activities:desk-requests",
            "clipboard-check",
            code,
            badge=asked or None,
            badge_word=_("%(count)d requests wait") % {"count": asked} if asked else "",
        ),
        _item(
            request,
            _("Registrations"),
            "enrolment:desk-registrations",
            "clipboard-list",
            code,
            badge=registered or None,
            badge_word=_("%(count)d registrations wait") % {"count": registered} if registered else "",
        ),
        _item(request, _("Messages"), "web:desk-messages", "send", code),
        _item(request, _("Stages"), "programmes:desk-stages", "progress", code),
        _item(request, _("Staff"), "programmes:desk-staff", "user", code),
        _item(request, _("Settings"), "programmes:desk-settings", "settings", code, also=("edition",)),
    ]
    judge = [
        _item(request, _("Judging"), "judging:desk-rounds", "list-check", code, also=("rubrics",)),
        _item(
            request,
            _("Selection and notice"),
            "honours:desk-selections",
            "award",
            code,
            also=CHOSEN,
            badge=to_decide or None,
            badge_word=_("%(count)d to decide") % {"count": to_decide} if to_decide else "",
        ),
        _item(request, _("Certificates"), "honours:desk-certificates", "certificate", code),
        _item(request, _("Papers"), "web:desk-papers", "file-text", code),
    ]
    tell = [
        _item(request, _("Stories"), "stories:desk-stories", "news", code),
        _item(request, _("Case library"), "cases:desk-library", "book", code),
        _item(request, _("Communities"), "communities:desk-list", "building-community", code),
        _item(request, _("Leaders"), "communities:desk-leaders", "users", code),
        _item(request, _("Needs"), "communities:desk-needs", "message", code),
        _item(request, _("From the field"), "fieldwork:desk-walks", "route", code, also=FIELD),
        _item(request, _("Surveys of residents"), "fieldwork:desk-list", "clipboard-list", code),
        _item(request, _("Evidence ledger"), "web:desk-ledger", "history", code, also=("evidence",)),
    ]
    return [
        Section(items=run),
        Section(title=_("Judging and selection"), items=judge),
        Section(title=_("Communities and stories"), items=tell),
    ]


def desk_place(request: HttpRequest) -> Place | None:
    programme = _programme(request)
    if programme is None:
        return Place(title=_("Yingzao"), note=_("Desk"), url=reverse("programmes:desk-list"))
    _organises, reads = _rights(request, programme)
    start = "web:desk-overview" if reads else "stories:desk-stories"
    return Place(
        title=programme.name,
        note=f"{programme.organisation.shown_name} · {programme.edition}",
        url=reverse(start, args=[programme.code]),
    )


def learner(request: HttpRequest) -> list[Section]:
    if not request.user.is_authenticated:
        return []
    unread = Message.objects.filter(person=request.user, read_at=None).count()
    return [
        Section(
            items=[
                _item(request, _("Today"), "web:learner-today", "home", exact=True),
                _duties(request),
                _item(request, _("Community"), "web:learner-community", "users"),
                Item(
                    label=_("Mine"),
                    url=reverse("web:learner-mine"),
                    icon="user",
                    current=_here(request, *OWN),
                    badge=unread or None,
                    badge_word=_("%(count)d unread") % {"count": unread} if unread else "",
                ),
            ]
        )
    ]


LEARNING = (
    "/my/duties/",
    "/my/live/",
    "/my/courses/",
    "/my/cases/",
    "/my/visits/",
    "/my/tasks/",
    "/my/requests/",
    "/my/library/",
)
OWN = ("/my/mine/", "/my/score/", "/my/certificates/")


def _duties(request: HttpRequest) -> Item:
    """Current on the page of each single duty too, whichever room draws it."""
    return Item(
        label=_("Duties"),
        url=reverse("web:learner-duties"),
        icon="list-check",
        current=_here(request, *LEARNING),
    )


def learner_place(request: HttpRequest) -> Place | None:
    from yingzao.web.views.access import my_enrolments

    if not request.user.is_authenticated:
        return None
    mine = my_enrolments(request)
    if not mine:
        return None
    chosen = request.session.get("programme")
    enrolment = next((e for e in mine if e.programme.code == chosen), mine[0])
    programme = enrolment.programme
    return Place(
        title=programme.name,
        note=f"{programme.organisation.shown_name} · {programme.edition}",
        url=reverse("web:learner-today"),
    )


def jury(request: HttpRequest) -> list[Section]:
    return [
        Section(
            items=[
                _item(request, _("To judge"), "judging:jury-queue", "list-check"),
                _item(request, _("Mine"), "people:me", "user"),
            ]
        )
    ]


def public(request: HttpRequest) -> list[Section]:
    items = [
        _item(request, _("Programmes"), "web:public-programmes", "layout-dashboard"),
        _item(request, _("Stories"), "stories:public-list", "news"),
        _item(request, _("Public notices"), "honours:public-notices", "speakerphone"),
        _item(request, _("Verify a certificate"), "honours:verify", "certificate"),
    ]
    if request.user.is_authenticated:
        items.append(_item(request, _("My pages"), "web:doors", "user"))
    else:
        items.append(_item(request, _("Sign in"), "people:sign-in", "login"))
    return [Section(items=items)]


def account(request: HttpRequest) -> list[Section]:
    if not request.user.is_authenticated:
        return []
    return [
        Section(
            items=[
                _item(request, request.user.display_name, "people:me", "user"),
                _item(request, _("My other parts"), "web:doors", "arrow-back-up"),
                Item(label=_("Sign out"), url=reverse("people:sign-out"), icon="logout", post=True),
            ]
        )
    ]
