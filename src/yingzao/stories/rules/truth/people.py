"""People who are named in a story."""

from collections.abc import Iterator

from yingzao.stories.rules.truth.findings import Code, Finding, Known, sentences


def check_people(text: str, known: Known) -> Iterator[Finding]:
    """Names of the programme's people (`known.people`: those without consent), at their first place."""
    told = sentences(text)
    for name, code in known.people.items():
        for sentence in told:
            if name in sentence:
                yield Finding(Code.PERSON, name, sentence, {"code": code})
                break
