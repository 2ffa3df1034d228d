"""Rows and roster → a verdict for each row."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz, process

from yingzao.engines.identity.clues import Clues, Roster, matches
from yingzao.engines.identity.values import (
    Candidate,
    Ignored,
    Known,
    Linked,
    Proposal,
    Reason,
    Seen,
    Unmatched,
    Verdict,
)
from yingzao.engines.identity.words import (
    DEVICES,
    STANDS_IN,
    TRADITIONAL,
    digits_of,
    fold,
    fold_shape,
    is_neutral,
    plain,
)

MOST_CANDIDATES = 5
SIMILAR_FROM = 66  # two of three characters
AGAINST = {
    "homonym",
    "other_community",
    "unknown_place",
    "other_phone",
    "other_code",
    "unexplained",
    "other_name",
}
SCORES = {
    "whole_name": 88, "phone": 95, "code": 95, "email": 95, "remembered": 90, "full_width": 85, "traditional": 85,
    "near_shape": 72, "renamed": 65, "name_inside": 60, "given_name": 55, "phone_tail": 50,
}  # fmt: skip
# A code in running text: long enough, and with a digit; "8" is a nickname and "S20" a telephone.
TELLING_CODE = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z0-9]{4,}|\d{6,}")


def memory_key(seen: Seen) -> str:
    """Under what a decision about a row is remembered: its name and community as read, whatever the width or
    spacing."""
    return f"{fold(seen.name)}|{fold(seen.community)}"


def resolve(
    seen: Sequence[Seen],
    roster: Sequence[Known],
    remembered: Mapping[str, str | None] | None = None,
    *,
    places: Iterable[str] = (),
    neutral: Iterable[str] = (),
    script: Mapping[int, str] = TRADITIONAL,
) -> list[Verdict]:
    """One verdict for each row, in the order of the rows.

    `remembered`: `memory_key` → id of the person, or None for "nobody of ours"; never overrules an exact
    key, never decides
    between homonyms. `places`: communities beyond the roster's own, so that theirs are known to be others.
    `neutral`: words that
    say nothing here, such as the street's name. `script`: character → simplified character, where more than
    the built-in
    few hundred most common are wanted. Ids must be unique; raises ValueError otherwise.
    """
    if len({known.id for known in roster}) != len(roster):
        raise ValueError("ids of the roster are not unique")
    return _resolve(seen, Roster(roster, places, neutral, script), remembered or {})


def _resolve(seen: Sequence[Seen], index: Roster, remembered: Mapping[str, str | None]) -> list[Verdict]:
    clues = [index.read(row) for row in seen]
    decided = [_decide(row, index, remembered) for row in clues]
    waiting = [row for row, verdict in zip(clues, decided, strict=True) if verdict is None]
    renamed = _renamed(clues, decided)
    proposals = iter(
        _propose(row, index, found, renamed, remembered)
        for row, found in zip(waiting, _similar(waiting, index), strict=True)
    )
    verdicts = [
        _unless_contradicted(row, verdict or next(proposals), index)
        for row, verdict in zip(seen, decided, strict=True)
    ]
    again = [n for n, found in enumerate(verdicts) if isinstance(found, Unmatched) and seen[n].also]
    if again:
        others = [_by_next_name(clues[n]) for n in again]
        for n, verdict in zip(again, _resolve(others, index, remembered), strict=True):
            verdicts[n] = verdict
    return verdicts


def _by_next_name(clues: Clues) -> Seen:
    """The row under its next name; places that the first one told still speak."""
    seen = clues.seen
    places = [*map("".join, clues.places), *clues.unknown_places, *clues.wider_places]
    return replace(
        seen, name=seen.also[0], also=seen.also[1:], community=" ".join(filter(None, dict.fromkeys(places)))
    )


def _unless_contradicted(row: Seen, verdict: Verdict, index: Roster) -> Verdict:
    """A link by the first name of a row waits where another of its names is wholly somebody else's."""
    if not row.also or not isinstance(verdict, Linked):
        return verdict
    others = [name for also in row.also for name in index.read(replace(row, name=also, also=())).names]
    people = [person for name in others for person in index.by_name[name]]
    if all(verdict.id in index.by_name[name] for name in others):
        return verdict
    own = Candidate(
        verdict.id, 80, (Reason(verdict.reason), *(Reason("other_name", name) for name in others))
    )
    rest = [
        Candidate(person, 70, (Reason("whole_name", index.people[person].name),))
        for person in dict.fromkeys(people)
    ]
    return Proposal(row.key, "contradiction", (own, *rest)[:MOST_CANDIDATES])


