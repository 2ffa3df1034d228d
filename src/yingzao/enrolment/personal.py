"""What enrolment keeps of a person: learner records, registrations, and the rows of files that name them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from yingzao.core import clock, jobs, media
from yingzao.core.erasing import erased_on, is_erased
from yingzao.core.masking import mask_phones_in
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import (
    Enrolment,
    IdentityDecision,
    IdentityMatch,
    NameCommitment,
    Registration,
    SourceFile,
    SourceRow,
)
from yingzao.people import personal
from yingzao.people.models import Invitation, Organisation, Person
from yingzao.people.personal import Erasure, Kind, plain

STARS = "**"
SHORTEST = 2  # of a name that is looked for in free text: one character stands everywhere


def enrolments_of(erasure: Erasure) -> list[Enrolment]:
    """The learner records that are forgotten; their names and telephones become words of the erasure."""
    if "enrolments" not in erasure.memo:
        rows = Enrolment.objects.filter(organisation=erasure.organisation, erased_at=None)
        if erasure.person is not None:
            rows = rows.filter(person=erasure.person)
        else:
            rows = rows.filter(code=erasure.subject_code)
        found = list(rows.select_related("programme"))
        erasure.memo["enrolments"] = found
        erasure.words |= {word for e in found for word in (str(e.name), e.phone) if word}
    return erasure.memo["enrolments"]


def codes_of(erasure: Erasure) -> list[str]:
    return [e.code for e in enrolments_of(erasure)]


def organisations_of(person: Person) -> Iterable[int]:
    yield from Enrolment.objects.filter(person=person).values_list("organisation_id", flat=True)
    yield from Registration.objects.filter(person=person).values_list("organisation_id", flat=True)


# The copy


def own_enrolments(person: Person) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(person=person).select_related("programme", "community", "team")


def _learner_rows(person: Person) -> Iterator[dict[str, Any]]:
    for e in own_enrolments(person):
        yield plain(
            e, "code", "number", "name", "phone", "sex", "community_as_given", "post", "note", "state",
            "state_reason", "created_at", programme=e.programme.full_name, community=e.community_name,
            team=e.team.name if e.team else "",
        )  # fmt: skip


def _registration_rows(person: Person) -> Iterator[dict[str, Any]]:
    rows = Registration.objects.filter(Q(person=person) | Q(enrolment__person=person))
    for r in rows.distinct().select_related("programme"):
        yield plain(
            r, "code", "name", "phone", "community_as_given", "post", "note", "agreed_at", "state", "reason",
            "decided_at", "created_at", programme=r.programme.full_name,
        )  # fmt: skip


def _own_matches(person: Person) -> QuerySet[IdentityMatch]:
    """Names that were found to mean this person alone: a shared device names others too."""
    shared = IdentityDecision.objects.filter(undone_at=None).exclude(also=[]).values("match_id")
    return IdentityMatch.objects.filter(enrolment__person=person).exclude(pk__in=shared)


def _match_rows(person: Person) -> Iterator[dict[str, Any]]:
    for m in _own_matches(person).select_related("source_file"):
        yield plain(m, "code", "name_as_given", "outcome", "reason", "created_at", file=m.source_file.name)


def _source_rows(person: Person) -> Iterator[dict[str, Any]]:
    """The cells as they stood, but for what they say of others: names of other learners, telephones that are not one's own."""
    rows = SourceRow.objects.filter(match__in=_own_matches(person)).select_related("source_file")
    others: dict[int, list[str]] = {}
    phones = {e.phone for e in own_enrolments(person) if e.phone} | {(person.phone or "").removeprefix("+86")}
    for row in rows:
        programme = row.source_file.programme_id
        if programme not in others:
            others[programme] = _other_names(person, programme)
        cells = {head: _own_words(text, others[programme], phones) for head, text in row.cells.items()}
        yield {"file": row.source_file.name, "sheet": row.sheet, "row": row.number, "cells": cells}


