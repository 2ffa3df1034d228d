"""One row read against the roster: whole names, places, phones, and what is left unexplained."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from yingzao.engines.identity.values import Known, Seen
from yingzao.engines.identity.words import (
    DEVICES,
    HAN,
    JOINED,
    JOINED_LOOSELY,
    MASKED_PHONE,
    OTHER_ENDING,
    PHONE,
    PLACE_ENDING,
    ROLES,
    SEPARATORS,
    WIDER_ENDING,
    fold,
    fold_shape,
    is_neutral,
    is_nickname,
    parts_of,
    phones_in,
    plain,
    same_place,
    short_place,
)

Place = tuple[str, str]
_ENDING = re.compile(PLACE_ENDING)
_ENDING_BEFORE = re.compile(rf"(?:{PLACE_ENDING})$")
_UNKNOWN_PLACE = re.compile(
    rf"(?P<place>.{{1,10}}?(?:{PLACE_ENDING}|{WIDER_ENDING}|{OTHER_ENDING}))(?P<rest>.*)"
)
_NUMBER = re.compile(r"[1１][3-9３-９]\d")
LONGEST_NAME = 200  # a longer text is no name: rows that an open quotation mark swallowed
_WIDER = re.compile(rf".+(?<!社)(?<!小)(?:{WIDER_ENDING})")
_SOME_COMMUNITY = re.compile(r"(?P<place>.{1,10}?(?:社区居委会|社区|居委会|村委会))(?P<rest>.*)")


@dataclass
class Clues:
    """What a row says. `names` are whole roster names in `plain` form, in the order found."""

    seen: Seen
    names: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    unknown_places: list[str] = field(default_factory=list)
    wider_places: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    masked: list[tuple[str, str]] = field(default_factory=list)
    tails: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Unexplained words in the part that holds the name."""
    apart: list[str] = field(default_factory=list)
    """Unexplained words in another part: the nickname beside the name in the meeting, or the other way
    round."""
    words: list[str] = field(default_factory=list)
    """Every unexplained word, with known places taken off: what similar names are looked for with."""
    tokens: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    """Roster names that stand inside a longer, unexplained word."""
    parts: tuple[str, ...] = ()
    joined: bool = False
    only_devices: bool = False
    column_place: bool = False


