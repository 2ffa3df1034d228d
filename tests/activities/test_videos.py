"""Films and streams: sent piece by piece, looked into, and served in parts to whom they are for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.films import film, packed, stream_files
from tests.factories.learning import Learning
from yingzao.activities import actions as activities
from yingzao.activities.actions import videos
from yingzao.activities.models import Video
from yingzao.activities.readers.captions import read_captions
from yingzao.core.errors import Refused
from yingzao.core.media.ranges import PIECE
from yingzao.core.models import StoredFile
from yingzao.courses import actions as courses
from yingzao.courses.models import Lesson


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def part(camp):
    course = ActivityFactory(programme=camp.programme, kind="course", title="主题课")
    return PartFactory(activity=course, title="第一讲")


@pytest.fixture
def video(camp, part):
    return activities.make_video(activity=part.activity, part=part, title="第一讲", source="file", by=camp.by)


@pytest.fixture
def desk(client, camp):
    client.force_login(camp.by)
    return client


def at(video, name="desk-film"):
    return reverse(f"activities:{name}", args=[video.activity.programme.code, video.code])


def give(client, video, data, name="讲座.mp4"):
    return client.post(at(video), {"file": SimpleUploadedFile(name, data)})


def test_a_film_is_kept_and_its_length_is_read_from_it(desk, video):
    assert give(desk, video, film()).status_code == 302
    video.refresh_from_db()
    assert (video.source, video.seconds, video.file.media_type, video.file.size) == (
        "file",
        12,
        "video/mp4",
        len(film()),
    )
    assert list(videos.pieces.drafts().iterdir()) == []


def test_a_fragmented_film_says_its_length_too(desk, video):
    give(desk, video, film(fragmented=True))
    video.refresh_from_db()
    assert video.seconds == 12


def test_a_stream_is_kept_with_every_part_that_it_names(desk, video):
    files = stream_files()
    assert give(desk, video, packed(files | {"readme.txt": b"x"}), "流.zip").status_code == 302
    video.refresh_from_db()
    kept = StoredFile.objects.filter(subject=video.folder).values_list("name", flat=True)
    assert (video.source, video.entry, video.seconds) == ("stream", "master.m3u8", 12)
    assert set(kept) == set(files)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (lambda: film()[: len(film()) // 2], "已损坏"),
        (lambda: film(codec="libx265"), "H.264"),
        (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 100, "已损坏"),
        (lambda: b"GIF89a", "不是 MP4"),
        (lambda: packed({"a.txt": b"x"}), "没有播放列表"),
        (lambda: packed({k: v for k, v in stream_files().items() if k != "low/001.ts"}), "压缩包里没有"),
        (lambda: packed({"m.m3u8": b"#EXTM3U\n#EXTINF:2,\nhttps://v.example/a.ts\n"}), "压缩包里没有"),
        (lambda: packed({"m.m3u8": b"#EXTM3U\n#EXTINF:2,\n../../etc/passwd\n"}), "压缩包里没有"),
        (lambda: packed({"m.m3u8": b"#EXTM3U\n#EXTINF:2,\na.html\n", "a.html": b"<script>"}), "只能包含"),
        (lambda: packed({"m.m3u8": b"#EXTM3U\n"}), "没有任何分片"),
        (lambda: packed({"m.m3u8": b"\xff\xfe\0"}), "没有任何分片"),
        (lambda: packed({"m.m3u8": b'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:2,\na.ts\n', "a.ts": b"x"}), "加密"),
        (lambda: packed(stream_files())[:3000], "无法读取"),
    ],
)  # fmt: skip
def test_what_cannot_be_played_is_refused_with_a_sentence_and_nothing_is_kept(data, word, desk, video):
    answer = give(desk, video, data())
    assert (answer.status_code, word in answer.content.decode()) == (422, True)
    video.refresh_from_db()
    assert (video.is_there, StoredFile.objects.count(), list(videos.pieces.drafts().iterdir())) == (
        False,
        0,
        [],
    )


def test_a_film_is_sent_in_pieces_and_goes_on_after_it_broke_off(desk, video):
    data, url = film(), at(video, "desk-film-piece")

    def piece(start, end):
        return desk.generic(
            "POST", f"{url}?at={start}", data[start:end], content_type="application/octet-stream"
        )

    assert desk.get(url).json() == {"here": 0}
    assert piece(0, 5000).json() == {"here": 5000}
    assert piece(0, 5000).json() == {"here": 5000}  # delivered twice
    assert piece(9000, 9500).json() == {"here": 5000}  # one that does not follow on
    assert desk.get(url).json() == {"here": 5000}
    assert piece(5000, len(data)).json() == {"here": len(data)}
    answer = desk.post(at(video), {"name": "讲座.mp4"})
    assert answer.json() == {"next": at(video, "desk-video")}
    video.refresh_from_db()
    assert (video.file.name, video.seconds) == ("讲座.mp4", 12)


def test_another_film_begins_anew(desk, video):
    url = at(video, "desk-film-piece")
    desk.generic("POST", f"{url}?at=0", b"x" * 100, content_type="application/octet-stream")
    assert desk.get(url + "?from=start").json() == {"here": 0}


def test_the_end_without_a_film_is_a_sentence(desk, video):
    answer = desk.post(at(video), {"name": "讲座.mp4"})
    assert (answer.status_code, answer.json()) == (422, {"sentence": "没有收到视频，请重新选择。"})


# Served


def address(client, video):
    page = client.get(reverse("activities:learner-video", args=[video.code]))
    return page.context["player"]["address"]


@pytest.fixture
def shown(desk, camp, video):
    give(desk, video, film())
    desk.force_login(camp.learner.person)
    return desk


def test_a_film_comes_in_the_parts_that_are_asked_for(shown, video):
    url, data = address(shown, video), film()
    answer = shown.get(url, headers={"Range": "bytes=100-199"})
    assert (answer.status_code, answer.content) == (206, data[100:200])
    assert answer.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
    assert shown.get(url, headers={"Range": "bytes=-50"}).content == data[-50:]
    assert shown.get(url, headers={"Range": "bytes=50-"}).content == data[50 : 50 + PIECE]
    assert shown.get(url).content == data
    beyond = shown.get(url, headers={"Range": f"bytes={len(data)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(data)}")


def test_an_open_end_is_answered_with_a_piece(shown, video, monkeypatch):
    monkeypatch.setattr("yingzao.core.media.ranges.PIECE", 1000)
    answer = shown.get(address(shown, video), headers={"Range": "bytes=0-"})
    assert (len(answer.content), answer.headers["Content-Range"]) == (1000, f"bytes 0-999/{len(film())}")


def test_the_address_is_good_in_one_browser_alone(shown, video, camp, client):
    url = address(shown, video)
    other = type(shown)()
    assert other.get(url).status_code == 404
    other.force_login(camp.other.person)
    assert other.get(url).status_code == 404
    assert shown.get(url.replace("film.mp4", "other.mp4")).status_code == 404


def test_films_are_read_through_the_player_alone(shown, video):
    video.refresh_from_db()
    assert shown.get(reverse("media:file", args=[video.file.code])).status_code == 404


def test_parts_of_a_stream_are_found_below_its_playlist(desk, camp, video):
    give(desk, video, packed(stream_files()), "流.zip")
    desk.force_login(camp.learner.person)
    url = address(desk, video)
    assert url.endswith("/master.m3u8")
    segment = desk.get(url.replace("master.m3u8", "low/001.ts"))
    assert (segment.status_code, segment.content) == (200, stream_files()["low/001.ts"])
    assert segment.headers["Content-Type"] == "video/mp2t"


# Lessons and captions


def test_a_lessons_film_says_what_finishing_it_takes(desk, camp, part):
    courses.change_lesson(
        part=part,
        title="第一讲",
        kind="text",
        unit=None,
        optional=False,
        asked=courses_asked(),
        text="",
        url="",
        upload=None,
        by=camp.by,
    )
    url = reverse("courses:desk-lesson-film", args=[camp.programme.code, part.activity.code, part.code])
    assert desk.post(url).status_code == 302
    video = Video.objects.get()
    give(desk, video, film())
    part.activity.refresh_from_db()
    assert part.activity.rule["lessons"][part.code] == {
        "kind": "video",
        "seconds": 12,
        "share": "0.9",
        "counts": "media",
    }
    assert Lesson.objects.get().video == video


def courses_asked():
    from yingzao.courses.settling import Asked

    return Asked()


def test_captions_of_the_other_kind_are_turned(desk, video):
    srt = "1\r\n00:00:01,000 --> 00:00:02,500\r\n大家好\r\n"
    assert read_captions(srt.encode("gb18030")) == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n大家好\n"
    desk.post(at(video, "desk-captions"), {"captions": SimpleUploadedFile("字幕.srt", srt.encode())})
    video.refresh_from_db()
    assert video.captions.name == "字幕.vtt"


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff" * 100])
def test_what_is_no_captions_is_refused(data):
    with pytest.raises(Refused):
        read_captions(data)


def test_a_video_that_was_watched_is_not_removed(desk, camp, video):
    from tests.factories.activities import record

    record(
        camp.learner,
        video.activity,
        "watched",
        "2021-10-14 19:00",
        detail={"video": video.code, "spans": []},
        part=video.part,
    )
    desk.post(at(video, "desk-video-remove"))
    assert Video.objects.filter(pk=video.pk).exists()


def test_a_video_that_nobody_watched_is_removed(desk, video):
    desk.post(at(video, "desk-video-remove"))
    assert not Video.objects.exists()


@pytest.mark.parametrize("learners", [1, 3])
def test_the_desks_page_of_a_video_asks_the_same_whatever_the_number(
    learners, desk, camp, video, django_assert_max_num_queries
):
    from tests.factories.activities import record
    from tests.factories.enrolment import EnrolmentFactory

    for _n in range(learners):
        one = EnrolmentFactory(programme=camp.programme)
        record(
            one,
            video.activity,
            "watched",
            "2021-10-14 19:00",
            detail={"video": video.code, "spans": [[0, 9000, 0, 9000]]},
        )
    desk.get(at(video, "desk-video"))
    with django_assert_max_num_queries(14):
        assert desk.get(at(video, "desk-video")).content.decode().count('<td class="num">0') == learners


def test_a_new_edition_shares_the_film(desk, camp, video):
    give(desk, video, film())
    copy = ActivityFactory(programme=camp.programme, kind="course")
    copies = activities.copy_videos(video.activity, copy, {video.part_id: PartFactory(activity=copy)})
    video.refresh_from_db()
    assert copies[video.pk].file == video.file
