"""Import in two steps: rehearse without writing a thing, look at what would happen, then commit.

A rehearsal names every refused row with sheet, row, column, value and reason. Rows are merged into what is kept by the
rules of :mod:`gridclient.exchange.entry`; the same file imported twice changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
import re

from gridclient.errors import Unfit
from gridclient.exchange.book import Book, Cell, Table
from gridclient.exchange.cells import written
from gridclient.exchange.columns import Head, plain
from gridclient.exchange.dwellings import Dwellings
from gridclient.exchange.entry import Entry
from gridclient.exchange.forms import FORMS, Recognised
from gridclient.exchange.joining import join
from gridclient.exchange.lines import ERROR, FIXED, WARNING, Issue, Line, Sheet, Skipped
from gridclient.exchange.mapping import Word, matched, recognise
from gridclient.exchange.matters import KINDS, Matters
from gridclient.exchange.moved import Move, Terms
from gridclient.exchange.offices import Buildings, Joint, Stewards, Workers
from gridclient.exchange.party import Centres
from gridclient.exchange.people import People
from gridclient.exchange.places import Places
from gridclient.exchange.register import Register
from gridclient.exchange.taker import Taker
from gridclient.exchange.visits import Visits
from gridclient.exchange.whole_book import is_ours
from gridclient.fields import spec_of
from gridclient.records import OrgUnit
from gridclient.values import tidy
from sync.replica import Replica

UNWANTED = "您选了不导入"  # why a row is passed over that could be read
STEP = 500  # records written between two reports of progress
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Counts:
    """How many rows were read, and what would become of them; rows, not issues."""

    rows_read: int = 0
    importable: int = 0
    rows_with_errors: int = 0
    rows_with_warnings: int = 0
    rows_fixed_only: int = 0
    rows_skipped: int = 0


@dataclass(frozen=True)
class LeftOut:
    """A column that is known and not kept, and why."""

    sheet: str
    column: str
    header: str
    why: str


@dataclass
class Rehearsal:
    """What importing ``file`` would do; ``who`` is the name of the person at the laptop.

    ``words`` are those no list has, or a person settled; ``moves`` the people who are kept in another household.
    ``unknown`` are ``(sheet, column, header)`` of columns nobody here knows; ``sheets`` names those without a known form.
    """

    form: str
    title: str
    counts: Counts = Counts()
    issues: list[Issue] = field(default_factory=list, repr=False)
    skipped: list[Skipped] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unknown: list[tuple[str, str, str]] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    hidden: tuple[str, ...] = ()
    words: list[Word] = field(default_factory=list, repr=False)
    moves: list[Move] = field(default_factory=list, repr=False)
    batch: list[Entry] = field(default_factory=list, repr=False)
    waiting: list[tuple[str, ...]] = field(default_factory=list, repr=False)
    file: str = ""
    who: str = ""

    @property
    def open_words(self) -> int:
        """How many words no list has, and nobody has said what they stand for."""
        return sum(1 for word in self.words if word.code is None)

    @property
    def open_moves(self) -> int:
        """How many people are kept in another household, and nobody has said what is to become of that."""
        return sum(1 for move in self.moves if move.answer is None)

    @property
    def created(self) -> dict[str, int]:
        """Kind → how many records would be new."""
        return dict(Counter(e.table.kind() for e in self.batch if e.held is None))

    @property
    def updated(self) -> dict[str, int]:
        """Kind → how many records would change."""
        return dict(Counter(e.table.kind() for e in self.batch if e.held is not None))

    def masked(self) -> list[Issue]:
        """The issues with ids, telephone numbers and names starred out."""
        return [issue.masked() for issue in self.issues]


def rehearse(
    replica: Replica,
    book: Book,
    *,
    home: str,
    who: str,
    today: date,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """Go through a book without writing. ``home`` is an area code within the community, ``who`` records visits.

    ``terms`` are what a person settled about the file. Raises Unfit when no sheet carries a form that is known here, or
    ``home`` has not the community's twelve digits.
    """
    terms = terms or Terms()
    if is_ours(book):
        from gridclient.exchange.whole_in import rehearse_whole  # it is made of what stands here

        return rehearse_whole(replica, book, terms.skipped, progress, home=home, who=who, today=today)
    found = recognise(book, terms.mappings)
    if not found:
        raise _nothing(book, terms)
    first = found[0].form
    carried = {one.table.name for one in found}
    others = [table.name for table in book.tables if table.name not in carried and table.rows]
    done = Rehearsal(first.name, first.title, hidden=book.hidden, sheets=others, file=book.name, who=who)
    register = Register(replica, _community(home))
    read = (line for one in found for line in _sheet(one, register, done, today, terms))
    total = sum(len(one.table.rows) - one.head.body for one in found)
    lines = list(_told_of(read, total, progress or _silent))
    join(register)
    done.issues = [issue for line in lines for issue in line.issues]
    done.counts = counted(lines, len(done.skipped))
    done.batch = list(register.touched())
    done.waiting = [(centre, number) for centre, number in register.waiting]
    return done


def _told_of(lines: Iterable[Line], total: int, tell: Progress) -> Iterator[Line]:
    """The lines, told of as they go by."""
    for number, line in enumerate(lines, 1):
        yield line
        if number % STEP == 0:
            tell(number, total, "正在核对")
    tell(total, total, "核对完成")


def known_titles() -> list[str]:
    """The forms that are recognised and kept."""
    return [form.title for form in FORMS]


def _nothing(book: Book, terms: Terms) -> Unfit:
    """Why there is no sheet to read."""
    if any(sheet.unwanted for sheet in matched(book, terms.mappings)):
        return Unfit("没有要导入的页", "您选了不导入；要导入请到“对应”里选这是哪种表。")
    return Unfit("认不出这是什么表", f"请确认表头完整。能导入的有：{'、'.join(known_titles())}。")


def _community(home: str) -> str:
    if not re.match(r"\d{12}", home):
        raise Unfit("还没有设定本社区的区划编码", "请先在设置里填写本社区的 12 位区划编码，再导入。")
    return home[:12]


def _silent(_done: int, _total: int, _text: str) -> None:
    return


def _sheet(
    found: Recognised, register: Register, done: Rehearsal, today: date, terms: Terms
) -> Iterator[Line]:
    sheet = Sheet(found, today)
    taker = _taker(found, register, done.who, today, terms)
    lines = []
    for line in sheet.lines():
        if (line.sheet, line.row + 1) in terms.skipped:
            sheet.skipped.append(Skipped(line.sheet, line.row + 1, UNWANTED))
        else:
            lines.append(line)
    taker.look_over([line for line in lines if not line.torn])
    for line in lines:
        if not line.torn:
            taker.take(line, sheet.required)
        yield line
    taker.finish()
    done.skipped += sheet.skipped
    done.words += sheet.words
    done.moves += taker.moves
    _tell_columns(found, done)


def _tell_columns(found: Recognised, done: Rehearsal) -> None:
    for column in found.head.columns:
        where = (found.table.name, column.letter, column.head)
        if not column.slot:
            done.unknown.append(where)
        elif column.slot.startswith("!"):
            done.left_out.append(LeftOut(*where, column.slot[1:]))


def _taker(found: Recognised, register: Register, who: str, today: date, terms: Terms) -> Taker:
    form, places = found.form.name, Places(register, _told(found.table, found.head))
    if form == "visits":
        return Visits(register, places, who=who)
    if form in KINDS:
        return Matters(register, places, form)
    if form == "centres":
        return Centres(register, places)
    if form == "buildings":
        return Buildings(register, places)
    if form == "grid_workers":
        return Workers(register, places, today=today)
    if form == "dwellings":
        return Dwellings(register, places, today=today)
    if form == "joint":
        return Joint(register, places, today=today)
    if form == "stewards":
        return Stewards(register, places)
    return People(register, places, form, today=today, terms=terms)


def _told(table: Table, head: Head) -> str:
    """The community's name as the form gives it: in its 填报单位 row, or in its first 所属社区 cell."""
    for row in table.rows[: head.rows[0]]:
        for index, cell in enumerate(row):
            if plain(cell) in ("社区/村", "社区") and index:
                return _name(row[index - 1])
    column = next((c for c in head.columns if c.slot == "community"), None)
    body = table.rows[head.body :] if column else []
    return next((name for row in body if column and (name := _name(row[column.index]))), "")


def _name(cell: Cell) -> str:
    """A cell as the name of a community; empty when it is too long for one."""
    name = tidy(written(cell))
    return "" if OrgUnit.spec.field("name").check(name) else name


def counted(lines: Iterable[Line], skipped: int) -> Counts:
    """How many of these rows are importable and how many are not, by the worst that was told of each."""
    tally: Counter[str] = Counter()
    for line in lines:
        worst = {issue.severity for issue in line.issues}
        tally["read"] += 1
        tally[next((s for s in (ERROR, WARNING, FIXED) if s in worst), "clean")] += 1
    return Counts(
        tally["read"], tally["read"] - tally[ERROR], tally[ERROR], tally[WARNING], tally[FIXED], skipped
    )


def titles(counts: dict[str, int]) -> str:
    """Kind → count in words: ``居民 3 · 户 1``."""
    return " · ".join(f"{spec_of(kind).title} {count}" for kind, count in counts.items())