class Roster:
    """The roster, indexed by every key that a row may carry."""

    def __init__(
        self,
        roster: Sequence[Known],
        places: Iterable[str],
        neutral: Iterable[str],
        script: Mapping[int, str],
    ) -> None:
        self.script = script
        self.people = {known.id: known for known in roster}
        self.order = {known.id: index for index, known in enumerate(roster)}
        self.place = {known.id: short_place(known.community) for known in roster if plain(known.community)}
        self.by_name = _index(roster, lambda known: plain(known.name))
        self.by_fold = _index(roster, lambda known: fold(known.name, script))
        self.by_shape = _index(roster, lambda known: fold_shape(known.name, script))
        self.by_phone = _index(roster, lambda known: "".join(phones_in(known.phone)[:1]))
        self.by_email = _index(roster, lambda known: known.email.strip().casefold())
        self.by_code = _index(roster, lambda known: plain(known.code))
        self.by_given = _index(
            roster, lambda known: plain(known.name)[1:] if 3 <= len(plain(known.name)) <= 4 else ""
        )
        self.shorts = {short_place(name)[0] for name in places if plain(name)} | {
            short for short, _ in self.place.values()
        }
        self.longest_place = max(map(len, self.shorts), default=0)
        self.longest_name = max(map(len, self.by_name), default=0)
        self.neutral = {plain(word) for word in neutral}

    def read(self, seen: Seen) -> Clues:
        """The clues of one row."""
        name = seen.name if len(seen.name) <= LONGEST_NAME else ""
        clues = Clues(seen, parts=parts_of(name))
        text = self._take_phones(name, seen.phone, clues)
        for token in filter(None, SEPARATORS.split(seen.community)):
            clues.column_place = True
            self._place(token.casefold(), clues)
        left: list[tuple[bool, list[str]]] = []
        for part in clues.parts if text == name else parts_of(text):
            names_before = len(clues.names)
            rest = self._part(part, clues)
            left.append((len(clues.names) > names_before, rest))
        for has_name, rest in left:
            for word in rest:
                if word.isdecimal() and len(word) == 4 and clues.names:
                    clues.tails.append(word)
                elif not self._is_neutral(word):
                    if has_name or not clues.names:
                        clues.beside.append(word)
                    elif not is_nickname(word):
                        clues.apart.append(word)
        every = [word for _, rest in left for word in rest]
        clues.tokens = every
        clues.inside = [name for word in every for name in self.names_inside(word)]
        clues.only_devices = bool(every) and all(
            word.isdecimal() or DEVICES.fullmatch(word) for word in every
        )
        clues.words += [
            word
            for word in every
            if len(word) >= 2 and not (self._is_neutral(word) and not _may_be_name(word))
        ]
        return clues

    def _is_neutral(self, word: str) -> bool:
        return word in self.neutral or is_neutral(word)

    def _take_phones(self, name: str, column: str, clues: Clues) -> str:
        """The name's text without phone numbers; they and those of the column go to the clues."""
        if not column and not _NUMBER.search(name):
            return name
        clues.phones += phones_in(column) + phones_in(name)
        for text in (column, name):
            clues.masked += [(head, tail) for head, tail in MASKED_PHONE.findall(text)]
        return MASKED_PHONE.sub(" ", PHONE.sub(" ", name))

    def _part(self, part: str, clues: Clues) -> list[str]:
        """Take one part to pieces; what cannot be explained is given back."""
        people = [
            person
            for piece in self._joined(part, JOINED)
            for person in (self._joined(piece, JOINED_LOOSELY) if self._several(piece) else (piece,))
        ]
        clues.joined = clues.joined or len(people) > 1
        return [word for person in people for word in self._piece(person, clues)]

    def _several(self, part: str) -> bool:
        """Whether 和, 与, / and the like stand between two different roster names."""
        pieces = [plain(piece) for piece in self._joined(part, JOINED_LOOSELY)]
        return len({piece for piece in pieces if piece in self.by_name}) > 1

    def _joined(self, part: str, splitter: re.Pattern[str]) -> list[str]:
        """The people of a part; 学员09+10 is 学员09 and 学员10, where both are roster names."""
        pieces: list[str] = []
        for piece in splitter.split(part):
            both = re.sub(r"\d+$", "", pieces[-1]) + piece if pieces and piece.isdecimal() else ""
            pieces.append(both if plain(both) in self.by_name else piece)
        return pieces

    def _piece(self, piece: str, clues: Clues) -> list[str]:
        whole = plain(piece)
        if whole and self._peel(whole, clues, keep=False):
            return []
        tokens = [token for token in (plain(token) for token in SEPARATORS.split(piece)) if token]
        return [rest for token in tokens for rest in self._token(token, clues)]

    def _token(self, token: str, clues: Clues) -> list[str]:
        if self._peel(token, clues, keep=True):
            return []
        place, rest = self._known_place(token)
        if place and rest and (HAN.search(rest) or place[1]):
            clues.places.append(place)
            return [rest]
        if found := _SOME_COMMUNITY.fullmatch(token):
            self._unknown(found["place"], clues)
            return [found["rest"]] if found["rest"] else []
        return [token]

    def _peel(self, text: str, clues: Clues, *, keep: bool) -> bool:
        """Whether the text is wholly a name, places, or both; then they are noted. `keep` allows places
        without a name."""
        if text in self.by_name:
            _once(clues.names, text)
            return True
        place, rest = self._known_place(text)
        if place and not rest:
            if keep:
                clues.places.append(place)
            return keep
        if place and self._name_of(rest):
            clues.places.append(place)
            _once(clues.names, self._name_of(rest))
            return True
        if place and self._peel(rest, clues, keep=keep):
            clues.places.append(place)
            return True
        name, after = self._name_before_place(text)
        if name:
            _once(clues.names, name)
            clues.places.append(after)
            return True
        if named := self._name_of(text):
            _once(clues.names, named)
            return True
        if found := _UNKNOWN_PLACE.fullmatch(text):
            return self._peel_unknown(found["place"], found["rest"], clues, keep=keep)
        return False

    def _peel_unknown(self, place: str, rest: str, clues: Clues, *, keep: bool) -> bool:
        if rest and not self._peel(rest, clues, keep=keep):
            return False
        if not rest and not keep:
            return False
        self._unknown(place, clues)
        return True

    def _unknown(self, place: str, clues: Clues) -> None:
        if place not in self.neutral:
            (clues.wider_places if _WIDER.fullmatch(place) else clues.unknown_places).append(place)

    def _place(self, token: str, clues: Clues) -> None:
        place, rest = self._known_place(token)
        if place and not rest:
            clues.places.append(place)
        elif short_place(token) in self.place.values():
            clues.places.append(short_place(token))
        else:
            self._unknown(token, clues)

    def _name_of(self, text: str) -> str:
        """The roster name that the text is, a role or a device word before or after it put aside."""
        if text in self.by_name and len(text) > 1:
            return text
        for cut in range(min(self.longest_name, len(text) - 1), 1, -1):
            if text[:cut] in self.by_name and DEVICES.fullmatch(text[cut:]):
                return text[:cut]
        for word in ROLES:
            if text.startswith(word) and text[len(word) :] in self.by_name:
                return text[len(word) :]
            if text.endswith(word) and text[: -len(word)] in self.by_name:
                return text[: -len(word)]
        return ""

    def _known_place(self, text: str) -> tuple[Place | None, str]:
        """The longest known place that the text begins with, and what follows it."""
        for length in range(min(self.longest_place, len(text)), 0, -1):
            if text[:length] in self.shorts:
                rest = text[length:]
                if ending := _ENDING.match(rest):
                    return short_place(text[: length + ending.end()]), rest[ending.end() :]
                if length > 1:
                    return (text[:length], ""), rest
        return None, text

    def names_inside(self, word: str) -> Iterator[str]:
        """The roster names that are a piece of the word, and do not cut a number in two."""
        for start in range(len(word)):
            for end in range(start + 2, min(len(word), start + self.longest_name) + 1):
                if word[start:end] in self.by_name and not _cuts_a_number(word, start, end):
                    yield word[start:end]

    def _name_before_place(self, text: str) -> tuple[str, Place]:
        """学员01桂一社区 → the name, and the place after it."""
        for cut in range(min(self.longest_name, len(text) - 1), 1, -1):
            if text[:cut] in self.by_name:
                place, rest = self._known_place(text[cut:])
                if place and not rest:
                    return text[:cut], place
        return "", ("", "")


def _cuts_a_number(word: str, start: int, end: int) -> bool:
    before = start > 0 and word[start - 1].isdigit() and word[start].isdigit()
    after = end < len(word) and word[end].isdigit() and word[end - 1].isdigit()
    return before or after


def _index(roster: Sequence[Known], key) -> dict[str, list[str]]:  # type: ignore[no-untyped-def]
    found: dict[str, list[str]] = defaultdict(list)
    for known in roster:
        if value := key(known):
            found[value].append(known.id)
    return dict(found)


def _once(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _may_be_name(word: str) -> bool:
    """A word without Han characters may still be a roster's Latin name or code."""
    return not HAN.search(word) and word.isalpha() and len(word) >= 4


def matches(place: Place, places: Iterable[Place]) -> bool:
    return any(same_place(place, other) for other in places)
