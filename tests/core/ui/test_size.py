"""What is too large is refused before it is in memory."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yingzao.core.ui.forms import LARGEST_FILE, MEGABYTE
from yingzao.enrolment.forms import UploadForm
from yingzao.practice.forms import WorkForm

pytestmark = pytest.mark.django_db


class Announced(SimpleUploadedFile):
    """A file that says how large it is, and must not be read."""

    def __init__(self, size: int) -> None:
        super().__init__("表.xlsx", b"PK")
        self.size = size


def test_request_larger_than_any_form_is_not_read(settings):
    length = settings.REQUEST_MAX_BYTES
    answers = [
        Client().post("/sign-in/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=said)
        for said in (str(length + 1), "9" * 30)
    ]
    assert [a.status_code for a in answers] == [413, 413]
    assert "内容太大了" in answers[0].content.decode()


@pytest.mark.parametrize(("over", "fine"), [(0, True), (1, False)])
def test_file_larger_than_any_reader_takes_is_refused_by_the_form(over, fine):
    file = Announced(LARGEST_FILE * MEGABYTE + over)
    one, many = UploadForm({}, {"file": file}), WorkForm({"text": "字"}, {"files": [file]})
    assert (one.is_valid(), many.is_valid()) == (fine, fine)
    if not fine:
        assert one.errors["file"] == many.errors["files"] == ["文件太大，最多 30 MB。"]
