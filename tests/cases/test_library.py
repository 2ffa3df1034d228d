"""The library of cases: entered, found by its words on either database, read, pushed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from tests.factories.communities import CommunityFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities.models import Activity
from yingzao.articles.models import Article
from yingzao.cases import actions, queries
from yingzao.cases.models import Case, CaseReading, CaseWords
from yingzao.cases.queries import Scope, Wanted, ensure_index, find, library_of
from yingzao.cases.readers import plain, words_asked, words_of
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def organisation(camp):
    return camp.programme.organisation


@pytest.fixture
def desk(camp, client):
    client.force_login(camp.by)
    return client


def enter(camp, title, text="", *, methods=(), facets=(), **values) -> Case:
    organisation = camp.programme.organisation
    article = Article.objects.create(organisation=organisation, title=title, html=f"<p>{text}</p>", text=text)
    return actions.save_case(
        organisation=organisation,
        article=article,
        by=camp.by,
        values={"title": title, "is_shown": True, **values},
        methods=methods,
        facets=facets,
    )


def titles(organisation, question="", **wanted) -> list[str]:
    asked = Wanted(question=plain(question), words=tuple(words_asked(question)), **wanted)
    return [case.title for case in find(Scope((organisation.pk,)), asked)[:50]]


def pushing(**further) -> dict:
    """What the page of pushing sends."""
    return {"audience": "cohort", "is_required": "on", "characters": "100"} | further


def text(response) -> str:
    return response.content.decode()


def url(camp, name, *args):
    return reverse(f"cases:{name}", args=[camp.programme.code, *args])


# Words


def test_words_are_those_of_a_dictionary_and_the_shorter_ones_inside_them():
    words = words_of([], ["协商议事厅里谈电梯加装，Ｃａｆé Covid-19。"]).split()
    assert {"协商", "议事", "议事厅", "电梯", "加装", "cafe", "covid", "19"} <= set(words)
    assert not {"，", "。", "-"} & set(words)
    assert len(words) == len(set(words))


def test_names_give_every_two_neighbours_since_no_dictionary_knows_them():
    assert "霞石" in words_of(["霞石村"], []).split()
    assert {"榕耆", "耆荟"} <= set(words_of(["榕耆荟"], []).split())


@pytest.mark.parametrize("question", ["", "，。！", "<>&", "\x00", " "])
def test_a_question_without_a_word_asks_for_nothing(question):
    assert words_asked(question) == []


# Search


def test_two_character_words_are_found_wherever_they_stand(camp, organisation):
    enter(camp, "霞石村的旧物", "联动村民成立议事会，美化村道。")
    enter(camp, "文华花园", "业主协商停车。", problem="车位不够")
    enter(camp, "马岗", "龙舟", methods=["协商议事"])
    assert titles(organisation, "村民") == ["霞石村的旧物"]
    assert titles(organisation, "旧物") == ["霞石村的旧物"]
    assert titles(organisation, "车位") == ["文华花园"]
    assert titles(organisation, "协商") == ["马岗", "文华花园"]  # the newest first
    assert titles(organisation, "协商 停车") == ["文华花园"]
    assert titles(organisation, "花园") == ["文华花园"]
    assert titles(organisation, "地铁") == []
    assert titles(organisation, "，") == []
    assert len(titles(organisation)) == 3


def test_a_title_that_says_it_comes_before_a_newer_text(camp, organisation):
    enter(camp, "加装电梯怎么谈", "先谈钱。")
    enter(camp, "别的", "也谈加装电梯。")
    assert titles(organisation, "加装电梯") == ["加装电梯怎么谈", "别的"]


@pytest.mark.parametrize(
    "question",
    ['"', "'; DROP TABLE cases_case; --", "协商 OR 龙舟", "NOT 协商", "a*", "(", "协商:*", "\\", "NEAR(a b)"],
)
def test_a_question_is_words_and_never_a_command(camp, organisation, question):
    enter(camp, "马岗", "龙舟")
    assert titles(organisation, question) == []
    assert Case.objects.count() == 1


def test_filters_go_together(camp, organisation):
    enter(camp, "甲", "协商", community_kind="village", facets=["culture"], methods=["社区导赏"])
    enter(camp, "乙", "协商", community_kind="urban", facets=["culture"], methods=["协商议事"])
    assert titles(organisation, "协商", facet="culture") == ["乙", "甲"]
    assert titles(organisation, "协商", method="社区导赏") == ["甲"]
    assert titles(organisation, "", kind="urban", facet="culture") == ["乙"]
    assert titles(organisation, "", kind="urban", method="社区导赏") == []


def test_what_was_changed_is_found_by_its_new_words_alone(camp, organisation):
    case = enter(camp, "甲", "停车", problem="垃圾")
    values = {"title": "乙", "problem": "", "done": "导赏"}
    actions.save_case(organisation=organisation, article=case.article, by=camp.by, values=values, case=case)
    assert (titles(organisation, "导赏"), titles(organisation, "垃圾")) == (["乙"], [])
    case.delete()
    assert titles(organisation, "导赏") == []


def test_the_index_is_made_anew_where_it_was_lost(camp, organisation):
    enter(camp, "甲", "停车")
    if connection.vendor == "sqlite":  # PostgreSQL keeps an index with its table
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE cases_index")
        ensure_index()
    assert titles(organisation, "停车") == ["甲"]
    CaseWords.objects.update(words="导赏")
    assert titles(organisation, "导赏") == ["甲"]


def test_beyond_what_is_counted_the_newest_come_first_and_the_page_says_so(
    desk, camp, organisation, monkeypatch
):
    monkeypatch.setattr("yingzao.cases.queries.library.MOST_COUNTED", 2)
    for title in ("停车", "甲", "乙"):
        enter(camp, title, "停车")
    assert titles(organisation, "停车") == ["乙", "甲"]
    page = text(desk.get(url(camp, "desk-library"), {"q": "停车"}))
    assert "10,000+" in page
    assert titles(organisation, "甲") == ["甲"]


def test_another_organisation_finds_nothing(camp):
    enter(camp, "甲", "停车")
    other = StaffRoleFactory()
    assert titles(other.programme.organisation, "停车") == []


# Related, reuse


def test_cases_like_it_share_the_most(camp, organisation):
    case = enter(camp, "甲", methods=["协商", "导赏"], facets=["culture"])
    enter(camp, "一", methods=["协商"])
    enter(camp, "二", methods=["协商", "导赏"])
    enter(camp, "无")
    assert [c.title for c in queries.related_to(case, library_of(organisation))] == ["二", "一"]
    assert queries.related_to(enter(camp, "空"), library_of(organisation)) == []


def test_a_case_is_pushed_once_a_programme_and_says_where_it_was_used(desk, camp):
    case = enter(camp, "甲", "正文")
    address = url(camp, "desk-library-push", case.code)
    assert "甲" in text(desk.get(address))
    answer = desk.post(address, pushing(question="学到什么？"))
    activity = Activity.objects.get(title="甲")
    assert answer["Location"] == reverse("cases:desk-case", args=[camp.programme.code, activity.code])
    reading = CaseReading.objects.get(activity=activity)
    assert (reading.article, reading.question) == (case.article, "学到什么？")
    assert camp.programme.full_name in text(desk.get(url(camp, "desk-library-case", case.code)))
    answer = desk.post(address, pushing(question="再来一次"))
    assert (answer.status_code, "再来一次" in text(answer)) == (422, True)
    with pytest.raises(Refused) as refusal:
        actions.push_case(case=case, programme=camp.programme, by=camp.by)
    assert refusal.value.code == "pushed"
    assert AuditLine.objects.filter(act="cases.case.pushed").count() == 1


def test_an_article_pushed_directly_stands_in_the_library_once(camp, organisation):
    activity = Activity.objects.create(
        organisation=organisation, programme=camp.programme, kind="case", title="案例", position=9
    )
    article = Article.objects.create(
        organisation=organisation, title="一条街的夜谈", html="<p>夜</p>", text="夜谈"
    )
    for _again in range(2):
        actions.set_case(activity=activity, article=article, question="", by=camp.by)
    assert titles(organisation, "夜谈") == ["一条街的夜谈"]


# Pages


def test_a_case_is_entered_changed_and_found(desk, camp, organisation):
    community = CommunityFactory(organisation=organisation, name="霞石村")
    foreign = CommunityFactory(name="外地社区")
    sent = {
        "file": SimpleUploadedFile("旧物.md", "---\ntitle: 旧物新生\n---\n\n村民把旧物摆出来。".encode()),
        "community_kind": "village",
        "facets": ["culture", "people"],
        "methods": "社区导赏、协商议事，社区导赏",
        "community": str(community.pk),
        "problem": "年轻人不来",
        "is_shown": "on",
    }
    page = desk.post(url(camp, "desk-library-new"), sent)
    case = Case.objects.get()
    assert page["Location"] == url(camp, "desk-library-case", case.code)
    assert (case.title, case.community, [t.value for t in case.tags.all()]) == (
        "旧物新生", community, ["people", "culture", "社区导赏", "协商议事"],
    )  # fmt: skip
    shown = text(desk.get(page["Location"]))
    assert "年轻人不来" in shown
    assert "村民把旧物摆出来" in shown
    assert "旧物新生" in text(desk.get(url(camp, "desk-library"), {"q": "年轻人", "method": "社区导赏"}))
    assert "旧物新生" not in text(desk.get(url(camp, "desk-library"), {"q": "地铁"}))
    edit = url(camp, "desk-library-edit", case.code)
    refused = desk.post(edit, {"title": "新名", "community": str(foreign.pk), "problem": "留着"})
    assert refused.status_code == 422
    assert "留着" in text(refused)
    desk.post(edit, {"title": "新名", "methods": "", "problem": "改了"})
    case.refresh_from_db()
    assert (case.title, case.problem, case.is_shown, case.tags.count()) == ("新名", "改了", False, 0)


def test_a_case_needs_an_article_that_can_be_read(desk, camp):
    for data in (None, SimpleUploadedFile("x.md", b""), SimpleUploadedFile("x.md", b"\x89PNG\r\n\x1a\n")):
        answer = desk.post(url(camp, "desk-library-new"), {"title": "甲", **({"file": data} if data else {})})
        assert answer.status_code == 422
    assert not Case.objects.exists()


def test_learners_find_what_is_shown_and_nothing_else(client, camp, organisation):
    shown = enter(camp, "看得到", "停车")
    hidden = enter(camp, "看不到", "停车", is_shown=False)
    client.force_login(camp.learner.person)
    page = text(client.get(reverse("cases:learner-library"), {"q": "停车"}))
    assert ("看得到" in page, "看不到" in page) == (True, False)
    assert client.get(reverse("cases:learner-library-case", args=[shown.code])).status_code == 200
    assert client.get(reverse("cases:learner-library-case", args=[hidden.code])).status_code == 404
    assert queries.reads_case_of(camp.learner.person, shown.article)
    assert not queries.reads_case_of(camp.learner.person, hidden.article)
    client.force_login(StaffRoleFactory().person)
    assert client.get(reverse("cases:learner-library")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(desk, client, camp, count, django_assert_num_queries):
    case = None
    for n in range(count):
        case = enter(camp, f"甲{n}", "停车", methods=["协商"])
    for page, queries_asked in (
        (url(camp, "desk-library") + "?q=停车", 14),
        (url(camp, "desk-library-case", case.code), 11),
    ):
        with django_assert_num_queries(queries_asked):
            desk.get(page)
    client.force_login(camp.learner.person)
    with django_assert_num_queries(13):
        client.get(reverse("cases:learner-library") + "?q=停车")