# Exact keys


def _decide(clues: Clues, index: Roster, remembered: Mapping[str, str | None]) -> Verdict | None:
    """A verdict where a key is exact and nothing contradicts it; None where the row has to wait."""
    seen = clues.seen
    if seen.host:
        return Ignored(seen.key, "host")
    keyed = _keyed(clues, index)
    named = [person for name in clues.names for person in index.by_name[name]]
    if keyed:
        key, person = keyed[0]
        alone = {one for _, one in keyed} == {person} and len(clues.names) < 2 and not clues.joined
        agrees = alone and (not named or person in named) and not _disputed(key, person, clues, index)
        return Linked(seen.key, person, key) if agrees else None
    memory = remembered.get(memory_key(seen), "")
    if memory is None and not named:
        return Ignored(seen.key, "remembered")
    alone = not clues.joined and named in ([], [memory])
    if memory and memory in index.people and alone:
        return Linked(seen.key, memory, "remembered")
    if len(clues.names) != 1 or clues.joined:
        return None
    placed = [
        person for person in named if person in index.place and matches(index.place[person], clues.places)
    ]
    if len(placed) == 1 and all(person in index.place for person in named):
        strong = not [
            r for r in _against(placed[0], clues, index, named) if r.code not in {"homonym", "unexplained"}
        ]
        return Linked(seen.key, placed[0], "community_name") if strong else None
    device = DEVICES.fullmatch(clues.names[0])  # 小米 11 is a telephone, even where somebody is called 小米
    if len(named) == 1 and not device and not _against(named[0], clues, index, named):
        return Linked(seen.key, named[0], "unique_name")
    return None


def _disputed(key: str, person: str, clues: Clues, index: Roster) -> bool:
    """Whether a row with an exact key holds somebody else's name inside a word, or a second phone."""
    disputes = {"other_name", "other_phone"} if key == "phone" else {"other_name"}
    return any(reason.code in disputes for reason in _against(person, clues, index, ()))


def _keyed(clues: Clues, index: Roster) -> list[tuple[str, str]]:
    """(key, person) for each exact key of the row; a key that two people share names both."""
    seen = clues.seen
    found = [("phone", person) for phone in clues.phones for person in index.by_phone.get(phone, [])]
    found += [
        ("email", person) for person in index.by_email.get(seen.email.strip().casefold(), []) if seen.email
    ]
    found += [("code", person) for person in index.by_code.get(plain(seen.code), []) if seen.code]
    for word in clues.tokens:
        if TELLING_CODE.fullmatch(word):
            found += [("code", person) for person in index.by_code.get(word, [])]
    return found


