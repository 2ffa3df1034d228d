"""One article from the post that it came as to every form in which it leaves: judged, corrected, published, out."""

import io
import zipfile

import docx
import pytest
from django.urls import reverse

from tests.factories.stories import vouch
from yingzao.core.errors import Refused
from yingzao.stories import actions
from yingzao.stories.bridge.truth import check_story
from yingzao.stories.exports import files

pytestmark = pytest.mark.django_db

TEXT = (
    "学员参加了2次线上直播课程：“业主组织”、“行业观察”、“场景营造”，看到乡村文华振兴的成效，也走进文华花园。"
)
POST = f"---\ntitle: 社区营造\ncategories:\n - 新媒体\nauthor: 记者甲\ncomments: false\ndate: Mon, 15 Nov 2021 13:49:30 GMT\n---\n\n<div>\n<p>{TEXT}</p>\n</div>\n"


def found(story) -> dict[str, str]:
    """Code of a finding → the words it is about."""
    return {str(one.finding.code): one.finding.quote for one in check_story(story).asked}


def unpacked(story, form: str, ending: str) -> str:
    with zipfile.ZipFile(io.BytesIO(files.FORMS[form].make(story))) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(ending)]
        return archive.read(name).decode()


def test_the_article_that_counts_two_courses_and_names_three(programme, editor, organiser, client):
    story = actions.import_story(programme=programme, by=editor, data=POST.encode(), name="报道.md")
    assert "2次" in " ".join(found(story).values())
    with pytest.raises(Refused) as refusal:
        actions.publish_story(story=story, by=organiser)
    assert refusal.value.code == "truth_open"
    proposals = [one.finding.proposal for one in check_story(story).asked if one.finding.proposal]
    assert proposals == ["乡村文化振兴"]
    right = TEXT.replace("2次", "3次").replace("文华振兴", "文化振兴")
    actions.edit_story(story=story, by=editor, title="社区营造", byline="记者甲", text=right)
    story.refresh_from_db()
    story = actions.publish_story(story=vouch(story, editor), by=organiser)
    page = client.get(story.address).content.decode()
    atom = client.get(reverse("stories:feed", args=["atom"])).content.decode()
    word = docx.Document(io.BytesIO(files.FORMS["docx"].make(story)))
    told = {
        "page": page,
        "atom": atom,
        "hexo": unpacked(story, "hexo", ".md"),
        "word": "\n".join(p.text for p in word.paragraphs),
    }
    told["html"] = unpacked(story, "wechat", ".html")
    for form, text in told.items():
        assert "3次线上直播课程" in text, form
        assert "乡村文化振兴" in text, form
        assert "文华花园" in text, form
        assert "2次线上" not in text, form
