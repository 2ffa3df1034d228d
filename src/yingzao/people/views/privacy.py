"""The privacy notice: read by anybody, agreed to before anything else."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from yingzao.people import actions, queries
from yingzao.people.phrases import notice_html
from yingzao.people.views.session import own_address

MARK = "privacy_agreed_until"
MINUTES_TRUSTED = 10  # a new version reaches everybody within this time
OPEN_TO_ALL = frozenset(
    {"people:privacy", "people:sign-out", "people:sign-in", "people:join", "people:reset"}
)


class AgreementMiddleware:
    """Leads a signed-in person who has not agreed to the current notice there, from any page and any method."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.app_name == "ui" or match.view_name in OPEN_TO_ALL:
            return None
        if not request.user.is_authenticated or request.session.get(MARK, 0) > time.time():
            return None
        if queries.has_agreed(request.user):
            request.session[MARK] = int(time.time()) + MINUTES_TRUSTED * 60
            return None
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
        target = f"{reverse('people:privacy')}?{urlencode({'next': back})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=200, headers={"HX-Redirect": target})
        return redirect(target)


@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    notice = queries.current_privacy_notice()
    signed_in = request.user.is_authenticated
    wanted = own_address(request, request.POST.get("next") or request.GET.get("next"))
    # what is agreed to is the version that was shown, not one published in the meantime
    if signed_in and notice and request.POST.get("version") == str(notice.version):
        actions.agree_to_notice(person=request.user, notice=notice)
        return redirect(wanted)
    language = request.GET.get("text") or ("zh" if (get_language() or "").startswith("zh") else "en")
    text = (notice.text_en if language == "en" else notice.text_zh) if notice else ""
    context = {
        "notice": notice,
        "text": notice_html(text),
        "text_language": language,
        "must_agree": bool(notice and signed_in and not queries.has_agreed(request.user)),
        "next": wanted,
    }
    return render(request, "people/privacy.html", context)