def _against(person: str, clues: Clues, index: Roster, named: Sequence[str]) -> list[Reason]:
    """Everything in the row that speaks against this person."""
    known, reasons = index.people[person], []
    if len(named) > 1 and len(clues.names) == 1 and person in named:
        reasons.append(Reason("homonym", known.name))
    if len(clues.names) > 1 and person in named:
        own = plain(known.name)
        reasons += [Reason("other_name", name) for name in clues.names if name != own]
    reasons += [Reason("other_name", name) for name in clues.inside if name != plain(known.name)]
    reasons += [Reason("other_name", word) for word in clues.tokens if STANDS_IN.fullmatch(word)]
    place = index.place.get(person)
    if place:
        own_place = matches(place, clues.places)
        others = [other for other in clues.places if not matches(place, [other])]
        reasons += [Reason("other_community", "".join(other)) for other in others]
        reasons += [Reason("unknown_place", name) for name in clues.unknown_places]
        if not own_place:
            reasons += [Reason("unknown_place", name) for name in clues.wider_places]
    if known.phone:
        reasons += [Reason("other_phone", phone) for phone in clues.phones if phone != known.phone]
        reasons += [
            Reason("other_phone", f"{head}****{tail}")
            for head, tail in clues.masked
            if not (known.phone.startswith(head) and known.phone.endswith(tail))
        ]
        reasons += [Reason("other_phone", tail) for tail in clues.tails if not known.phone.endswith(tail)]
    if clues.seen.code and known.code and plain(clues.seen.code) != plain(known.code):
        reasons.append(Reason("other_code", clues.seen.code))
    if named:  # where no whole name was found, these words are what the names were looked for with
        reasons += [Reason("unexplained", word) for word in (*clues.beside, *clues.apart)]
    return reasons


# What waits


def _propose(
    clues: Clues,
    index: Roster,
    similar: Mapping[str, Reason],
    renamed: Mapping[str, Mapping[str, str]],
    remembered: Mapping[str, str | None],
) -> Verdict:
    reasons: dict[str, list[Reason]] = defaultdict(list)
    named = [person for name in clues.names for person in index.by_name[name]]
    for key, person in _keyed(clues, index):
        reasons[person].append(Reason(key))
    for person in named:
        reasons[person].append(Reason("whole_name", index.people[person].name))
    if (memory := remembered.get(memory_key(clues.seen))) and memory in index.people:
        reasons[memory].append(Reason("remembered"))
    if not named:
        for person, reason in similar.items():
            reasons[person].append(reason)
    for part in clues.parts:
        for person, other in renamed.get(plain(part), {}).items():
            if person not in reasons:
                reasons[person].append(Reason("renamed", other))
    _add_phone_tails(clues, index, reasons)
    if not reasons:
        return Unmatched(clues.seen.key, _why_unmatched(clues))
    candidates = [_candidate(person, found, clues, index, named) for person, found in reasons.items()]
    candidates.sort(key=lambda candidate: (-candidate.score, index.order[candidate.id]))
    return Proposal(clues.seen.key, _chief(clues, candidates, named), tuple(candidates[:MOST_CANDIDATES]))


def _candidate(
    person: str, found: list[Reason], clues: Clues, index: Roster, named: Sequence[str]
) -> Candidate:
    place = index.place.get(person)
    score = max(_score(reason) for reason in found)
    if place and matches(place, clues.places):
        found = [*found, Reason("same_community", index.people[person].community)]
        score += 10
    if clues.joined and person in named:
        found = [*found, Reason("shared_device")]
    against = _against(person, clues, index, named)
    score -= 12 * len({reason.code for reason in against})
    return Candidate(person, min(max(score, 1), 99), (*found, *against))


def _score(reason: Reason) -> int:
    if reason.code == "similar_name":
        return int(reason.detail.rpartition(" ")[2]) * 3 // 4
    return SCORES.get(reason.code, 50)


def _chief(clues: Clues, candidates: Sequence[Candidate], named: Sequence[str]) -> str:
    codes = {reason.code for reason in candidates[0].reasons}
    if clues.joined and named:
        return "shared_device"
    if len(clues.names) > 1:
        return "renamed"
    if codes & {"phone", "email", "code"}:
        return "contradiction"
    if len(named) > 1:
        return "homonyms"
    if named:
        return "against"
    return "renamed" if "renamed" in codes else "similar"


def _why_unmatched(clues: Clues) -> str:
    if not plain(clues.seen.name):
        return "no_name"
    return "device_name" if clues.only_devices else "not_on_roster"


