"""Refusals: what a person asked for cannot be done, said in one sentence."""


class Refused(Exception):
    """The act is not possible now. `sentence` is shown to the person as it stands; `code` is for programs and tests."""

    def __init__(self, sentence: str, *, code: str = "refused", field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)
