"""Word files of three learners, and what is quoted from the reports."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from example_files.people import Learner

# learner's number → lines of 走访记录.docx; the first is the title
DOCUMENTS = {
    12: (
        "大圩社区走访记录",
        "走访日期：2021年11月23日、25日、30日。走访人：学员12。",
        "珍姐（称呼，本人同意记录）：住三栋十一年，原来在厂里做统计。愿意记录，不愿意主持。平日晚上八点以后有空。",
        "坚哥（称呼，本人同意记录）：业主小组组长，说话直，大家服他。缺点他自己说了：容易着急。",
        "两位都认为，会开不好是因为没有人提前知道要谈什么。约好下一次会前三天一起拟议题。",
    ),
    44: (
        "中区社区走访记录",
        "走访日期：2021年11月24日至12月2日。走访人：学员44。",
        "和姨（称呼，本人同意记录）：当楼长六年，协调过不少邻里的事。她的办法是先分开喝茶，再一起喝茶。",
        "阿锋（称呼，本人同意记录）：年轻住户，学过一点心理。愿意在练习时扮演当事人。",
        "两位都不希望公开真名，只在小组里使用称呼。涉及的三次协调没有记录当事人的任何信息。",
    ),
    78: (
        "东约社区走访记录",
        "走访日期：2021年11月20日至12月1日。走访人：学员78。",
        "江叔（称呼，本人同意记录）：在河边钓鱼二十年，知道每一段路什么时候积水。愿意带人走一遍。",
        "慧姐（称呼，本人同意记录）：坐轮椅，每天从河边去菜市场。愿意试坡道，也愿意说不好用。",
        "一起走了两次，拍照时避开了人脸。十段路的编号沿用江叔的叫法。",
    ),
}

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def _paragraph(text: str, *, title: bool) -> str:
    layout = '<w:pPr><w:jc w:val="center"/></w:pPr>' if title else '<w:pPr><w:ind w:firstLine="480"/></w:pPr>'
    size = '<w:rPr><w:b/><w:sz w:val="36"/></w:rPr>' if title else '<w:rPr><w:sz w:val="24"/></w:rPr>'
    return f'<w:p>{layout}<w:r>{size}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _document(lines: tuple[str, ...]) -> str:
    body = "".join(_paragraph(text, title=not position) for position, text in enumerate(lines))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        f'{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>'
    )


def write(folder: Path) -> None:
    for number, lines in DOCUMENTS.items():
        path = folder / "实践成果" / f"学员{number:02d}" / "走访记录.docx"
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONS,
            "word/document.xml": _document(lines),
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(
                    zipfile.ZipInfo(name, (2021, 12, 12, 9, 0, 0)), content, zipfile.ZIP_DEFLATED
                )


def report_summary(folder: Path, learner: Learner) -> tuple[str, str]:
    """Title and text of a learner's report, without its heading lines."""
    lines = (folder / "实践成果" / learner.name / "总结报告.md").read_text(encoding="utf-8").splitlines()
    return lines[0].removeprefix("# "), "\n".join(line for line in lines[3:] if line.strip())
