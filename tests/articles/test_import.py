"""Taking an article in with its pictures, showing it, and who may look."""

import io

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from PIL import Image

from tests.factories.people import GrantFactory, OrganisationFactory, PersonFactory
from yingzao.articles import queries, rules
from yingzao.articles.actions import import_article
from yingzao.articles.models import Article, ArticleImage
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile

pytestmark = pytest.mark.django_db


def jpeg(colour=(20, 120, 110)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1600, 1000), colour).save(out, "JPEG")
    return out.getvalue()


POST = """
---
title: 两个周六
categories:
 - 报道
author: 聚合站
date: 2021-11-15 18:00:00
headimg: '图片/花园.jpg'
---

开头。

![花园（示意图）](图片/花园.jpg)

行内 ![](图片/没有.jpg) 图。

![远处](https://img.example/far.jpg)

**文/记者甲 通讯员乙**

**图片由通讯员提供**
""".encode()


@pytest.fixture
def office():
    return OrganisationFactory()


@pytest.fixture
def editor(office):
    return GrantFactory(organisation=office).person


@pytest.fixture
def article(office, editor) -> Article:
    return import_article(
        organisation=office, by=editor, data=POST, name="报道.md", pictures={"图片/花园.jpg": jpeg()}
    )


@pytest.fixture
def no_rules(monkeypatch):
    monkeypatch.setattr(rules, "_rules", {})


def states(article: Article) -> list[tuple[int, str, bool]]:
    return list(article.images.values_list("position", "state", "is_head"))


def test_article_is_kept_as_it_says(article, office, editor):
    assert (article.title, article.authors, article.categories) == ("两个周六", "记者甲 通讯员乙", ["报道"])
    assert article.published_at.isoformat() == "2021-11-15T18:00:00+08:00"
    assert (article.organisation, article.imported_by, article.source_name) == (office, editor, "报道.md")
    assert article.front_matter["author"] == "聚合站"
    assert states(article) == [(0, "stored", True), (1, "missing", False), (2, "remote", False)]
    first = article.images.first()
    assert (first.alt, first.caption, first.credit) == ("花园（示意图）", "花园（示意图）", "通讯员")
    assert (first.file.room, first.file.subject, first.file.width) == ("articles", article.code, 1600)


def test_import_is_in_the_audit(article, editor):
    line = AuditLine.objects.get(act="articles.article.imported")
    assert (line.actor, line.subject, line.after["pictures"], line.after["stored"]) == (
        editor,
        article.code,
        3,
        1,
    )
    assert "两个周六" not in str(line.after)


@pytest.mark.parametrize(
    ("pictures", "state"),
    [
        ({"图片/花园.jpg": jpeg()}, "stored"),
        ({"花园.jpg": jpeg()}, "stored"),
        ({"./图片/花园.jpg": jpeg()}, "stored"),
        ({"a/花园.jpg": jpeg(), "b/花园.jpg": jpeg((9, 9, 9))}, "missing"),  # which one is not guessed
        ({"图片/花园.jpg": b"not a picture"}, "missing"),
        ({}, "missing"),
    ],
)
def test_pictures_are_found_by_name(office, editor, pictures, state):
    article = import_article(organisation=office, by=editor, data=POST, name="a.md", pictures=pictures)
    assert states(article)[0] == (0, state, True)


def test_picture_by_address(office, editor):
    article = import_article(
        organisation=office,
        by=editor,
        data=POST,
        name="a.md",
        pictures={"https://img.example/far.jpg": jpeg()},
    )
    assert states(article)[2] == (2, "stored", False)


def test_example_story_and_cases_are_whole(office, editor, pytestconfig):
    folder = pytestconfig.rootpath / "examples" / "guicheng-2021"
    found = []
    for path in [*sorted((folder / "案例").glob("*.*")), *sorted((folder / "报道").glob("*.md"))]:
        pictures = {f"图片/{p.name}": p.read_bytes() for p in (path.parent / "图片").iterdir()}
        article = import_article(
            organisation=office, by=editor, data=path.read_bytes(), name=path.name, pictures=pictures
        )
        found.append(
            (
                len(article.images.all()),
                {image.state for image in article.images.all()},
                bool(article.published_at),
            )
        )
    assert found == [(1, {"stored"}, True)] * 4 + [(4, {"stored"}, True)]


