"""An uploaded XLSForm → its questions and what became of each row, checked by pyxform too."""

from __future__ import annotations

from dataclasses import dataclass

from yingzao.core import ports
from yingzao.fieldwork.readers.xlsform import REFUSED, Line, XlsForm, read
from yingzao.fieldwork.settling.xlsform import form_of


@dataclass(frozen=True, slots=True)
class FormRead:
    """`problem`: what pyxform says against what would be taken over, in its own words."""

    form: XlsForm
    problem: str = ""

    @property
    def is_refused(self) -> bool:
        return self.form.is_refused or bool(self.problem)

    @property
    def refusals(self) -> list[Line]:
        return [line for line in self.form.lines if line.what == REFUSED]


def read_form(*, data: bytes, name: str) -> FormRead:
    """Writes nothing. Raises `ports.Unreadable` where the file is no table."""
    form = read(ports.port("tables").read(data, name))
    if form.is_refused:
        return FormRead(form)
    taken = form_of(form.questions, title=form.title or "survey", form_id="survey", version="1")
    return FormRead(form, ports.port("forms").check(taken).problem)