def _other_names(person: Person, programme_id: int) -> list[str]:
    own = {str(e.name) for e in own_enrolments(person)}
    found = Enrolment.objects.filter(programme=programme_id).values_list("name", flat=True)
    names = {str(name) for name in found if len(name) >= SHORTEST and not is_erased(name)}
    return sorted((name for name in names if not any(name in mine for mine in own)), key=len, reverse=True)


def _own_words(text: Any, others: Sequence[str], phones: set[str]) -> Any:
    if not isinstance(text, str) or text in phones:
        return text
    for name in others:
        text = text.replace(name, STARS)
    return text if any(phone and phone in text for phone in phones) else mask_phones_in(text)


# Erasing


def erase(erasure: Erasure) -> None:
    """Names, telephones and what files say of the person go; codes, numbers, duties and hashes stay."""
    learners = enrolments_of(erasure)
    codes = [e.code for e in learners]
    _forget_files(erasure, learners)
    registrations = Registration.objects.filter(organisation=erasure.organisation).filter(
        Q(enrolment__in=learners)
        | (Q(person=erasure.person) if erasure.person else Q(pk=None))
        | Q(pk__in=_same_person(learners))
    )
    registrations.update(
        name=erasure.name, phone="", community_as_given="", post="", note="", reason="", pinyin="",
        address_key="", person=None,
    )  # fmt: skip
    if not erasure.is_over:
        NameCommitment.objects.filter(organisation=erasure.organisation, enrolment_code__in=codes).update(
            salt="", shown={}
        )
    invitations = Invitation.objects.filter(target_code__in=codes)
    invitations.filter(revoked_at=None, accepted_at=None).update(revoked_at=erasure.at)
    invitations.update(shown_name=erasure.name)
    Enrolment.objects.filter(code__in=codes).update(
        name=erasure.name, phone="", sex="", community_as_given="", post="", note="", state_reason="",
        pinyin="", person=None, erased_at=erasure.at,
    )  # fmt: skip


def _same_person(learners: Sequence[Enrolment]) -> list[int]:
    """Registrations that nobody tied to a learner yet, with the learner's own name and telephone."""
    found: list[int] = []
    for e in learners:
        if e.phone:
            same = Registration.objects.filter(programme=e.programme, phone=e.phone, enrolment=None)
            found += [r.pk for r in same if r.name == e.name]
    return found


def _forget_files(erasure: Erasure, learners: Sequence[Enrolment]) -> None:
    """Rows and matches that mean the person are emptied; where a file's other rows tell of the person, the words go. Files
    that named the person lose their bytes: the rows of everybody else are kept beside them."""
    for e in learners:
        own = set(IdentityDecision.objects.filter(enrolment=e).values_list("match_id", flat=True))
        own |= set(IdentityMatch.objects.filter(enrolment=e).values_list("pk", flat=True))
        touched = _empty_matches(erasure, e, own)
        touched |= _strike_out(e, own)
        touched |= _forget_roster(e)
        for source in SourceFile.objects.filter(pk__in=touched).select_related("file"):
            source.meta = _without_words(source.meta, _words_of(e))
            source.name = str(_without_words(source.name, _words_of(e)))
            source.save(update_fields=["meta", "name"])
            media.blank(source.file)


def _empty_matches(erasure: Erasure, learner: Enrolment, own: set[int]) -> set[int]:
    """Matches that meant this learner and nobody else lose name, key and cells; gives the files that they stand in."""
    files: set[int] = set()
    shared = set(
        IdentityDecision.objects.filter(match_id__in=own).exclude(also=[]).values_list("match_id", flat=True)
    )
    for match in IdentityMatch.objects.filter(pk__in=own - shared):
        if match.enrolment_id not in (None, learner.pk):
            continue  # was taken for this learner by mistake, and is somebody else's name
        match.key, match.memory, match.name_as_given = f"erased:{match.code}", "", erasure.name
        match.save(update_fields=["key", "memory", "name_as_given"])
        SourceRow.objects.filter(match=match).update(cells={})
        files.add(match.source_file_id)
    rows = SourceRow.objects.filter(match_id__in=shared).values_list("source_file_id", flat=True)
    return files | set(rows)


