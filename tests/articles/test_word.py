"""Word files: what of a document is its text, and what must not come out of it."""

import io
import zipfile

import pytest
from PIL import Image

from tests.articles.harmless import assert_harmless
from yingzao.articles.readers import read

SPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OUTSIDE = 'TargetMode="External"'


def run(words: str, form: str = "") -> str:
    return f'<w:r><w:rPr>{form}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str, form: str = "") -> str:
    return f"<w:p><w:pPr>{form}</w:pPr>{''.join(runs)}</w:p>"


def item(words: str, level: int) -> str:
    form = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return paragraph(run(words), form=form)


def picture(attribute: str, alt: str) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="{alt}"/><a:graphic><a:graphicData><pic:pic>'
        f"<pic:blipFill><a:blip {attribute}/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def pixel() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    return data.getvalue()


def document(*blocks: str, links: dict[str, str] | None = None, linked: str = "file:///etc/passwd") -> bytes:
    related = [
        ("styles", "styles", "styles.xml", ""),
        ("numbering", "numbering", "numbering.xml", ""),
        ("footnotes", "footnotes", "footnotes.xml", ""),
        ("comments", "comments", "comments.xml", ""),
        ("inside", "image", "media/a.png", ""),
        ("linked", "image", linked, OUTSIDE),
        *((name, "hyperlink", address, OUTSIDE) for name, address in (links or {}).items()),
    ]

    def relations(rows) -> str:
        inner = "".join(
            f'<Relationship Id="{name}" Type="{RELATION}/{kind}" Target="{target}" {mode}/>'
            for name, kind, target, mode in rows
        )
        return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'

    levels = "".join(f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="decimal"/></w:lvl>' for n in range(3))
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="png" ContentType="image/png"/></Types>',
        "_rels/.rels": relations([("r", "officeDocument", "word/document.xml", "")]),
        "word/_rels/document.xml.rels": relations(related),
        "word/document.xml": f"<w:document {SPACES}><w:body>{''.join(blocks)}</w:body></w:document>",
        "word/styles.xml": f'<w:styles {SPACES}><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/>'
        "</w:style></w:styles>",
        "word/numbering.xml": f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
        "word/footnotes.xml": f'<w:footnotes {SPACES}><w:footnote w:id="2">{paragraph(run("脚注的话"))}</w:footnote></w:footnotes>',
        "word/comments.xml": f'<w:comments {SPACES}><w:comment w:id="0" w:author="某人">{paragraph(run("批注的话"))}'
        "</w:comment></w:comments>",
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.writestr("word/media/a.png", pixel())
    return data.getvalue()


def html_of(*blocks: str, **given) -> list[str]:
    return read(document(paragraph(run("先有一段")), *blocks, **given), "a.docx").html.splitlines()[1:]


def test_tracked_changes_are_taken_as_accepted():
    changed = paragraph(
        run("正文"),
        '<w:del w:id="1"><w:r><w:delText>删掉的</w:delText></w:r></w:del>',
        '<w:ins w:id="2"><w:r><w:t>加上的</w:t></w:r></w:ins>',
        '<w:moveFrom w:id="3"><w:r><w:t>移走的</w:t></w:r></w:moveFrom>',
        '<w:moveTo w:id="4"><w:r><w:t>移来的</w:t></w:r></w:moveTo>',
    )
    assert html_of(changed) == ["<p>正文加上的移来的</p>"]


def test_comments_stay_out_and_notes_come_along():
    text = paragraph(
        run("有批注"), '<w:commentRangeStart w:id="0"/>', run("有脚注"), '<w:commentRangeEnd w:id="0"/>',
        '<w:r><w:commentReference w:id="0"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>',
    )  # fmt: skip
    assert html_of(text) == ["<p>有批注有脚注<sup>[1]</sup></p>", "<ol><li><p>脚注的话 ↑</p></li></ol>"]


def test_headings_lists_and_tables_keep_their_form():
    table = (
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
        + paragraph(run("合并"))
        + "</w:tc></w:tr>"
        f"<w:tr><w:tc>{paragraph(run('甲'))}</w:tc><w:tc>{paragraph(run('乙'))}</w:tc></w:tr></w:tbl>"
    )
    heading = paragraph(run("小节"), form='<w:pStyle w:val="1"/>')
    assert html_of(heading, item("一", 0), item("一之一", 1), item("二", 0), table) == [
        "<h2>小节</h2>",
        "<ol><li>一<ol><li>一之一</li></ol></li><li>二</li></ol>",
        '<table><tbody><tr><td colspan="2"><p>合并</p></td></tr><tr><td><p>甲</p></td><td><p>乙</p></td></tr></tbody></table>',
    ]


def test_text_box_is_read_once():
    inner = f"<w:txbxContent>{paragraph(run('框里的话'))}</w:txbxContent>"
    box = paragraph(
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>'
        f"{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert html_of(box) == ["<p>框里的话</p>"]


def test_picture_comes_with_its_words():
    article = read(document(paragraph(run("段")), paragraph(picture('r:embed="inside"', "门口"))), "a.docx")
    assert [(i.state, i.alt, i.data) for i in article.images] == [("embedded", "门口", pixel())]


@pytest.mark.parametrize("linked", ["file:///etc/passwd", "https://x.example/a.png", "../../etc/passwd"])
def test_linked_picture_is_not_looked_up(linked):
    article = read(
        document(paragraph(run("段"), picture('r:link="linked"', "远处")), linked=linked), "a.docx"
    )
    assert (article.text, article.images, article.warnings) == ("段", (), ("image_dropped", "no_title"))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:__x()",
        "JAVASCRIPT:__x()",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "\\\\x.example\\a",
    ],
)
def test_dangerous_link_is_only_words(address):
    link = paragraph('<w:hyperlink r:id="link">', run("点这里"), "</w:hyperlink>")
    assert html_of(link, links={"link": address}) == ["<p>点这里</p>"]
    field = paragraph(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        f'<w:r><w:instrText> HYPERLINK "{address}" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        run("点这里"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )  # fmt: skip
    assert html_of(field) == ["<p>点这里</p>"]


def test_words_that_look_like_markup_stay_words():
    article = read(document(paragraph(run("&lt;script&gt;__x()&lt;/script&gt;"))), "a.docx")
    assert article.text == "<script>__x()</script>"
    assert_harmless(article.html)
