"""Designing certificates: pictures tried out, a version kept, designs carried to the next edition."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from yingzao.core import audit, locking, media
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.honours.bridge.designing import pictures_of, problems_in
from yingzao.honours.enums import CertificateKind
from yingzao.honours.models import CertificateTemplate
from yingzao.honours.queries import designs
from yingzao.honours.rules.layout import Layout, as_json
from yingzao.honours.rules.layout_problems import Problem
from yingzao.honours.rules.snapshot import sha256_of
from yingzao.people.models import Person
from yingzao.programmes import rules as programmes
from yingzao.programmes.models import Programme


class Unfit(Refused):
    """A design that would not print well. `problems` say where, each in a sentence."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].sentence, code="unfit_design")
        self.problems = problems


def keep_picture(*, programme: Programme, file: Any, by: Person) -> StoredFile:
    """Keep a picture for trying out. It goes again when a design is kept without it."""
    programmes.require_organiser(by, programme)
    return media.store(
        file,
        name=file.name,
        accept="image",
        organisation_id=programme.organisation_id,
        room="honours",
        subject=designs.SUBJECT + programme.code,
        uploaded_by=by,
    )


@transaction.atomic
def save_design(
    *,
    programme: Programme,
    kind: str,
    layout: Layout,
    pictures: Mapping[str, StoredFile],
    site: str,
    by: Person,
) -> CertificateTemplate:
    """Keep a new version, which holds for what is issued from now on; nothing that was issued changes.

    Raises Unfit with every problem: an unknown placeholder, a character that the font lacks, a picture too small for print,
    a field off the page or over another.
    """
    programmes.require_organiser(by, programme)
    kept = {
        key: stored for key, stored in pictures.items() if stored.subject == designs.SUBJECT + programme.code
    }
    if problems := problems_in(programme=programme, layout=layout, pictures=kept, site=site):
        raise Unfit(problems)
    locking.take_turn("honours.series")
    before = designs.standing_design(programme, kind)
    made = CertificateTemplate.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        kind=kind,
        number=before.number + 1 if before else 1,
        layout=as_json(layout),
        made_by=by,
        **kept,
    )
    for stored in designs.unused_pictures(programme):
        media.remove(stored)
    audit.record(
        actor=by,
        act="honours.design.saved",
        subject=made.code,
        organisation_id=made.organisation_id,
        after={"kind": kind, "number": made.number, "layout": sha256_of(made.layout)},
    )
    return made


def copy_designs(*, source: Programme, target: Programme, by: Person) -> None:
    """The next edition begins with the newest design of each kind, and with rows of its own for the pictures."""
    for kind in CertificateKind.values:
        found = designs.standing_design(source, kind)
        if found is None:
            continue
        pictures = {key: _copied(stored, target, by) for key, stored in pictures_of(found).items()}
        CertificateTemplate.objects.create(
            organisation_id=target.organisation_id,
            programme=target,
            kind=kind,
            number=1,
            layout=found.layout,
            made_by=by,
            **pictures,
        )


def _copied(stored: StoredFile, target: Programme, by: Person) -> StoredFile:
    """Another row of the same bytes."""
    return StoredFile.objects.create(
        organisation_id=target.organisation_id,
        sha256=stored.sha256,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        width=stored.width,
        height=stored.height,
        room="honours",
        subject=designs.SUBJECT + target.code,
        uploaded_by=by,
    )
