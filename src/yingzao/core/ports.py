"""What the rooms expect of the outside: protocols, the values that cross them, and the refusals that may
come back.

Nobody imports an integration. `settings.YINGZAO_PORTS` names the implementations, `port()` and `ports()`
hand them out:

    sheets = ports.port("tables").read(data, name)
    for reader in ports.ports("meetings"): ...
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import IO, Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yingzao.core.errors import Refused

Cell = str | int | float | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet. `number` is the row as Excel shows it; a cell is text, a number, a moment or
    None."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its non-empty rows in order. `merged` holds (first row, first column, last row, last
    column):
    rows as Excel numbers them, columns counted from 0, both ends included."""

    name: str
    rows: tuple[Row, ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False


class TableReader(Protocol):
    def read(self, data: bytes, name: str) -> tuple[Sheet, ...]:
        """All sheets of .xlsx, .xls, .ods, .csv, .txt or an HTML page called .xls; the bytes decide, not the
        name.
        Formula cells come as their stored values. Raises `Unreadable` with a sentence for the clerk."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text. `state`: read, empty (no text in it, as in a scan), locked, too_large, unreadable; `paragraphs`: (kind, text), kind
    h (heading), p, li or tr (cells with | between); `pages` of a PDF."""

    state: str
    pages: int = 0
    paragraphs: tuple[tuple[str, str], ...] = ()


class DocumentReader(Protocol):
    def reads(self, media_type: str) -> bool:
        """Whether documents of this type have a text that can be taken out."""
        ...

    def read(self, file: IO[bytes], media_type: str) -> Document:
        """The text of a document; bounded in memory and time, and never an exception for what is in the file."""
        ...


class DocumentUnsigner(Protocol):
    def takes(self, media_type: str) -> bool:
        """Whether documents of this type carry notes of their author beside their pages."""
        ...

    def unsign(self, file: IO[bytes], media_type: str) -> bytes | None:
        """The document without them; None where it cannot be made, never an exception for what is in the file."""
        ...


@dataclass(frozen=True, slots=True)
class SheetOut:
    """A sheet to write. `widths` are in characters; columns named in `text_columns` (from 0) are always
    text. Mobile numbers are masked wherever they stand, unless `clear_phones`: then the caller has asked what for, and recorded it."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    widths: Sequence[float] = ()
    text_columns: frozenset[int] = frozenset()
    landscape: bool = False
    clear_phones: bool = False


class TableWriter(Protocol):
    def write(self, sheets: Sequence[SheetOut]) -> bytes:
        """An .xlsx workbook. Text that begins with = + - @ stays text; nothing in it is ever a formula or a
        link."""
        ...

    def copy(self, sheets: Sequence[Sheet]) -> bytes:
        """An .xlsx workbook with the same cells at the same places, merged and hidden as they were."""
        ...


# Documents to be signed, stamped and filed


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 is 一、, 2 is （一）: the number is part of the text."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. `align` is both (indented by two characters), left, centre or right; `space_mm` stands above it."""

    text: str
    align: str = "both"
    space_mm: float = 0
    small: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths` in mm; its head comes again on each page. `row_mm` is the least height, for what is filled in by hand."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    row_mm: float = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who issues it and the day, at the right, with room above for a stamp of `room_mm`."""

    lines: Sequence[str]
    room_mm: float = 30


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


Piece = Heading | Words | Grid | Stamp | NewPage


@dataclass(frozen=True, slots=True)
class DocumentOut:
    """A document on A4, its title first."""

    title: str
    pieces: Sequence[Piece]
    author: str = ""
    landscape: bool = False


class DocumentWriter(Protocol):
    def write(self, document: DocumentOut) -> bytes:
        """A Word file (.docx). Mobile numbers are masked wherever they stand; the same document gives the same words."""
        ...


# Rosters


@dataclass(frozen=True, slots=True)
class RosterLayout:
    """Where a roster's names stand. `header_row` as Excel shows it; `mapping` says column (from 0) → field;
    `discarded` columns are
    on the discard list: their values are never handed out."""

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    mapping: Mapping[int, str]
    discarded: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A person of the roster: field → text, cleaned; `raw` is header → text as it stood, without discarded
    columns."""

    row: int
    fields: Mapping[str, str]
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """`code` names what is wrong or was mended; `error` says that the row cannot be taken as it is."""

    code: str
    row: int
    data: Mapping[str, str] = field(default_factory=dict)
    error: bool = True


@dataclass(frozen=True, slots=True)
class RosterReading:
    layout: RosterLayout
    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]


class RosterReader(Protocol):
    fields: tuple[str, ...]

    def cleaned(self, sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
        """The same sheets without what is never kept: the values of discarded columns are empty, identity-card numbers
        anywhere are stars. Cleaning what is clean changes nothing."""
        ...

    def recognise(self, sheets: Sequence[Sheet]) -> RosterLayout | None:
        """The layout that fits best, as a proposal, or None where no header row is found."""
        ...

    def read(self, sheets: Sequence[Sheet], layout: RosterLayout | None = None) -> RosterReading:
        """Rows and problems under `layout`, or under the proposed one. Raises `NoHeader` where there is
        none."""
        ...


# Meeting exports


@dataclass(frozen=True, slots=True)
class Clocking:
    """One clock-in of a punch source, with its marks as the file writes them: 补卡, 地点异常, …"""

    at: dt.datetime
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One data row of an export, as it stood. Times are local (Asia/Shanghai) and naive.

    `left_at` None means still there when the file was made. `joined_at` None with `seconds_claimed` set is a
    source that knows
    totals only (`only_totals`), or a person who never came in. `seconds_claimed` is the provider's own
    figure, shown beside ours,
    never used in its place where intervals are known. `host` is True for hosts and co-hosts, who are not
    learners.
    `problem` among never_joined, unreadable_time, leave_before_join, waiting_room, month_unknown, unreadable_status:
    then there is no join and no claim, and nobody is credited.
    The flag `first_last_only` says that join and leave span pauses, so that `seconds_claimed` is a ceiling.
    `names` are what identity looks at, in order, where that is not simply `name_as_given`.
    `punches` are the clock-ins of a punch source; `remarks` its words on a day that are no time (请假).
    `stated_at` is when a row of `answers` was sent or one of `presence` signed: such a row knows no join and no length.
    Its flags: `superseded` and `too_fast` of answers; `present`, `absent`, `on_leave`, `late`, `early` of presence.
    `code` is the learner's number 学号 where a column of the file is said to hold it.
    """

    row: int
    sheet: str
    name_as_given: str
    nickname: str = ""
    origin_name: str = ""
    joined_at: dt.datetime | None = None
    left_at: dt.datetime | None = None
    seconds_claimed: int | None = None
    replay_seconds: int | None = None
    role: str = ""
    host: bool = False
    phone: str = ""
    email: str = ""
    community: str = ""
    account: str = ""
    code: str = ""
    names: tuple[str, ...] = ()
    stated_at: dt.datetime | None = None
    punches: tuple[Clocking, ...] = ()
    remarks: tuple[tuple[dt.date, str], ...] = ()
    flags: tuple[str, ...] = ()
    problem: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader noticed: `code` for programs, `rows` as Excel shows them, `data` for the
    sentence."""

    code: str
    rows: tuple[int, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeetingReport:
    """A recognised export. `source` decides what may be told of minutes: `intervals` (joins and leaves), `totals` (only
    how long), `punches` (moments at a place), `answers` (somebody filled in a form, at a moment), `presence` (somebody
    was there, or was not, and nobody knows how long)."""

    format: str
    title: str = ""
    meeting_id: str = ""
    scheduled_start: dt.datetime | None = None
    scheduled_end: dt.datetime | None = None
    rows: tuple[MeetingRow, ...] = ()
    warnings: tuple[Notice, ...] = ()
    source: str = "intervals"
    days: tuple[dt.date, ...] = ()


class MeetingReader(Protocol):
    format: str

    def recognise(self, sheets: Sequence[Sheet], name: str) -> float | None:
        """How sure this reader is that the file is its own, 0–1, or None. Looks at headers, never at the
        file name alone."""
        ...

    def read(self, sheets: Sequence[Sheet], name: str) -> MeetingReport:
        """Every data row of the file, none left out, those with unreadable times too (`problem`)."""
        ...


# Any other table of attendance, with its columns said by a person


@dataclass(frozen=True, slots=True)
class MeetingLayout:
    """Where a table's columns stand. `header_row` as Excel shows it, 0 where there is none; `mapping` says column (from
    0) → field. `day` is the day of clock times that say none. Values of `discarded` columns are never handed out."""

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    mapping: Mapping[int, str]
    day: dt.date | None = None
    discarded: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingPreview:
    """The first rows of a table as they stand (discarded columns blank), and how they read under the layout; `lacking`
    says what the layout needs first, and then nothing is read."""

    numbers: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    rows: tuple[MeetingRow, ...] = ()
    lacking: str = ""


class MappedMeetingReader(Protocol):
    fields: tuple[str, ...]

    def propose(
        self, sheets: Sequence[Sheet], day: dt.date | None = None, *, by_contents: bool = True
    ) -> MeetingLayout | None:
        """The layout that headers and contents suggest, or None where no column looks like a person. Without
        `by_contents` only known words in a header count."""
        ...

    def under(self, sheet: Sheet, header_row: int, day: dt.date | None = None) -> MeetingLayout:
        """The layout with the header in that row, as Excel counts; 0, or a row that is not there: no header."""
        ...

    def preview(self, sheets: Sequence[Sheet], layout: MeetingLayout, n: int = 8) -> MeetingPreview:
        """The first `n` rows under the header. Raises nothing for a layout that is not complete yet."""
        ...

    def read(self, sheets: Sequence[Sheet], layout: MeetingLayout) -> MeetingReport:
        """Every row under the header. Raises `NoPerson` or `NoAttendance` for a layout that names too little."""
        ...


# Completion lists of a course elsewhere


@dataclass(frozen=True, slots=True)
class CompletionWords:
    """What columns of such lists are called, field → spellings in order of preference, and what their states say. No
    platform has one format, so these are data of whoever asks."""

    fields: Mapping[str, Sequence[str]]
    finished: Sequence[str]
    unfinished: Sequence[str]


@dataclass(frozen=True, slots=True)
class CompletionLayout:
    """Where a list's columns stand. `header_row` as Excel shows it, 0 where there is none; `mapping` says column (from 0)
    → field. Values of `discarded` columns are never handed out."""

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    mapping: Mapping[int, str]
    discarded: tuple[int, ...] = ()

    @property
    def lacking(self) -> str:
        """What has to be said first, `person` or `progress`; empty where the list can be read."""
        named = set(self.mapping.values())
        if not named & {"name", "nickname", "phone", "code", "email"}:
            return "person"
        return "" if named & {"progress", "status", "finished"} else "progress"


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """One data row. `progress` is a share from 0 to 1, None where the row knows of none; moments are local and naive.

    `problem` says why nothing of the row can be counted: no_person, not_a_name, bad_progress, over_progress,
    vague_progress, bad_status, bad_time; `notes` what was left out or differs while the rest counts: bad_score,
    bad_length, status_differs. Each `Notice.data` holds what was `given`.
    """

    row: int
    sheet: str
    name: str = ""
    phone: str = ""
    email: str = ""
    community: str = ""
    code: str = ""
    course: str = ""
    lesson: str = ""
    progress: Fraction | None = None
    minutes: int | None = None
    score: str = ""
    finished_at: dt.datetime | None = None
    studied_at: dt.datetime | None = None
    problem: Notice | None = None
    notes: tuple[Notice, ...] = ()
    raw: Mapping[str, str] = field(default_factory=dict)


class CompletionReader(Protocol):
    fields: tuple[str, ...]

    def cleaned(self, sheets: Sequence[Sheet], words: CompletionWords) -> tuple[Sheet, ...]:
        """The same sheets without what is never kept. Cleaning what is clean gives the same."""
        ...

    def propose(self, sheet: Sheet, words: CompletionWords) -> CompletionLayout:
        """The layout that the words of a header suggest, whether or not it is enough to read by."""
        ...

    def under(self, sheet: Sheet, header_row: int, words: CompletionWords) -> CompletionLayout:
        """The layout with the header in that row, as Excel counts; 0, or a row that is not there: no header."""
        ...

    def shown(
        self, sheet: Sheet, layout: CompletionLayout, n: int
    ) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """The first `n` rows under the header as they stand, each with its number; discarded columns are blank."""
        ...

    def read(
        self, sheet: Sheet, layout: CompletionLayout, words: CompletionWords
    ) -> tuple[CompletionRow, ...]:
        """Every row under the header but totals and notes at the foot. The layout must lack nothing."""
        ...


# Couriers


class Outcome(StrEnum):
    """What is known of a letter after it was handed over."""

    ACCEPTED = "accepted"
    LATER = "later"  # certainly not taken; may be tried again
    NEVER = "never"  # certainly not taken, and would not be the next time
    UNKNOWN = "unknown"  # it may have been taken: never sent again by itself


@dataclass(frozen=True, slots=True)
class Answer:
    """`problem` names what went wrong, for programs; `said` are the other side's own words. `wait` is how long it asks us
    to wait; `shut` says that nothing at all gets through just now."""

    outcome: Outcome
    problem: str = ""
    said: str = ""
    wait: dt.timedelta | None = None
    shut: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """Plain text for one address. `code` is the same at each try. `stop_link` ends such letters without signing in.
    `service` and `secret` are a robot's: whose it is, and what its requests are signed with. `keys` are a browser's: its
    public key and its secret (RFC 8291, base64url). `urgent` may wake a phone that saves its battery."""

    code: str
    to: str
    title: str
    text: str
    stop_link: str = ""
    service: str = ""
    secret: str = ""
    keys: tuple[str, str] = ("", "")
    urgent: bool = False


class Courier(Protocol):
    def missing(self) -> str:
        """The setting that it cannot work without, or empty when it is set up."""
        ...

    def opened(self) -> AbstractContextManager[Callable[[Letter], Answer]]:
        """One connection for many letters, where there is such a thing. What it gives raises nothing and waits for no
        answer longer than a minute."""
        ...


class RobotCourier(Courier, Protocol):
    def refuses(self, service: str, address: str) -> bool:
        """Whether an address is none to which anything may be posted from here."""
        ...


class PushCourier(Courier, Protocol):
    def refuses(self, address: str, keys: tuple[str, str]) -> bool:
        """Whether nothing may be posted to this address from here, or nothing could be read there with these keys."""
        ...

    def public_key(self) -> str:
        """What a browser is told to take messages from, base64url. It stays the same as long as the data folder is."""
        ...


# Answers to a questionnaire


@dataclass(frozen=True, slots=True)
class SurveyColumn:
    """A question of a questionnaire's export. `index` counts columns from 0; `text` is the question without its number;
    `part` what stands behind it in a column of its own: a line of a matrix, or one option."""

    index: int
    header: str
    text: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One filled-in questionnaire: column → text, without what says that nothing was answered. `sent_at` is local and naive.

    The fields of the person are empty where the table was read without persons. `is_repeat`: a later row is another
    answer of the same person. `raw` is header → text as it stood, without discarded columns.
    """

    row: int
    sheet: str
    cells: Mapping[int, str]
    sent_at: dt.datetime | None = None
    seconds: int | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    community: str = ""
    code: str = ""
    is_repeat: bool = False
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SurveyTable:
    format: str
    columns: tuple[SurveyColumn, ...]
    rows: tuple[SurveyRow, ...]
    persons: tuple[str, ...] = ()  # headers that say who answered


class SurveyReader(Protocol):
    def read(self, sheets: Sequence[Sheet], *, persons: bool) -> SurveyTable:
        """Every answer. Without `persons` no column that may say who answered is read, nor is any row's order, hour or
        source handed out. Raises `NotAnswers` for a table that is no such export."""
        ...

    def nameless(self, table: SurveyTable) -> SheetOut:
        """The table as a sheet that this reader reads again: days instead of instants, the rows by what they say and not
        in the order in which they came."""
        ...


# Forms


@dataclass(frozen=True, slots=True)
class FormCheck:
    """What another program's reader says of an XLSForm: why it takes it not, in its own words, empty where it does."""

    problem: str = ""
    warnings: tuple[str, ...] = ()


class FormChecker(Protocol):
    def check(self, form: Mapping[str, Sequence[Mapping[str, str]]]) -> FormCheck:
        """`form`: the sheets survey, choices and settings, each a list of rows from column to text. Bounded in memory and time."""
        ...


# The web


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered. `body` is open at its beginning and closed by whoever asked; None says that nothing has
    changed since `etag` or `last_modified`. `address` is the one that answered, after redirects; `media_type` as it was said."""

    address: str
    body: IO[bytes] | None
    media_type: str = ""
    etag: str = ""
    last_modified: str = ""


class Fetcher(Protocol):
    def fetch(
        self,
        address: str,
        *,
        most_bytes: int,
        seconds: float,
        accept: str = "*/*",
        etag: str = "",
        last_modified: str = "",
    ) -> Fetched:
        """Ask an http or https address. `most_bytes` counts what is unfolded, `seconds` everything from the name on. Raises
        `NotFetched` with a sentence for the clerk."""
        ...


class Hub(Protocol):
    """A WebSub hub, which tells the readers of feeds that there is something new."""

    def missing(self) -> str:
        """The setting that nothing is sent without, or empty."""
        ...

    def tell(self, topics: Sequence[str]) -> Answer:
        """That the feeds at these addresses have something new. Raises nothing; telling it twice does no harm."""
        ...


# Questions of quizzes


@dataclass(frozen=True, slots=True)
class OptionIn:
    text: str
    is_right: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class QuestionIn:
    """A question as a file has it. `number` is its place in the file, from 1; `kind` one of single, multiple, truefalse,
    short, number, ordering.

    `text` is Markdown. `options` of an ordering stand in the right order; of true or false there are two, true first.
    `value` and `tolerance` are decimals, `accepted` the answers to a short question. `origin` is what the file calls it.
    """

    number: int
    kind: str
    text: str
    title: str = ""
    options: tuple[OptionIn, ...] = ()
    accepted: tuple[str, ...] = ()
    value: str = ""
    tolerance: str = ""
    points: str = "1"
    is_partial: bool = True
    feedback: str = ""
    picture: bytes = b""
    picture_name: str = ""
    pool: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class QuestionProblem:
    """What of a question is not taken as the file has it. `is_left_out`: the whole question is not."""

    number: int
    title: str
    code: str
    data: Mapping[str, str] = field(default_factory=dict)
    is_left_out: bool = True


@dataclass(frozen=True, slots=True)
class QuestionsRead:
    format: str
    questions: tuple[QuestionIn, ...]
    problems: tuple[QuestionProblem, ...] = ()


class QuestionReader(Protocol):
    format: str

    def recognise(self, data: bytes, name: str) -> bool:
        """Whether the bytes are this reader's; the name decides nothing."""
        ...

    def read(self, data: bytes, name: str) -> QuestionsRead:
        """Every question: either read or named among the problems. Raises `Unreadable`."""
        ...


class QuestionWriter(Protocol):
    def write(self, questions: Sequence[QuestionIn]) -> bytes:
        """A file that its reader reads back the same."""
        ...


# Refusals


class NotFetched(Refused):
    """An address that could not be read. The class's `default` is the sentence a clerk can act on; `detail` is what stands in
    it, so that code and detail are enough to say it again (`not_fetched`)."""

    default = _("This address could not be read.")

    def __init__(self, detail: int | str = "") -> None:
        self.detail = str(detail)
        said: Any = format_lazy(self.default, self.detail) if self.detail else self.default
        super().__init__(said, code=_snake(type(self).__name__), field="address")


class BadAddress(NotFetched):
    default = _("This is no address of a web site. It begins with http:// or https://.")


class AddressWithPassword(NotFetched):
    default = _("The address holds a user name or password. Addresses with passwords are not read.")


class UnknownHost(NotFetched):
    default = _(
        "No site of this name is found. Check the address, or whether this machine reaches the internet."
    )


class PrivateAddress(NotFetched):
    default = _(
        "The address leads into an inner network, and those are not read. Whoever operates this system can open one."
    )


class NoAnswer(NotFetched):
    default = _("The site does not answer. Try again later, or check the address.")


class TooSlow(NotFetched):
    default = _("The site answers too slowly; the reading was stopped. Try again later.")


class BrokenOff(NotFetched):
    default = _("The site broke the connection off, or sent something that cannot be read. Try again later.")


class UntrustedCertificate(NotFetched):
    default = _(
        "The site's certificate is not valid, so nobody knows who answers. Tell the site, or use another address."
    )


class TooManyRedirects(NotFetched):
    default = _("The site sends on from one address to the next without an end.")


class UnknownCoding(NotFetched):
    default = _("The site sends its answer packed in a way that was not asked for and cannot be read.")


class TooMuch(NotFetched):
    default = _("What the site sends is far too large (more than {} MB). It was not read to its end.")

    def __init__(self, most_bytes: int | str) -> None:
        size = int(most_bytes)
        super().__init__(size // 1_000_000 if size >= 1_000_000 else most_bytes)


class NothingThere(NotFetched):
    default = _(
        "There is nothing at this address ({}). The site may have moved it; look for its new address there."
    )


class HttpProblem(NotFetched):
    default = _("The site answers with an error ({}). Check the address, or try again later.")


def not_fetched(code: str, detail: str = "") -> NotFetched | None:
    """The refusal that had this code, to be said again; None for a code of something else."""
    kinds: list[type[NotFetched]] = [NotFetched, *NotFetched.__subclasses__()]
    return next((kind(detail) for kind in kinds if _snake(kind.__name__) == code), None)


class Unreadable(Refused):
    """A file that cannot be taken as a table. The class's `default` is the sentence a clerk can act on."""

    default = _("This file cannot be read. Open it in Excel or WPS, save it as .xlsx, and upload that file.")

    def __init__(self, sentence: str | None = None) -> None:
        said: Any = sentence or self.default  # lazy, so that it is told in the language of whoever reads it
        super().__init__(said, code=_snake(type(self).__name__), field="file")


class EmptyFile(Unreadable):
    default = _("The file is empty (0 bytes). Export it again and upload the new file.")


class NoRows(Unreadable):
    default = _("There is nothing in the table. Check that this is the file you mean.")


class PasswordProtected(Unreadable):
    default = _(
        "The workbook is protected by a password. Open it, remove the password, save it, and upload it again."
    )


class DamagedFile(Unreadable):
    default = _(
        "The file is damaged or incomplete. Download or export it again; do not upload it while it is still "
        "open."
    )


class ZipBomb(Unreadable):
    default = _("Unpacked, this file would be far larger than a table can be. It was not opened.")


class TooLarge(Unreadable):
    default = _("The table is too large. Split it into files of at most 200,000 rows and 300 columns.")


class TookTooLong(Unreadable):
    default = _(
        "Reading this file took too long and was stopped. Save only the sheet that is needed as a new .xlsx "
        "file."
    )


class NotATable(Unreadable):
    default = _("This is not a table. Upload an .xlsx, .xls, .ods or .csv file.")


class PictureNotTable(NotATable):
    default = _(
        "This is a picture, whatever its name says. Upload the exported table itself (.xlsx, .xls or .csv)."
    )


class PdfNotTable(NotATable):
    default = _("This is a PDF. Upload the table it was made from (.xlsx, .xls or .csv).")


class DocumentNotTable(NotATable):
    default = _("This is a text document or slides. Copy the table into Excel or WPS and upload it as .xlsx.")


class NumbersNotTable(NotATable):
    default = _("This is a file of Apple Numbers. Export it there as Excel (.xlsx) and upload that.")


class ArchiveNotTable(NotATable):
    default = _("This is an archive. Unpack it and upload the table inside.")


class NoHeader(Unreadable):
    default = _(
        "No header row with a name column (姓名) was found in the first 15 rows. Add one, or choose the "
        "columns by hand."
    )


class Unrecognised(Unreadable):
    default = _("The format of this file is not known. Say which column holds the names and which the times.")


class NoPerson(Unreadable):
    default = _(
        "No column says who it was. Choose the column with the names or the one with the phone numbers."
    )


class NoAttendance(Unreadable):
    default = _(
        "No column says whether somebody was there. Choose the column with the time of joining, the length of stay, or "
        "the status (出勤, 缺勤, 请假)."
    )


class NoOneToAsk(Unreadable):
    default = _(
        "The questionnaire asked for neither a name nor a phone number, so nobody knows who answered. Add such a "
        "question the next time; these answers cannot be given to anybody."
    )


class NotAnswers(Unreadable):
    default = _(
        "This is no export of answers from 问卷星: the columns 序号, 提交答卷时间 and 所用时间 were not found. Export the answers "
        "there by option text, as Excel or CSV."
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


# Which implementation


@cache
def ports(kind: str) -> tuple[Any, ...]:
    """The implementations that the settings name for `kind`, in their order. A class named there is
    instantiated once."""
    named = settings.YINGZAO_PORTS[kind]
    found = (import_string(path) for path in ([named] if isinstance(named, str) else named))
    return tuple(thing() if isinstance(thing, type) else thing for thing in found)


def port(kind: str) -> Any:
    """The first implementation of `kind`."""
    return ports(kind)[0]


def recognise_meeting(sheets: Sequence[Sheet], name: str) -> MeetingReport:
    """The report by the reader that is surest of the file. Raises `Unrecognised` where none knows it."""
    sure = [(score, reader) for reader in ports("meetings") if (score := reader.recognise(sheets, name))]
    if not sure:
        raise Unrecognised
    return max(sure, key=lambda pair: pair[0])[1].read(sheets, name)


class NotQuestions(Unreadable):
    default = _(
        "No questions were found in this file. Take Moodle XML, a QTI package, or a table made from our template."
    )


class DamagedQuestions(Unreadable):
    default = _("This file of questions is damaged and cannot be read. Export it again.")


class UnsafeQuestions(Unreadable):
    default = _(
        "This file holds definitions of its own (DTD entities), which are not read. Export it without them."
    )


class TooManyQuestions(Unreadable):
    default = _("There are too many questions in this file. Make several files of at most 2,000 questions.")
