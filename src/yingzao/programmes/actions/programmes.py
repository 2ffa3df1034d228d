"""Making programmes and their editions."""

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from yingzao.core import audit
from yingzao.core.codes import new_code
from yingzao.core.errors import Refused
from yingzao.core.pinyin import pinyin
from yingzao.people.models import Organisation, Person
from yingzao.programmes import queries, readers, rules, signals
from yingzao.programmes.actions.staff import give_rights
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole, Stage

EDITABLE = frozenset(
    {
        "name",
        "edition",
        "subtitle",
        "guided_by",
        "summary",
        "slug",
        "starts_on",
        "ends_on",
        "late_share",
        "hour_minutes",
    }
)


@transaction.atomic
def create_programme(
    *,
    organisation: Organisation,
    by: Person,
    name: str,
    edition: str,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    template: str = "",
    **further: Any,
) -> Programme:
    """A programme in preparation, organised by `by`.

    With a template's key its stages are made, and `template_applied` lets the rooms above make the rest of it. Without
    `ends_on` the template's length counts, else 90 days. `further`: subtitle, guided_by, summary, slug, late_share, hour_minutes.
    """
    if not rules.may_create_programme(by, organisation):
        raise Refused(_("You have no right to create programmes in this organisation."), code="no_grant")
    form = readers.templates().get(template)
    if template and form is None:
        raise Refused(_("There is no such template."), code="no_template", field="template")
    if ends_on is None:
        ends_on = form.ends_on(starts_on) if form else starts_on + dt.timedelta(days=89)
    _require_order(starts_on, ends_on)
    further["slug"] = _free_slug(further.get("slug") or _slug_for(name, edition))
    programme = Programme.objects.create(
        organisation=organisation,
        name=name,
        edition=edition,
        starts_on=starts_on,
        ends_on=ends_on,
        **_only_editable(further),
    )
    _make_organiser(programme, by)
    audit.record(
        actor=by,
        act="programmes.programme.created",
        subject=programme.code,
        organisation_id=organisation.pk,
        after={"starts_on": starts_on.isoformat(), "template": template},
    )
    if form:
        for position, stage in enumerate(form.stages, start=1):
            Stage.objects.create(
                organisation=organisation,
                programme=programme,
                kind=stage.kind,
                name=stage.name,
                position=position,
                opens_on=starts_on + dt.timedelta(days=stage.opens),
                closes_on=starts_on + dt.timedelta(days=stage.closes),
            )
        signals.template_applied.send(sender=Programme, programme=programme, template=template, by=by)
    return programme


@transaction.atomic
def make_edition(
    *,
    source: Programme,
    by: Person,
    name: str,
    edition: str,
    starts_on: dt.date,
    keep_staff: bool = True,
    slug: str = "",
) -> Programme:
    """A further edition: the source's stages, shifted by whole days and all planned, and its staff where wanted.

    No learner, evidence or mark is taken over. `edition_made` lets the rooms above copy activities, rubrics and the rest
    inside the same transaction. Roles that nobody accepted yet are not copied.
    """
    rules.require_organiser(by, source)
    shift = starts_on - source.starts_on
    target = Programme.objects.create(
        organisation=source.organisation,
        slug=_free_slug(slug or _slug_for(name, edition)),
        name=name,
        edition=edition,
        subtitle=source.subtitle,
        guided_by=source.guided_by,
        summary=source.summary,
        starts_on=starts_on,
        ends_on=source.ends_on + shift,
        made_from=source,
        late_share=source.late_share,
        hour_minutes=source.hour_minutes,
    )
    for stage in source.stages.all():
        Stage.objects.create(
            organisation=target.organisation,
            programme=target,
            kind=stage.kind,
            name=stage.name,
            position=stage.position,
            opens_on=stage.opens_on + shift,
            closes_on=stage.closes_on + shift,
        )
    if keep_staff:
        for role in queries.staff_of(source).filter(person__isnull=False):
            copy = StaffRole.objects.create(
                organisation=target.organisation,
                programme=target,
                role=role.role,
                person=role.person,
                name=role.name,
                unit=role.unit,
                phone=role.phone,
            )
            give_rights(copy)
    _make_organiser(target, by)
    audit.record(
        actor=by,
        act="programmes.edition.made",
        subject=target.code,
        organisation_id=target.organisation_id,
        after={"source": source.code, "shift_days": shift.days, "keep_staff": keep_staff},
    )
    signals.edition_made.send(sender=Programme, source=source, target=target, shift=shift, by=by)
    return target


