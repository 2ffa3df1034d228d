"""What may stand in an article, told by a parser that is not the one that made it."""

import html.parser

from yingzao.articles.readers.elements import KEPT


class Seen(html.parser.HTMLParser):
    """Elements and attributes of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_comment(self, data):
        self.tags.append("a comment")

    def handle_decl(self, decl):
        self.tags.append("a declaration")

    unknown_decl = handle_pi = handle_decl


def assert_harmless(text: str) -> None:
    seen = Seen(text)
    assert set(seen.tags) <= KEPT
    for tag, name, value in seen.attributes:
        match tag, name:
            case "img", "src":
                assert value.removeprefix("image:").isdigit()
            case "a", "href":
                assert value.lower().startswith(("https://", "http://", "mailto:", "tel:"))
            case "a", "rel":
                assert value == "noopener noreferrer nofollow"
            case ("a", "title") | ("td" | "th", "colspan" | "rowspan"):
                pass
            case _:
                raise AssertionError(f"{name} of {tag}")