def _strike_out(learner: Enrolment, own: set[int]) -> set[int]:
    """The learner's name and telephone go from all further rows and matches of the programme; gives their files."""
    files: set[int] = set()
    words, longer = _words_of(learner), _longer_names(learner)
    rows = SourceRow.objects.filter(source_file__programme=learner.programme)
    for row in _holding(rows, "cells", words).only("pk", "cells", "meaning", "source_file_id"):
        cells = {head: _struck(value, words, longer) for head, value in row.cells.items()}
        if cells != row.cells:
            SourceRow.objects.filter(pk=row.pk).update(cells=cells)
            files.add(row.source_file_id)
    matches = IdentityMatch.objects.filter(programme=learner.programme)
    named = Q(pk=None)
    for word in words:
        named |= Q(name_as_given__contains=word) | Q(key__contains=word) | Q(memory__contains=word)
    for match in matches.filter(named):
        if match.enrolment_id not in (None, learner.pk) and match.pk not in own:
            continue  # a namesake's
        name = _struck(str(match.name_as_given), words, longer)
        if name != match.name_as_given or name in words:
            match.name_as_given, match.memory, match.key = name, "", f"erased:{match.code}"
            match.save(update_fields=["name_as_given", "memory", "key"])
            files.add(match.source_file_id)
    _forget_reasons(learner)
    return files


def _forget_reasons(learner: Enrolment) -> None:
    """Why the learner was proposed for a name may repeat their own."""
    proposed = _holding(
        IdentityMatch.objects.filter(programme=learner.programme), "candidates", [learner.code]
    )
    for match in proposed:
        match.candidates = [
            {**one, "reasons": [{**reason, "detail": ""} for reason in one.get("reasons", [])]}
            if one.get("enrolment") == learner.code
            else one
            for one in match.candidates
        ]
        match.save(update_fields=["candidates"])


def _forget_roster(learner: Enrolment) -> set[int]:
    """What confirming a roster wrote about the learner can be undone no more: the values before it are gone."""
    files: set[int] = set()
    for source in SourceFile.objects.filter(programme=learner.programme).exclude(changes=[]):
        kept = [
            {**change, "before": {}, "after": {}}
            if change.get("code") == learner.code and "before" in change
            else change
            for change in source.changes
        ]
        if any(change.get("code") == learner.code for change in source.changes):
            files.add(source.pk)
        if kept != source.changes:
            source.changes = kept
            source.save(update_fields=["changes"])
    return files


def _holding(rows: QuerySet[Any], column: str, words: Sequence[str]) -> QuerySet[Any]:
    """Rows whose JSON has one of the words, as it is stored: SQLite keeps it escaped, PostgreSQL does not."""
    asked = Q(pk=None)
    for word in words:
        asked |= Q(stored_text__contains=word) | Q(stored_text__contains=json.dumps(word)[1:-1])
    return rows.annotate(stored_text=Cast(column, TextField())).filter(asked)


def _words_of(learner: Enrolment) -> list[str]:
    """What the learner is called and reached by, unless a learner of the same name is still there."""
    others = learner.programme.enrolments.exclude(pk=learner.pk)
    words = [str(learner.name)] if len(learner.name) >= SHORTEST else []
    if words and others.filter(name=learner.name).exists():
        words = []
    if learner.phone and not others.filter(phone=learner.phone).exists():
        words.append(learner.phone)
    return words


def _longer_names(learner: Enrolment) -> list[str]:
    """Other learners' names that hold this one: 张三丰 is not 张三."""
    others = learner.programme.enrolments.filter(name__contains=learner.name).exclude(pk=learner.pk)
    return [str(name) for name in others.values_list("name", flat=True) if name != learner.name]


