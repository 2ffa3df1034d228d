"""A learner's whole course on a phone: a stream played with the network cut, at double speed, with skips, in two windows, with a
reload; a text, an order that holds; and the organiser who builds it and sees where somebody stands."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, enter
from tests.factories.activities import ActivityFactory
from tests.factories.films import film, packed, stream_files
from tests.factories.learning import Learning
from tests.instances import wait_for
from yingzao.activities.actions import videos
from yingzao.activities.models import Duty, Evidence, WatchPiece
from yingzao.activities.settling.watching import Span, measure, spans_of
from yingzao.courses import actions as courses
from yingzao.courses.settling import Asked
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 12


@pytest.fixture
def camp(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    camp = Learning()
    for person in (camp.learner.person, camp.by):
        people.agree_to_notice(person=person, notice=current_privacy_notice())
    return camp


@pytest.fixture
def course(camp):
    """In order: a stream of twelve seconds, then a text."""
    course = ActivityFactory(programme=camp.programme, kind="course", title="怎样找到楼组长")
    courses.set_course(activity=course, provider="", url="", in_order=True, by=camp.by)
    unit = courses.add_unit(activity=course, title="第一单元", after=None, by=camp.by)
    first = courses.add_lesson(activity=course, title="先听居民说", kind="video", unit=unit, by=camp.by)
    second = courses.add_lesson(activity=course, title="再画一张图", kind="text", unit=unit, by=camp.by)
    courses.change_lesson(
        part=second.part,
        title="再画一张图",
        kind="text",
        unit=unit,
        optional=False,
        asked=Asked(),
        text="把楼道画下来，标出谁认识谁。",
        url="",
        upload=None,
        by=camp.by,
    )
    put(first.part, packed(stream_files(SECONDS)), "流.zip", camp.by)
    course.first, course.second = first.part, second.part
    return course


def put(part, data, name, by):
    video = videos.make_video(activity=part.activity, part=part, title=part.title, source="file", by=by)
    videos.take_piece(video=video, at=0, data=data)
    videos.finish_film(video=video, name=name, by=by)
    return video


def play(page: Page, seconds: float, *, speed: float = 1, start: float | None = None) -> None:
    """Play so many seconds of the film, then pause."""
    page.evaluate(
        """async ([seconds, speed, start]) => {
          const film = document.querySelector("video");
          film.muted = true;
          if (film.readyState < 1) await new Promise((done) => film.addEventListener("loadedmetadata", done));
          if (start !== null) {
            film.currentTime = start;
            await new Promise((done) => film.addEventListener("seeked", done, { once: true }));
          }
          film.playbackRate = speed;
          const until = film.currentTime + seconds;
          await film.play();
          await new Promise((done) => {
            const look = () => {
              if (film.currentTime >= until || film.ended) { film.removeEventListener("timeupdate", look); done(); }
            };
            film.addEventListener("timeupdate", look);
          });
          film.pause();
        }""",
        [seconds, speed, start],
    )


def seen(learner) -> float:
    """Seconds of film that the log knows of, evidence or not."""
    facts = Evidence.objects.filter(enrolment=learner, fact="watched")
    spans = [s for at, detail in facts.values_list("happened_at", "detail") for s in spans_of(at, detail)]
    spans += [
        Span(p.from_ms, p.to_ms, p.at_ms, p.at_ms + p.took_ms)
        for p in WatchPiece.objects.filter(enrolment=learner, is_open=True)
    ]
    return float(measure(spans).credited / 1000)


def stands(learner) -> str:
    return Duty.objects.get(enrolment=learner).state


def test_a_whole_course_on_a_phone(open_context, link, camp, course, problems, accessible):
    page = open_context(PHONE).new_page()
    enter(page, link.address, camp.learner.person)
    page.goto(f"{link.address}/my/courses/{course.code}/")
    assert accessible(page) == []
    expect(page.get_by_text("完成“先听居民说”后打开")).to_be_visible()
    page.get_by_role("link", name="开始学习：先听居民说").click()
    expect(page.get_by_role("heading", level=1, name="先听居民说")).to_be_visible()
    assert accessible(page) == []
    expect(page.locator("[data-line]")).to_contain_text("已看 0 / 1 分钟")

    # Three seconds, then a jump to the end: what was skipped earns nothing.
    play(page, 3)
    play(page, 1, start=10)
    wait_for(lambda: 3.4 < seen(camp.learner) < 5.2, seconds=10)
    assert stands(camp.learner) == "pending"

    # The network is cut: it goes on from what is loaded, and what is played stays on the phone.
    link.cut()
    play(page, 2, start=3)
    page.wait_for_timeout(300)
    before = seen(camp.learner)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('yz-watch:')).length") >= 1
    link.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: seen(camp.learner) > before + 1.4, seconds=15)

    # After a reload it goes on where it was, at double speed, and enough is seen.
    page.reload()
    expect(page.locator("[data-seen] span").first).to_be_visible()
    play(page, 5.5, speed=2, start=4.8)
    expect(page.locator("[data-counted]")).to_be_visible()
    expect(page.locator("[data-lesson-state]")).to_contain_text("完成")
    page.get_by_role("link", name=re.compile("再画一张图")).click()
    page.get_by_role("button", name="这一课学完了").click()
    wait_for(lambda: stands(camp.learner) == "done", seconds=10)
    expect(page.get_by_role("heading", level=1, name="怎样找到楼组长")).to_be_visible()
    problems[:] = [p for p in problems if "ERR_" not in p]


def test_two_windows_play_one_after_the_other(open_context, live_server, camp, course):
    context = open_context(PHONE)
    first, second = context.new_page(), context.new_page()
    enter(first, live_server.url, camp.learner.person)
    for page in (first, second):
        page.goto(f"{live_server.url}/my/courses/{course.code}/{course.first.code}/")
    first.evaluate(
        "() => { const film = document.querySelector('video'); film.muted = true; film.loop = true; return film.play(); }"
    )
    second.evaluate(
        "() => { const film = document.querySelector('video'); film.muted = true; return film.play(); }"
    )
    expect(first.get_by_text("另一个窗口正在播放")).to_be_visible()
    assert first.evaluate("document.querySelector('video').paused")


def test_the_organiser_builds_it_and_sees_where_somebody_stands(
    open_context, live_server, camp, accessible, tmp_path
):
    course = ActivityFactory(programme=camp.programme, kind="course", title="空间与人")
    page = open_context(DESK).new_page()
    enter(page, live_server.url, camp.by)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/courses/{course.code}/")
    assert accessible(page) == []
    page.get_by_role("link", name="添加单元").click()
    page.get_by_label("单元标题").fill("第一单元")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="添加课时").click()
    page.get_by_label("课时标题").fill("看一段录像")
    page.get_by_label("类型").select_option("video")
    page.get_by_label("单元", exact=False).last.select_option(label="第一单元")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_label("视频要看到多少")).to_be_visible()
    expect(page.get_by_label("测验及格分")).to_be_hidden()
    assert accessible(page) == []
    page.get_by_role("button", name="上传视频").click()
    path = tmp_path / "讲座.mp4"
    path.write_bytes(film(SECONDS))
    page.get_by_label("视频文件").set_input_files(path)
    page.get_by_role("button", name="上传视频").click()
    expect(page.get_by_text("视频已上传")).to_be_visible()
    page.get_by_label("章节").fill("0:00 开场\n0:05 楼组长")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("button", name=re.compile("楼组长"))).to_be_visible()
    assert accessible(page) == []
    page.get_by_role("button", name=re.compile("楼组长")).click()
    page.wait_for_function("document.querySelector('video').currentTime > 4.9")
    assert not WatchPiece.objects.exists()  # the desk's looking is nobody's watching
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/courses/{course.code}/")
    expect(page.get_by_text("看一段录像：还没开始看视频").first).to_be_visible()
