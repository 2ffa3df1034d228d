"""The translation tool on a small house of its own: each thing that it must refuse is done once."""

import importlib.util
import json
import shutil
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(
    not shutil.which("xgettext"), reason="needs xgettext: apt-get install gettext"
)


@pytest.fixture
def tool(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SOURCE", tmp_path)
    for room in ("people", "live"):
        (tmp_path / room / "templates" / room).mkdir(parents=True)
        (tmp_path / room / "apps.py").write_text("")
    (tmp_path / "people" / "rules.py").write_text('_("Sign in")\nngettext("%(n)d day", "%(n)d days", n)\n')
    (tmp_path / "live" / "templates" / "live" / "x.html").write_text(
        "{% translate 'Join' %}{% blocktranslate trimmed %}\n  From {{ start }}\n{% endblocktranslate %}"
    )
    module.update(["people", "live"])
    return module


@pytest.fixture
def filled(tool, tmp_path):
    """The same with all its Chinese."""
    texts = {
        "people": {"Sign in": "登录", "%(n)d day": ["%(n)d天"]},
        "live": {"Join": "进入直播", "From %(start)s": "%(start)s起"},
    }
    for room, messages in texts.items():
        file = tmp_path / f"{room}.json"
        file.write_text(json.dumps(messages))
        tool.fill(room, file)
    return tool


def problems(tool, capsys) -> str:
    with pytest.raises(SystemExit):
        tool.check(["people", "live"])
    return capsys.readouterr().err


def change(tool, room: str, msgid: str, **values) -> None:
    catalogue = polib.pofile(str(tool.catalogue_of(room)))
    for name, value in values.items():
        setattr(catalogue.find(msgid), name, value)
    catalogue.save()


def test_strings_of_python_and_templates_are_found(tool):
    assert [entry.msgid for entry in tool.stored("people")] == ["%(n)d day", "Sign in"]
    assert [entry.msgid for entry in tool.stored("live")] == ["From %(start)s", "Join"]


def test_all_filled_passes(filled, capsys):
    filled.check(["people", "live"])
    assert capsys.readouterr().err == ""


def test_updating_twice_changes_no_byte(filled):
    before = filled.catalogue_of("live").read_bytes()
    filled.update(["live"])
    assert filled.catalogue_of("live").read_bytes() == before
    assert "进入直播".encode() in before


def test_string_without_chinese(tool, capsys):
    assert "people: no Chinese for 'Sign in'" in problems(tool, capsys)


def test_fuzzy_string(filled, capsys):
    change(filled, "people", "Sign in", flags=["fuzzy"])
    assert "people: no Chinese for 'Sign in'" in problems(filled, capsys)


def test_source_ahead_of_its_catalogue(filled, capsys, tmp_path):
    (tmp_path / "people" / "views.py").write_text('_("Sign out")')
    assert "people: catalogue out of date; run: python tools/messages.py update people" in problems(
        filled, capsys
    )


def test_lost_placeholder(filled, capsys):
    change(filled, "live", "From %(start)s", msgstr="开始")
    assert "placeholders differ in 'From %(start)s'" in problems(filled, capsys)


def test_one_english_text_with_two_chinese_ones(filled, capsys, tmp_path):
    (tmp_path / "people" / "forms.py").write_text('_("Join")')
    filled.update(["people"])
    change(filled, "people", "Join", msgstr="加入")
    assert "'Join' differs: 进入直播 (live); 加入 (people)" in problems(filled, capsys)


def test_filling_what_is_not_there_is_told(filled, tmp_path, capsys):
    (tmp_path / "x.json").write_text('{"Sign up": "注册"}')
    with pytest.raises(SystemExit):
        filled.fill("people", tmp_path / "x.json")
    assert "no such string in the catalogue: 'Sign up'" in capsys.readouterr().err


def test_compiled_catalogue_is_read_by_gettext(filled):
    import gettext

    filled.compile_all()
    with filled.catalogue_of("live").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Join") == "进入直播"


def test_two_contexts_of_one_text_are_filled_apart(filled, tmp_path, capsys):
    (tmp_path / "people" / "forms.py").write_text(
        'pgettext("verb", "Leave")\npgettext("noun", "Leave")\n_("Leave")'
    )
    filled.update(["people"])
    capsys.readouterr()
    filled.missing(["people"], as_json=True)
    told = json.loads(capsys.readouterr().out)["people"]
    assert set(told) == {"Leave", "noun\x04Leave", "verb\x04Leave"}
    (tmp_path / "x.json").write_text(json.dumps({"noun\x04Leave": "请假", "verb\x04Leave": "离开"}))
    filled.fill("people", tmp_path / "x.json")
    assert {e.msgctxt: e.msgstr for e in filled.stored("people") if e.msgid == "Leave"} == {
        None: "",
        "noun": "请假",
        "verb": "离开",
    }