def _struck(value: Any, words: Sequence[str], longer: Sequence[str]) -> Any:
    """The text with stars for each word, but where it is a part of somebody else's name."""
    if not isinstance(value, str):
        return value
    kept = {f"\x1f{n}\x1f": name for n, name in enumerate(longer)}
    for mark, name in kept.items():
        value = value.replace(name, mark)
    for word in words:
        value = value.replace(word, STARS)
    for mark, name in kept.items():
        value = value.replace(mark, name)
    return value


def _without_words(value: Any, words: Sequence[str]) -> Any:
    """The same value, lists and dicts too, with stars for each word."""
    if isinstance(value, dict):
        return {_without_words(k, words): _without_words(v, words) for k, v in value.items()}
    if isinstance(value, list):
        return [_without_words(one, words) for one in value]
    return _struck(value, words, ())


def files_of(sources: QuerySet[SourceFile]) -> Iterable[StoredFile]:
    return StoredFile.objects.filter(pk__in=sources.values("file_id"))


personal.register(
    Kind(
        "learner",
        _("Learner record"),
        why=_("To match learning records to people, to reach you, and to form teams."),
        period="programme",
        rows=_learner_rows,
    ),
    Kind(
        "registrations",
        _("Your registrations"),
        why=_("What you wrote when you put yourself down for a programme, and what was decided."),
        period="programme",
        rows=_registration_rows,
    ),
    Kind(
        "names_in_files",
        _("Your name in files"),
        why=_("Which name in a meeting export or a list was taken for yours."),
        period="programme",
        rows=_match_rows,
    ),
    Kind(
        "rows_of_files",
        _("Rows of files about you"),
        why=_("The rows behind your learning records, as they stood in the file. Of your rows only."),
        period="programme",
        rows=_source_rows,
    ),
)
personal.on_erase("enrolment", erase)
personal.on_hold(organisations_of)


# Retention


def _over(organisation: Organisation, before: dt.datetime) -> QuerySet[Enrolment]:
    ended = clock.local_date(before)
    return Enrolment.objects.filter(organisation=organisation, programme__ends_on__lt=ended, erased_at=None)


def _registrations_over(organisation: Organisation, before: dt.datetime) -> QuerySet[Registration]:
    """Of people who never became learners."""
    ended = clock.local_date(before)
    return Registration.objects.filter(
        organisation=organisation, programme__ends_on__lt=ended, enrolment=None
    )


def _files_over(organisation: Organisation, before: dt.datetime) -> QuerySet[SourceRow]:
    ended = clock.local_date(before)
    rows = SourceRow.objects.filter(organisation=organisation, source_file__programme__ends_on__lt=ended)
    return rows.exclude(cells={})


def _count_over(organisation: Organisation, before: dt.datetime) -> dict[str, int]:
    return {
        "learners": _over(organisation, before).count(),
        "registrations": _registrations_over(organisation, before).count(),
        "rows_of_files": _files_over(organisation, before).count(),
    }


def _remove_over(organisation: Organisation, before: dt.datetime) -> dict[str, int]:
    """Learner by learner, then the rows and bytes of every file of the programme: what is in them is nobody's any more."""
    counts = _count_over(organisation, before)
    now = clock.now()
    for code in list(_over(organisation, before).values_list("code", flat=True)):
        if jobs.is_stopping():
            break
        with transaction.atomic():
            erasure = Erasure(organisation, code, None, now, whole=False, is_over=True)
            for eraser in personal.erasers():
                eraser(erasure)
    with transaction.atomic():
        _registrations_over(organisation, before).delete()
        sources = SourceFile.objects.filter(
            organisation=organisation, programme__ends_on__lt=clock.local_date(before)
        )
        IdentityMatch.objects.filter(source_file__in=sources).update(
            name_as_given=erased_on(clock.local_date(now)), memory="", key=Concat(Value("erased:"), F("code"))
        )
        _files_over(organisation, before).update(cells={})
        for stored in files_of(sources):
            media.blank(stored)
    return counts


personal.remove_by("enrolment", personal.Rule("programme", _count_over, _remove_over))