@transaction.atomic
def edit_programme(*, programme: Programme, by: Person, **changes: Any) -> Programme:
    """Change what a programme says of itself; fields that are not given stay. Nothing happens when nothing differs."""
    rules.require_organiser(by, programme)
    changes = _only_editable(changes)
    if "slug" in changes:
        changes["slug"] = slugify(changes["slug"]) or programme.slug
        if Programme.objects.filter(slug=changes["slug"]).exclude(pk=programme.pk).exists():
            raise Refused(_("Another programme has this address already."), code="slug_taken", field="slug")
    _require_order(changes.get("starts_on", programme.starts_on), changes.get("ends_on", programme.ends_on))
    differing = {field: value for field, value in changes.items() if getattr(programme, field) != value}
    if not differing:
        return programme
    before = {field: str(getattr(programme, field)) for field in differing}
    for field, value in differing.items():
        setattr(programme, field, value)
    programme.save(update_fields=list(differing))
    audit.record(
        actor=by,
        act="programmes.programme.edited",
        subject=programme.code,
        organisation_id=programme.organisation_id,
        before=before,
        after={field: str(value) for field, value in differing.items()},
    )
    return programme


def publish_programme(*, programme: Programme, by: Person) -> Programme:
    """Show the programme's public page. Names of learners are never on it."""
    return _set_public(programme, by, is_public=True)


def unpublish_programme(*, programme: Programme, by: Person) -> Programme:
    """Take the programme's public page away; stories, notices and certificates keep their own addresses."""
    return _set_public(programme, by, is_public=False)


@transaction.atomic
def _set_public(programme: Programme, by: Person, *, is_public: bool) -> Programme:
    rules.require_organiser(by, programme)
    if programme.is_public == is_public:
        return programme
    programme.is_public = is_public
    programme.save(update_fields=["is_public"])
    audit.record(
        actor=by,
        act="programmes.programme.published" if is_public else "programmes.programme.unpublished",
        subject=programme.code,
        organisation_id=programme.organisation_id,
    )
    return programme


def _make_organiser(programme: Programme, by: Person) -> None:
    held = StaffRole.objects.filter(programme=programme, role=Role.ORGANISER, person=by, ended_at=None)
    if not held.exists():
        organiser = StaffRole.objects.create(
            organisation=programme.organisation,
            programme=programme,
            role=Role.ORGANISER,
            person=by,
            name=by.display_name,
        )
        give_rights(organiser)


def _only_editable(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - EDITABLE
    if unknown:
        raise TypeError(f"no such field of a programme: {', '.join(sorted(unknown))}")
    return fields


def _require_order(starts_on: dt.date, ends_on: dt.date) -> None:
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first day."), code="order", field="ends_on")


def _slug_for(name: str, edition: str) -> str:
    """Initials of the name and digits of the edition: 社区治理先锋营 2021 → sqzlxfy-2021."""
    initials = pinyin(name).split(" ")[-1]
    digits = "".join(re.findall(r"[0-9A-Za-z]+", edition))
    return slugify(f"{initials[:30]}-{digits}") or f"p-{new_code().lower()}"


def _free_slug(wanted: str) -> str:
    slug = slugify(wanted)[:55] or f"p-{new_code().lower()}"
    if not Programme.objects.filter(slug=slug).exists():
        return slug
    return next(
        free for n in range(2, 10_000) if not Programme.objects.filter(slug=(free := f"{slug}-{n}")).exists()
    )