def test_refusal_says_why_and_keeps_nothing(office, editor):
    with pytest.raises(Refused) as refusal:
        import_article(organisation=office, by=editor, data=b"\x89PNG\r\n\x1a\n", name="a.md")
    assert (refusal.value.code, refusal.value.field) == ("not_text", "file")
    assert "Markdown" in str(refusal.value.sentence)
    assert (Article.objects.count(), ArticleImage.objects.count(), StoredFile.objects.count()) == (0, 0, 0)


# Showing


def test_body_shows_own_copies_and_says_what_is_missing(article):
    page = render_to_string("articles/_body.html", {"article": article})
    code = article.images.first().file.code
    assert page.count("<figure>") == 2
    assert f'src="{reverse("media:rendition", args=[code, "whole-960.jpg"])}"' in page
    assert (
        '<figcaption class="soft small">花园（示意图） <span class="tiny">图：通讯员</span></figcaption>'
        in page
    )
    assert "图片暂缺" in page
    assert "图片未保存到本站" in page
    assert "image:" not in page
    assert "img.example" not in page  # nothing is linked hot


def test_words_about_a_picture_are_escaped(office, editor):
    source = (
        b'<p><img src="a.jpg" alt="&lt;script&gt;x&lt;/script&gt;&lt;img src=&quot;image:0&quot;&gt;"></p>'
    )
    article = import_article(
        organisation=office, by=editor, data=source, name="a.html", pictures={"a.jpg": jpeg()}
    )
    page = render_to_string("articles/_body.html", {"article": article})
    assert "<script" not in page
    assert page.count("<img") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_body_takes_one_query(office, editor, count, django_assert_num_queries):
    source = "\n\n".join(f"![](p{n}.jpg)" for n in range(count)).encode()
    pictures = {f"p{n}.jpg": jpeg((n, n, n)) for n in range(count)}
    article = import_article(organisation=office, by=editor, data=source, name="a.md", pictures=pictures)
    with django_assert_num_queries(1):
        assert render_to_string("articles/_body.html", {"article": article}).count("<img") == count


def test_head_pictures(article, office, editor):
    plain = import_article(organisation=office, by=editor, data="无图".encode(), name="b.md")
    assert queries.head_picture(article).position == 0
    assert queries.head_picture(plain) is None
    assert list(queries.head_pictures([article, plain])) == [article.pk]


# Who may look


def test_organiser_reads_and_others_do_not(article, editor, no_rules):
    stranger = GrantFactory().person
    stored = article.images.first().file
    assert [rules.may_read_file(who, stored) for who in (editor, stranger, PersonFactory(), None)] == [
        True, False, False, False,
    ]  # fmt: skip


def test_room_above_opens_an_article(article, no_rules):
    rules.register_reader("stories", opens := lambda person, asked: asked.pk == article.pk)
    rules.register_reader("stories", opens)
    assert rules.may_read_article(None, article)
    assert not rules.may_read_article(None, import_article(
        organisation=article.organisation, by=None, data="别的".encode(), name="b.md"
    ))  # fmt: skip
    with pytest.raises(ValueError, match="stories"):
        rules.register_reader("stories", lambda person, asked: True)


def test_picture_is_served_by_the_same_rule(client, article, editor, no_rules):
    address = reverse("media:file-at", args=[article.images.first().file.code, 640])
    assert client.get(address).status_code == 404
    rules.register_reader("stories", lambda person, asked: True)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")


def test_file_of_another_room_is_none_of_ours(article, office):
    stored = article.images.first().file
    stored.room = "practice"
    assert queries.article_of(stored) is None
    stored.room, stored.organisation_id = "articles", OrganisationFactory().pk
    assert queries.article_of(stored) is None
