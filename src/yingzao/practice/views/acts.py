"""One act on one page: a form, what it does, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from yingzao.core.errors import Refused
from yingzao.core.ui.forms import Form


def attempt(form: Form, act: Callable[[], Any]) -> Any:
    """What the act gives; None where it was refused, which then stands in the form."""
    try:
        return act()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return None


def answer(
    request: HttpRequest,
    form: Form,
    act: Callable[[], Any],
    *,
    back: str,
    heading: str,
    about: str,
    word: str,
    said: str,
) -> HttpResponse:
    """Show the form under its heading; a good post acts, says so and leads back."""
    if request.method == "POST" and form.is_valid() and attempt(form, act) is not None:
        messages.success(request, said)
        return redirect(back)
    context = {"form": form, "back": back, "heading": heading, "about": about, "word": word}
    return render(request, "practice/act.html", context, status=422 if form.errors else 200)
