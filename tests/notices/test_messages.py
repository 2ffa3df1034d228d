"""Messages: sent once, read by their person only."""

import pytest
from django.urls import reverse

from tests.factories.people import OrganisationFactory, PersonFactory
from yingzao.core.models import AuditLine
from yingzao.notices import actions, queries
from yingzao.notices.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return OrganisationFactory(short_name="示例街道")


@pytest.fixture
def send(office):
    def send(person, key="remind:K1", title="还有一项没交", **options):
        return actions.send(
            organisation=office, person=person, kind="letter", key=key, title=title, **options
        )

    return send


def test_the_same_key_is_one_message_a_person(send):
    learner, other = PersonFactory(), PersonFactory()
    first = send(learner, title="第一次")
    assert send(learner, title="第二次") == first
    send(other)
    assert [(m.person, m.title) for m in Message.objects.order_by("pk")] == [
        (learner, "第一次"),
        (other, "还有一项没交"),
    ]


def test_a_message_to_many_reaches_those_who_lack_it_and_is_one_audit_line(office, send):
    people = PersonFactory.create_batch(3)
    send(people[0], key="result")
    by = PersonFactory()
    sent = actions.send_to_many(
        organisation=office, people=people, kind="letter", key="result", title="结果", by=by
    )
    assert sent == 2
    line = AuditLine.objects.get(actor=by)
    assert (line.act, line.subject, line.organisation_id) == ("notices.message.sent", "result", office.pk)
    assert line.after == {"kind": "letter", "people": [people[1].code, people[2].code]}
    assert (
        actions.send_to_many(
            organisation=office, people=people, kind="letter", key="result", title="结果", by=by
        )
        == 0
    )
    assert AuditLine.objects.filter(actor=by).count() == 1


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_a_message_leads_to_a_page_of_ours(send, url):
    learner = PersonFactory()
    assert send(learner, key="ok", url="/my/").url == "/my/"
    with pytest.raises(ValueError, match="not a page of this host"):
        send(learner, url=url)
    assert Message.objects.count() == 1


def test_a_person_reads_own_messages_and_nobody_elses(client, send):
    learner, other = PersonFactory(), PersonFactory()
    mine, theirs = send(learner, title="给我的"), send(other, title="给别人的")
    client.force_login(learner)
    page = client.get(reverse("notices:messages")).content.decode()
    assert "给我的" in page
    assert "给别人的" not in page
    assert client.get(reverse("notices:message", args=[mine.code])).status_code == 200
    assert client.get(reverse("notices:message", args=[theirs.code])).status_code == 404
    client.logout()
    assert client.get(reverse("notices:message", args=[mine.code])).status_code == 302


def test_reading_a_message_marks_it_and_only_it(client, send):
    learner = PersonFactory()
    read, unread = send(learner, key="a"), send(learner, key="b")
    client.force_login(learner)
    assert queries.unread_count(learner) == 2
    url = reverse("notices:message", args=[read.code])
    client.head(url)
    assert queries.unread_count(learner) == 2
    client.get(url)
    first_read_at = Message.objects.get(pk=read.pk).read_at
    client.get(url)
    assert Message.objects.get(pk=read.pk).read_at == first_read_at
    assert list(queries.messages_for(learner).filter(read_at=None)) == [unread]


def test_marking_all_as_read_leaves_other_people_alone(client, send):
    learner, other = PersonFactory(), PersonFactory()
    send(learner, key="a"), send(learner, key="b"), send(other)
    client.force_login(learner)
    assert client.get(reverse("notices:mark-all-read")).status_code == 405
    client.post(reverse("notices:mark-all-read"))
    assert (queries.unread_count(learner), queries.unread_count(other)) == (0, 1)


def test_what_a_message_says_is_text(client, send):
    learner = PersonFactory()
    row = send(learner, title="<b>粗</b>", body="<script>alert(1)</script>")
    client.force_login(learner)
    page = client.get(reverse("notices:message", args=[row.code])).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>粗</b>" not in page


def test_the_list_shows_unread_ones_alone_when_asked(client, send):
    learner = PersonFactory()
    actions.mark_read(message=send(learner, key="a", title="读过的"))
    send(learner, key="b", title="没读的")
    client.force_login(learner)
    page = client.get(reverse("notices:messages") + "?show=unread").content.decode()
    assert "没读的" in page
    assert "读过的" not in page


def test_an_empty_list_says_what_will_stand_there(client):
    client.force_login(PersonFactory())
    assert "没有消息" in client.get(reverse("notices:messages")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_messages_query_count(client, send, rows, django_assert_num_queries):
    learner = PersonFactory()
    client.force_login(learner)
    client.get(reverse("people:privacy"))
    client.get(reverse("notices:messages"))
    for number in range(rows):
        send(learner, key=str(number))
    with django_assert_num_queries(6):
        assert client.get(reverse("notices:messages")).content.count(b"row-line") == rows