def _add_phone_tails(clues: Clues, index: Roster, reasons: dict[str, list[Reason]]) -> None:
    """A masked number proposes by itself; four bare digits only strengthen what a name proposes."""
    for head, tail in clues.masked:
        for known in index.people.values():
            if known.phone and known.phone.startswith(head) and known.phone.endswith(tail) and len(tail) == 4:
                reasons[known.id].append(Reason("phone_tail", f"{head}****{tail}"))
    for tail in clues.tails:
        for person, found in reasons.items():
            if index.people[person].phone.endswith(tail):
                found.append(Reason("phone_tail", tail))


def _renamed(clues: Sequence[Clues], verdicts: Sequence[Verdict | None]) -> dict[str, dict[str, str]]:
    """Part of a linked row's name → the people it was linked to: the same account under another name in the
    meeting."""
    accounts: dict[str, dict[str, str]] = defaultdict(dict)
    for row, verdict in zip(clues, verdicts, strict=True):
        if isinstance(verdict, Linked) and len(row.parts) > 1:
            for part in row.parts:
                if len(plain(part)) > 1 and not is_neutral(plain(part)):
                    accounts[plain(part)].setdefault(verdict.id, row.seen.name)
    return accounts


def _similar(rows: Sequence[Clues], index: Roster) -> list[dict[str, Reason]]:
    """For each waiting row: person → the best reason by which a word of it comes near the person's name."""
    found: list[dict[str, Reason]] = [{} for _ in rows]
    blocks: dict[tuple[object, ...], list[tuple[int, str]]] = defaultdict(list)
    for n, row in enumerate(rows):
        if row.names:
            continue
        for word in {*row.words, *map(plain, row.parts)}:
            _near(word, index, found[n])
            if 2 <= len(word) <= 12:
                for key in _block(word):
                    blocks[key].append((n, word))
    if blocks:
        names: dict[tuple[object, ...], list[str]] = defaultdict(list)
        for name in index.by_fold:
            for key in _block(name):
                if key in blocks:
                    names[key].append(name)
        for key, near in names.items():
            _compare(blocks[key], near, index, found)
    return found


def _near(word: str, index: Roster, found: dict[str, Reason]) -> None:
    """Names that the word is but for width, script, shape, a missing family name, or something around it."""
    folded = fold(word, index.script)
    for person in index.by_fold.get(folded, []):
        wide = fold(word, {}) != word
        found.setdefault(person, Reason("full_width" if wide else "traditional", word))
    for person in index.by_shape.get(fold_shape(word, index.script), []):
        same_but_zeros = re.sub(r"0+(?=\d)", "", folded) == re.sub(
            r"0+(?=\d)", "", fold(index.people[person].name, index.script)
        )
        found.setdefault(
            person, Reason("similar_name", f"{word} 95") if same_but_zeros else Reason("near_shape", word)
        )
    for person in index.by_given.get(word, []):
        found.setdefault(person, Reason("given_name", word))
    for inside in index.names_inside(word):
        for person in index.by_name[inside]:
            found.setdefault(person, Reason("name_inside", word))


def _block(name: str) -> list[tuple[object, ...]]:
    """Names are compared only where they hold the same numbers and begin, or end, alike."""
    folded = re.sub(r"\d+", "", name)
    if not folded:
        return []
    numbers = digits_of(name)
    return [(numbers, "begins", folded[0]), *([(numbers, "ends", folded[-2:])] if len(folded) >= 4 else [])]


def _compare(
    words: Sequence[tuple[int, str]], names: Sequence[str], index: Roster, found: list[dict[str, Reason]]
) -> None:
    unique = sorted({word for _, word in words})
    scores = process.cdist(
        unique, names, scorer=fuzz.ratio, score_cutoff=SIMILAR_FROM, dtype=np.uint8, workers=1
    )
    best: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row, column in np.argwhere(scores):
        best[unique[row]].append((int(scores[row, column]), names[column]))
    for n, word in words:
        for score, name in sorted(best.get(word, []), reverse=True)[:MOST_CANDIDATES]:
            for person in index.by_fold[name]:
                found[n].setdefault(person, Reason("similar_name", f"{word} {score}"))
