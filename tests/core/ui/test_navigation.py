"""Slots that the rooms above fill."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from yingzao.core.ui import navigation
from yingzao.core.ui.navigation import Item, Place, Section


def board(request):
    items = [
        Item(
            label="进度总表",
            url="/board/",
            icon="table",
            current=request.path == "/board/",
            badge=7,
            badge_word="条待核对",
        )
    ]
    return [Section(title="评审", items=items), Section(title="空的", items=[])]


def draw(source, path="/board/"):
    return Template(source).render(Context({"request": RequestFactory().get(path)}))


def test_side_navigation_shows_what_was_filled():
    navigation.fill("desk", board)
    page = draw("{% navigation 'desk' %}")
    assert '<a class="side-item" href="/board/" aria-current="page">' in page
    assert '7<span class="visually-hidden"> 条待核对</span>' in page
    assert "评审" in page
    assert "空的" not in page


def test_filling_twice_changes_nothing():
    navigation.fill("desk", board)
    navigation.fill("desk", board)
    assert draw("{% navigation 'desk' %}").count("进度总表") == 1


def test_audiences_are_apart():
    navigation.fill("desk", board)
    assert "进度总表" not in draw("{% navigation 'learner' style='tabs' %}")
    assert "进度总表" in draw("{% navigation 'desk' style='line' %}", path="/")
    assert "aria-current" not in draw("{% navigation 'desk' style='tabs' %}", path="/")


def test_unknown_audience_is_refused():
    with pytest.raises(ValueError, match="strangers"):
        navigation.fill("strangers", board)
    with pytest.raises(ValueError, match="strangers"):
        navigation.name_place("strangers", lambda request: None)


def test_post_item_is_a_button_with_a_token():
    navigation.fill(
        "account",
        lambda request: [Section(items=[Item(label="退出", url="/out/", icon="logout", post=True)])],
    )
    page = draw("{% navigation 'account' %}")
    assert '<form method="post" action="/out/">' in page
    assert "csrfmiddlewaretoken" in page
    assert '<a class="side-item"' not in page


def test_place_stands_beside_the_seal():
    navigation.name_place("desk", lambda request: Place(title="先锋营", note="桂城街道", url="/p/"))
    assert draw("{% place 'desk' as here_is %}{{ here_is.title }}|{{ here_is.note }}|{{ here_is.url }}") == (
        "先锋营|桂城街道|/p/"
    )
    assert draw("{% place 'public' as here_is %}{{ here_is }}") == "None"


def test_without_a_request_there_is_nothing():
    navigation.fill("desk", board)
    assert navigation.sections_for("desk", None) == []
    assert navigation.place_for("desk", None) is None
