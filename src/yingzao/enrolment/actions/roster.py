"""Reading a roster, confirming it, and undoing it: three acts, of which only the second writes learners."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import ForeignObjectRel, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.communities import actions as communities
from yingzao.communities.models import Community
from yingzao.communities.queries import CommunityIndex
from yingzao.core import clock, locking, media, ports
from yingzao.core.errors import Refused
from yingzao.core.pinyin import pinyin
from yingzao.enrolment import queries, rules, signals
from yingzao.enrolment.actions.sources import keep_source, record_source
from yingzao.enrolment.enums import SourcePurpose, SourceState
from yingzao.enrolment.models import Enrolment, SourceFile, SourceRow, Team
from yingzao.enrolment.readers import RosterPlan, RosterRead, plan_roster, read_roster_file
from yingzao.enrolment.readers.roster import Change
from yingzao.people import actions as people
from yingzao.people.models import Person
from yingzao.people.queries import open_invitations
from yingzao.programmes import rules as programme_rules
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme

# Columns that a roster fills as they are given; number, community and team have rules of their own.
PLAIN_FIELDS = ("name", "phone", "sex", "post", "note")
NAMED = 3  # learners whom a refusal names


def read_roster(*, programme: Programme, by: Person, data: bytes, name: str) -> SourceFile:
    """Keep a roster and see that it can be read. No learner is written. The same bytes again are the same SourceFile.

    Of a table with identity-card numbers, addresses of machines or bank accounts a copy without them is kept, never the
    file itself.

    Raises `ports.Unreadable` with a sentence for the clerk where it is no roster; nothing is kept then.
    """
    rules.require_manager(by, programme)
    read = _proposed(data, name)
    meta = {"sheet": read.layout.sheet, "rows": len(read.rows), "cleaned": read.cleaned is not None}
    kept = ports.port("table_writer").copy(read.cleaned) if read.cleaned is not None else None
    source, _made = keep_source(
        programme=programme,
        by=by,
        data=data,
        name=name,
        purpose=SourcePurpose.ROSTER,
        format="roster",
        meta=meta,
        kept=kept,
    )
    return source


def preview_roster(
    source: SourceFile, mapping: Mapping[str, Any] | None = None
) -> tuple[RosterRead, RosterPlan]:
    """The dry run: what confirming would do now. Writes nothing.

    `mapping` is `{"columns": {"1": "name", …}}`, column from 0 → field as the roster reader calls it; without it the one kept with the file, the one that was
    confirmed last for the same headers, or the proposed one.
    """
    read = _read(source, mapping)
    programme = source.programme
    plan = plan_roster(
        read,
        list(queries.learners_of(programme)),
        CommunityIndex.of(programme.organisation),
        programme.teams.values_list("name", flat=True),
    )
    return read, plan


@transaction.atomic
def confirm_roster(source: SourceFile, *, by: Person, mapping: Mapping[str, Any] | None = None) -> RosterPlan:
    """Write what the dry run shows, computed afresh, in one transaction. What it wrote is kept with the file, so that
    `undo_roster` can take it back. Confirming a confirmed file changes nothing.

    Sends `enrolments_changed` with the learners made and changed. Refused while no stage allows enrolment, and where the
    file holds no row that can be taken.
    """
    programme = source.programme
    rules.require_manager(by, programme)
    locking.take_turn(f"enrolment.roster:{programme.pk}")
    source.refresh_from_db(fields=["state", "mapping"])
    if source.state == SourceState.UNDONE:
        raise Refused(_("This import was undone. Upload the file again."), code="undone")
    read, plan = preview_roster(source, mapping)
    if source.state == SourceState.CONFIRMED:
        return plan
    if not programme_rules.may_enrol_now(programme):
        programme_rules.require_stage(programme, Act.ENROL)
    if not plan.taken:
        raise Refused(
            _("No row of this file can be taken. Mend the rows that are named, and upload it again."),
            code="none",
        )
    write = _Writer(programme, by, plan)
    write.all()
    SourceRow.objects.bulk_create(
        SourceRow(
            organisation_id=programme.organisation_id,
            source_file=source,
            sheet=read.layout.sheet,
            number=row.row,
            cells=dict(row.raw),
        )
        for row in read.rows
    )
    source.mapping = kept_mapping(read)
    source.changes = write.changes
    source.state, source.confirmed_at, source.confirmed_by = SourceState.CONFIRMED, clock.now(), by
    source.save(update_fields=["mapping", "changes", "state", "confirmed_at", "confirmed_by"])
    counts = {
        "new": len(plan.new),
        "changed": len(plan.changed),
        "left_out": len({p.row for p in plan.problems}),
    }
    record_source(source, by, "confirmed", after=counts)
    if write.touched:
        signals.enrolments_changed.send(sender=Enrolment, programme=programme, enrolments=write.touched)
    return plan


@transaction.atomic
def undo_roster(source: SourceFile, *, by: Person) -> int:
    """Take an import back, whole: learners that it made go, with their invitations; fields that it changed are as before.
    Returns how many fields stay because somebody changed them since.

    Refused where a learner that it made has joined or has records: those are withdrawn one by one instead.
    """
    programme = source.programme
    rules.require_manager(by, programme)
    locking.take_turn(f"enrolment.roster:{programme.pk}")
    source.refresh_from_db(fields=["state", "changes"])
    if source.purpose != SourcePurpose.ROSTER or source.state != SourceState.CONFIRMED:
        raise Refused(_("There is nothing to undo."), code="not_confirmed")
    made = [c["code"] for c in source.changes if c["op"] == "made" and c["what"] == "enrolment"]
    _remove_learners(programme, made)
    for invitation in open_invitations(made):
        people.revoke_invitation(by=by, invitation=invitation)
    kept = 0
    touched = []
    changed = {c["code"]: c for c in source.changes if c["op"] == "changed"}
    for learner in programme.enrolments.filter(code__in=changed):
        kept += _restore(learner, changed[learner.code])
        touched.append(learner)
    for change in source.changes:
        if change["op"] == "made" and change["what"] == "team":
            _remove_if_unused(Team.objects.filter(code=change["code"]).first())
        if change["op"] == "made" and change["what"] == "community":
            _remove_if_unused(Community.objects.filter(code=change["code"]).first())
    source.state, source.undone_at, source.undone_by = SourceState.UNDONE, clock.now(), by
    source.save(update_fields=["state", "undone_at", "undone_by"])
    record_source(source, by, "undone", after={"removed": len(made), "restored": len(touched), "kept": kept})
    if touched:
        signals.enrolments_changed.send(sender=Enrolment, programme=programme, enrolments=touched)
    return kept


def kept_mapping(read: RosterRead) -> dict[str, Any]:
    """A layout as it is kept with its file."""
    return {
        "header_row": read.layout.header_row,
        "headers": list(read.layout.headers),
        "columns": {str(column): name for column, name in read.layout.mapping.items()},
    }


def next_numbers(taken: Sequence[str], count: int) -> list[str]:
    """The next free numbers 01, 02, …, as wide as those that there are, or as all of the new ones need."""
    digits = [n for n in taken if n.isdigit()]
    first = max((int(n) for n in digits), default=0) + 1
    width = max([2, len(str(first + count - 1)) if not digits else 2, *(len(n) for n in digits)])
    return [f"{n:0{width}d}" for n in range(first, first + count)]


class _Writer:
    """Writes a plan, and remembers each change."""

    def __init__(self, programme: Programme, by: Person, plan: RosterPlan) -> None:
        self.programme = programme
        self.by = by
        self.plan = plan
        self.changes: list[dict[str, Any]] = []
        self.touched: list[Enrolment] = []

    def all(self) -> None:
        organisation = self.programme.organisation
        made = communities.register_communities(
            organisation=organisation, by=self.by, names=self.plan.new_communities
        )
        self.changes += [{"op": "made", "what": "community", "code": c.code} for c in made]
        self.communities = CommunityIndex.of(organisation)
        self.teams = {team.name: team for team in self.programme.teams.all()}
        for name in self.plan.new_teams:
            self.teams[name] = Team.objects.create(
                organisation=organisation, programme=self.programme, name=name
            )
            self.changes.append({"op": "made", "what": "team", "code": self.teams[name].code})
        without = [change for change in self.plan.new if not change.fields.get("number")]
        taken = [*self.programme.enrolments.values_list("number", flat=True)]
        taken += [c.fields["number"] for c in self.plan.new if c.fields.get("number")]
        numbers = dict(zip((c.row for c in without), next_numbers(taken, len(without)), strict=True))
        for change in self.plan.new:
            self._make(change, numbers.get(change.row, ""))
        for change in self.plan.changed:
            self._change(change)

    def _make(self, change: Change, number: str) -> None:
        given = change.fields
        learner = Enrolment.objects.create(
            organisation_id=self.programme.organisation_id,
            programme=self.programme,
            number=given.get("number") or number,
            community_as_given=given.get("community", ""),
            community=self.communities.find(given.get("community", "")),
            team=self.teams.get(given.get("team", "")),
            pinyin=pinyin(given["name"]),
            **{name: given.get(name, "") for name in PLAIN_FIELDS},
        )
        self.changes.append({"op": "made", "what": "enrolment", "code": learner.code, "row": change.row})
        self.touched.append(learner)

    def _change(self, change: Change) -> None:
        learner = change.learner
        if learner is None or learner.erased_at is not None:
            return  # whoever asked to be forgotten does not come back with a roster
        fields = [c.field for c in change.changes]
        before = _values(learner, fields)
        for name in fields:
            given = change.fields[name]
            if name == "community":
                learner.community_as_given, learner.community = given, self.communities.find(given)
            elif name == "team":
                learner.team = self.teams[given]
            else:
                setattr(learner, name, given)
        learner.pinyin = pinyin(learner.name)
        learner.save()
        after = _values(learner, fields)
        self.changes.append(
            {
                "op": "changed",
                "what": "enrolment",
                "code": learner.code,
                "row": change.row,
                "before": before,
                "after": after,
            }
        )
        self.touched.append(learner)


def _values(learner: Enrolment, fields: Sequence[str]) -> dict[str, Any]:
    """The columns behind fields, as they are kept to be restored: other rows by their code."""
    found: dict[str, Any] = {}
    for name in fields:
        if name == "community":
            found["community_as_given"] = learner.community_as_given
            found["community"] = learner.community.code if learner.community else None
        elif name == "team":
            found["team"] = learner.team.code if learner.team else None
        else:
            found[name] = getattr(learner, name)
    return found


def _restore(learner: Enrolment, change: Mapping[str, Any]) -> int:
    """Set what the import changed back, but for what was changed again since; returns how many fields that is."""
    kept = 0
    for name, after in change["after"].items():
        now = getattr(learner, name)
        now = now.code if name in {"team", "community"} and now else now
        if now != after:
            kept += 1
            continue
        before = change["before"][name]
        if name == "team":
            learner.team = Team.objects.filter(code=before).first() if before else None
        elif name == "community":
            learner.community = Community.objects.filter(code=before).first() if before else None
        else:
            setattr(learner, name, before)
    learner.pinyin = pinyin(learner.name)
    learner.save()
    return kept


def _remove_learners(programme: Programme, codes: Sequence[str]) -> None:
    """Delete learners that nothing hangs on. Refused for the whole import where one has joined or has records."""
    learners = programme.enrolments.filter(code__in=codes)
    held = []
    for learner in learners:
        if learner.person_id is not None:
            held.append(learner)
            continue
        try:
            with transaction.atomic():
                learner.delete()
        except ProtectedError:
            held.append(learner)
    if held:
        named = "、".join(f"{e.number} {e.name}" for e in held[:NAMED]) + ("…" if len(held) > NAMED else "")
        sentence = ngettext(
            "%(count)d learner of this import has joined or has records already (%(names)s), so it cannot be undone. "
            "Withdraw learners one by one instead.",
            "%(count)d learners of this import have joined or have records already (%(names)s), so it cannot be undone. "
            "Withdraw learners one by one instead.",
            len(held),
        )
        raise Refused(sentence % {"count": len(held), "names": named}, code="in_use")


def _remove_if_unused(row: Team | Community | None) -> None:
    """Delete a row to which nothing points; leave it where anything does."""
    if row is None:
        return
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        if relation.related_model._base_manager.filter(**{relation.field.name: row}).exists():
            return
    row.delete()


def _proposed(data: bytes, name: str) -> RosterRead:
    try:
        return read_roster_file(data, name)
    except ports.NoHeader:
        raise ports.NoHeader(
            _(
                "No header row with a name column (姓名) was found in the first 15 rows. Add one and upload the file again."
            )
        ) from None


def _read(source: SourceFile, mapping: Mapping[str, Any] | None) -> RosterRead:
    data = media.read_bytes(source.file)
    proposed = _proposed(data, source.name)
    given = mapping or source.mapping or _remembered_mapping(source, list(proposed.layout.headers))
    if not given:
        return proposed
    layout = proposed.layout
    columns = {int(column): field for column, field in given["columns"].items() if field}
    # columns on the discard list stay out, whatever was chosen
    chosen = {column: field for column, field in sorted(columns.items()) if column not in layout.discarded}
    if "name" not in chosen.values():
        raise Refused(_("Say which column holds the names."), code="no_name_column", field="mapping")
    if len(set(chosen.values())) < len(chosen):
        raise Refused(_("Two columns are set to the same field."), code="twice", field="mapping")
    if chosen == dict(layout.mapping):
        return proposed
    return read_roster_file(data, source.name, replace(layout, mapping=chosen))


def _remembered_mapping(source: SourceFile, headers: list[str]) -> Mapping[str, Any] | None:
    """The columns as they were confirmed last for a roster of this programme with the same headers."""
    confirmed = queries.sources_of(source.programme, SourcePurpose.ROSTER).filter(state=SourceState.CONFIRMED)
    for other in confirmed.order_by("-confirmed_at"):
        if other.mapping.get("headers") == headers:
            return other.mapping
    return None
