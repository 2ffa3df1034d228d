"""Documents of a stop: files and links, put in order, read by those for whom the visit is."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory, moment
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from tests.factories.world import picture
from yingzao.activities.actions import cancel_activity
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.programmes.actions import make_edition
from yingzao.programmes.enums import Role
from yingzao.visits import actions
from yingzao.visits.models import Stop, StopDocument

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def visit(camp):
    return ActivityFactory(
        programme=camp.programme, kind="visit", title="参访一", starts_at=moment("2021-11-06 09:00")
    )


@pytest.fixture
def stop(visit):
    return stop_at(visit, "文华花园")


def stop_at(visit, title):
    part = PartFactory(activity=visit, title=title, position=visit.parts.count())
    return Stop.objects.create(organisation=visit.organisation, part=part)


def desk(stop, name="desk-documents", *more):
    activity = stop.part.activity
    return reverse(f"visits:{name}", args=[activity.programme.code, activity.code, stop.part.code, *more])


def learners_page(client, visit):
    return client.get(reverse("visits:learner-visit", args=[visit.code])).content.decode()


def titles(stop):
    return [document.title for document in stop.documents.all()]


def file_of(document):
    return reverse("media:file", args=[document.file.code])


def test_a_file_and_a_link_stand_on_the_learners_page_in_order(client, camp, visit, stop):
    client.force_login(camp.by)
    upload = SimpleUploadedFile("议事规则.pdf", PDF)
    assert client.post(desk(stop), {"file": upload, "title": "", "url": ""}).status_code == 302
    link = {"title": "村史馆", "url": "https://example.org/village"}
    assert client.post(desk(stop), link).status_code == 302
    assert titles(stop) == ["议事规则.pdf", "村史馆"]
    first, second = stop.documents.all()
    assert (first.file.media_type, first.url, second.file, second.url) == (
        "application/pdf",
        "",
        None,
        "https://example.org/village",
    )
    lines = AuditLine.objects.filter(act="visits.document.added")
    assert [line.subject for line in lines] == [stop.part.code] * 2
    client.post(desk(stop, "desk-document-move", second.code), {"to": "earlier"})
    assert titles(stop) == ["村史馆", "议事规则.pdf"]
    client.post(desk(stop, "desk-document-move", second.code), {"to": "earlier"})  # at the end of the row
    assert titles(stop) == ["村史馆", "议事规则.pdf"]
    client.force_login(camp.learner.person)
    page = learners_page(client, visit)
    assert page.index("村史馆") < page.index("议事规则.pdf")
    assert page.count("需要网络") == 2
    assert b"".join(client.get(file_of(first)).streaming_content) == PDF


def test_a_picture_stands_on_the_page_so_that_a_phone_keeps_it(client, camp, visit, stop):
    document = actions.add_document(
        stop=stop, by=camp.by, title="导览图", upload=SimpleUploadedFile("a.jpg", picture((9, 99, 9)))
    )
    client.force_login(camp.learner.person)
    page = learners_page(client, visit)
    address = reverse("media:file-at", args=[document.file.code, 640])
    assert (f'src="{address}"' in page, "需要网络" in page) == (True, False)
    assert len(b"".join(client.get(address).streaming_content)) < 800_000


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "题目"}, "file"),
        ({"title": "题目", "url": "javascript:alert(1)"}, "url"),
        ({"title": "题目", "url": "没有"}, "url"),
        ({"title": "题" * 121, "url": "https://example.org"}, "title"),
    ],
)
def test_wrong_input_is_said_and_loses_nothing(client, camp, stop, given, field):
    client.force_login(camp.by)
    answered = client.post(desk(stop), given)
    assert (answered.status_code, list(answered.context["form"].errors)) == (422, [field])
    assert given["title"] in answered.content.decode()
    assert not StopDocument.objects.exists()


def test_a_refused_file_writes_no_row(client, camp, stop):
    client.force_login(camp.by)
    for upload in (SimpleUploadedFile("a.pdf", b"MZ\x90\x00" + bytes(300)), SimpleUploadedFile("b.pdf", b"")):
        assert client.post(desk(stop), {"file": upload, "title": "题目"}).status_code == 422
    both = {"file": SimpleUploadedFile("a.pdf", PDF), "url": "https://example.org"}
    assert client.post(desk(stop), both).status_code == 422
    assert (StopDocument.objects.count(), StoredFile.objects.count(), AuditLine.objects.count()) == (0, 0, 0)


def test_a_stop_has_so_many_and_no_more(camp, stop, monkeypatch):
    monkeypatch.setattr("yingzao.visits.actions.documents.MOST_DOCUMENTS", 1)
    actions.add_document(stop=stop, by=camp.by, title="一", url="https://example.org")
    with pytest.raises(Refused):
        actions.add_document(stop=stop, by=camp.by, upload=SimpleUploadedFile("a.pdf", PDF))
    assert (titles(stop), StoredFile.objects.count()) == (["一"], 0)


def test_it_is_read_by_those_for_whom_the_visit_is_and_by_the_desk_alone(client, camp, visit, stop):
    document = actions.add_document(stop=stop, by=camp.by, upload=SimpleUploadedFile("a.pdf", PDF))
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    host = StaffRoleFactory(programme=camp.programme, role=Role.HOST).person
    elsewhere = Learning()

    def may(person):
        client.force_login(person)
        return client.get(file_of(document)).status_code

    assert [may(p) for p in (camp.learner.person, camp.by, supervisor)] == [200, 200, 200]
    assert [may(p) for p in (host, elsewhere.by, elsewhere.learner.person)] == [404, 404, 404]
    client.logout()
    assert client.get(file_of(document)).status_code == 404
    visit.is_published = False
    visit.save()
    assert (may(camp.learner.person), may(camp.by)) == (404, 200)


def test_of_a_cancelled_visit_learners_read_nothing(client, camp, visit, stop):
    document = actions.add_document(stop=stop, by=camp.by, upload=SimpleUploadedFile("a.pdf", PDF))
    cancel_activity(activity=visit, by=camp.by)
    client.force_login(camp.learner.person)
    assert client.get(file_of(document)).status_code == 404


def test_what_is_taken_off_nobody_reads(client, camp, visit, stop):
    document = actions.add_document(
        stop=stop, by=camp.by, title="旧图", upload=SimpleUploadedFile("a.pdf", PDF)
    )
    address = file_of(document)
    client.force_login(camp.by)
    assert client.post(desk(stop, "desk-document-remove", document.code)).status_code == 302
    assert client.get(address).status_code == 404
    client.force_login(camp.learner.person)
    assert (client.get(address).status_code, "旧图" in learners_page(client, visit)) == (404, False)


def test_a_document_of_another_stop_is_not_reached_through_this_one(client, camp, visit, stop):
    other = actions.add_document(
        stop=stop_at(visit, "南湾"), by=camp.by, title="南湾", url="https://example.org"
    )
    client.force_login(camp.by)
    for name in ("desk-document-remove", "desk-document-move"):
        assert client.post(desk(stop, name, other.code)).status_code == 404
    assert StopDocument.objects.get() == other


def test_supervisors_read_and_change_nothing(client, camp, stop):
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    client.force_login(supervisor)
    assert client.post(desk(stop), {"title": "一", "url": "https://example.org"}).status_code == 404
    with pytest.raises(Refused):
        actions.add_document(stop=stop, by=supervisor, title="一", url="https://example.org")
    assert not StopDocument.objects.exists()


def test_a_new_edition_takes_the_documents_over(client, camp, stop):
    document = actions.add_document(
        stop=stop, by=camp.by, title="规则", upload=SimpleUploadedFile("a.pdf", PDF)
    )
    new = make_edition(
        source=camp.programme, by=camp.by, name="先锋营", edition="2022", starts_on=dt.date(2022, 9, 1)
    )
    copied = StopDocument.objects.get(stop__part__activity__programme=new)
    assert (copied.title, copied.file, copied.pk == document.pk) == ("规则", document.file, False)
    actions.remove_document(document=document, by=camp.by)
    client.force_login(camp.by)
    assert client.get(file_of(copied)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_documents_query_count(client, camp, stop, count, django_assert_num_queries):
    for n in range(count):
        actions.add_document(stop=stop, by=camp.by, title=f"第{n}份", url="https://example.org")
    client.force_login(camp.by)
    client.get(desk(stop))
    with django_assert_num_queries(DESK_QUERIES):
        page = client.get(desk(stop)).content.decode()
    assert page.count("row-line") == count


DESK_QUERIES = 6
