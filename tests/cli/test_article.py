"""`yingzao article`: posts, pages, Word files and feeds as values; posts written back byte for byte."""

import base64
import io
import json
import subprocess

import pytest
from PIL import Image

from tests.articles.test_feeds import RSS
from tests.articles.test_front_matter import POST
from tests.articles.test_readers import docx
from tests.commands import ran, ran_alone
from tests.samples import SAMPLES, needs_samples
from yingzao.project import article as reading


def run(*arguments, code: int = 0, by=ran) -> subprocess.CompletedProcess:
    done = by("article", *arguments, PATH="/usr/bin:/bin", LANG="zh_CN.UTF-8")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def told(path) -> dict:
    return json.loads(json.dumps(reading.told(path)))


def test_the_command_prints_the_values_as_json(tmp_path):
    post = tmp_path / "帖.md"
    post.write_bytes(POST.encode())
    assert json.loads(run(post, "--json", by=ran_alone).stdout) == told(post)
    assert "_走出去_" in run(post).stdout


def test_a_post_as_values(tmp_path):
    Image.new("RGB", (30, 20)).save(tmp_path / "图.png")
    post = tmp_path / "帖.md"
    body = "<p>甲<b onclick='x()'>乙</b><i>丙</i></p><p><img src='图.png' alt='门口'><img src='没有.png'><img src='../图.png'></p>"
    post.write_text(POST.replace("<p>一</p>", body), encoding="utf-8")
    answer = told(post)
    assert answer["kind"] == "post"
    [entry] = answer["entries"]
    assert list(entry) == [
        "title", "categories", "authors", "published_at", "date_raw", "html", "text", "images", "front_matter", "warnings",
    ]  # fmt: skip
    assert (entry["title"], entry["authors"], entry["published_at"]) == (
        "_走出去_", ["趣头条"], "2021-11-15T13:49:30+00:00",
    )  # fmt: skip
    assert entry["front_matter"]["comments"] == "false"
    assert [(i["origin"], i["state"], i["width"], i["height"]) for i in entry["images"]] == [
        ("图.png", "stored", 30, 20), ("没有.png", "missing", None, None), ("../图.png", "missing", None, None),
        ("x", "missing", None, None),
    ]  # fmt: skip
    assert [(w["code"], bool(w["text"])) for w in entry["warnings"]] == [("script_dropped", True)]
    assert "onclick" not in entry["html"]


def test_a_post_that_is_a_head_alone_is_told_with_a_warning(tmp_path):
    post = tmp_path / "草稿.md"
    post.write_text("---\ntitle: 只有题目\ndate: 2021-11-15 08:00:00\n---\n", encoding="utf-8")
    [entry] = json.loads(run(post, "--json").stdout)["entries"]
    assert (entry["title"], entry["html"], entry["images"]) == ("只有题目", "", [])
    assert [w["code"] for w in entry["warnings"]] == ["no_text"]
    run(post, "--hexo", tmp_path / "out")
    assert (tmp_path / "out" / "草稿.md").read_bytes() == post.read_bytes()
    post.write_text(" \n")
    run(post, "--json", code=2)


def test_a_feed_as_values_and_as_posts(tmp_path):
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS, encoding="utf-8")
    answer = told(feed)
    assert (answer["kind"], [e["title"][:4] for e in answer["entries"]]) == ("feed", ["违反<化", "只有题目"])
    assert [i["state"] for i in answer["entries"][0]["images"]] == ["remote", "decoration"]
    reading.write_posts(feed, tmp_path / "out")
    first, _second = sorted((tmp_path / "out").iterdir(), key=lambda p: p.name, reverse=True)
    again = told(first)["entries"][0]
    for key in ("title", "categories", "published_at", "text"):
        assert again[key] == answer["entries"][0][key]


def test_a_post_is_written_back_as_received_or_with_one_key_changed(tmp_path):
    post = tmp_path / "帖.md"
    post.write_bytes(POST.encode())
    run(post, "--hexo", tmp_path / "out")
    assert (tmp_path / "out" / "帖.md").read_bytes() == POST.encode()
    run(post, "--hexo", tmp_path / "out", "--set", "author=珠江时报")
    assert (tmp_path / "out" / "帖.md").read_text() == POST.replace("趣头条", "珠江时报")
    other = tmp_path / "正文.md"
    other.write_text("新的正文\n")
    run(post, "--hexo", tmp_path / "out", "--body", other)
    assert (tmp_path / "out" / "帖.md").read_text() == POST[: POST.index("\n<div>")] + "新的正文\n"


@pytest.mark.parametrize(
    ("data", "arguments", "words"),
    [
        (b"", (), "没有文字"),
        (b"\x89PNG\r\n\x1a\n", (), "不是文章"),
        (b"PK\x03\x04broken", (), "不是文章"),
        (POST.encode(), ("--set", "title=x"), "--hexo"),
        (POST.encode(), ("--hexo", "out", "--set", "=x"), "KEY=VALUE"),
        (b';;;\n"title": "a"\n;;;\ntext', ("--hexo", "out", "--set", "title=b"), "JSON"),
    ],
)
def test_a_refusal_is_one_sentence(tmp_path, data, arguments, words):
    file = tmp_path / "x.md"
    file.write_bytes(data)
    done = run(file, *(tmp_path / a if a == "out" else a for a in arguments), code=2)
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@needs_samples
def test_samples_come_back_byte_for_byte(tmp_path):
    posts = sorted((SAMPLES / "articles").glob("*.md"))
    for post in posts:
        reading.write_posts(post, tmp_path)
        assert (tmp_path / post.name).read_bytes() == post.read_bytes()
    seed = told(SAMPLES / "articles" / "seed.md")["entries"][0]
    assert (seed["published_at"], len(seed["images"]), seed["authors"]) == (
        "2021-11-15T13:49:30+00:00",
        5,
        ["趣头条"],
    )
    assert all(i["origin"].startswith("http://static.1sapp.com/") for i in seed["images"])


def test_a_word_file_with_a_picture_inside(tmp_path):
    file = tmp_path / "文.docx"
    file.write_bytes(docx("<w:p><w:r><w:t>正文</w:t></w:r></w:p>"))
    answer = told(file)
    assert (answer["kind"], answer["entries"][0]["text"]) == ("document", "正文")
    page = tmp_path / "页.html"
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2)).save(buffer, "PNG")
    page.write_text(
        f"<!doctype html><title>题</title><article><p>正文<img src='data:image/png;base64,"
        f"{base64.b64encode(buffer.getvalue()).decode()}'></p></article>"
    )
    answer = told(page)
    assert answer["kind"] == "page"
    assert [(i["state"], i["width"], i["height"]) for i in answer["entries"][0]["images"]] == [
        ("stored", 3, 2)
    ]
