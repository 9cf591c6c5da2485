"""A small whole book, what somebody does to it in Excel, and what comes of that on the way back."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gridclient.exchange.book import Book, Table
from gridclient.exchange.lines import Issue
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import Rehearsal
from gridclient.exchange.whole_in import rehearse_whole
from gridclient.exchange.whole_out import Wanted, whole
from gridclient.exchange.writing import Report, commit
from gridclient.records import Building, Dwelling, Household, OrgUnit, Resident, Visit
from sync.record import SyncedRecord
from sync.replica import Replica
from tests.unit.exchange.conftest import opened

HOME, TODAY = "519901001001", date(2026, 10, 31)
GRID = HOME + "003"
HEAD, FIRST = 2, 3  # rows as Excel counts them


def home_of_two() -> list[SyncedRecord]:
    """One door with a household of two, and a visit to it."""
    unit = OrgUnit(id="a" * 32, area=HOME, code=GRID, name="第三网格", level="grid")
    house = Building(id="b" * 32, area=GRID, name="1号楼", grid=unit.id)
    door = Dwelling(id="c" * 32, area=GRID, building=house.id, unit="2", door="501")
    home = Household(id="d" * 32, area=GRID, dwelling=door.id, number="000000007", head_name="岑立冬")
    head = Resident(id="e" * 32, area=GRID, household=home.id, name="岑立冬", employer="桂花小学")
    head.phones, head.away_to = ["19900012345"], "成都"
    other = Resident(id="f" * 32, area=GRID, household=home.id, name="岑小雪", remark="安静")
    visit = Visit(id="1" * 32, area=GRID, visited_on=TODAY, outcome="met", household=home.id)
    return [unit, house, door, home, head, other, visit]


def handed_out(replica: Replica, path: Path) -> Path:
    """The whole book of a laptop, in a file."""
    path.write_bytes(whole(replica, Wanted("核对", "岑某", datetime(2026, 10, 31, 9))).content)
    return path


def small_book(empty: Path, folder: Path) -> Book:
    """The whole book of a laptop with that household; ``empty`` is a file with every table in it."""
    (folder / "laptop.db").write_bytes(empty.read_bytes())
    replica = opened(folder / "laptop.db")
    replica.import_many(home_of_two())
    book = read(handed_out(replica, folder / "whole.xlsx"))
    replica.engine.dispose()
    return book


def copied(book: Book) -> Book:
    """The same book, to be changed."""
    tables = (Table(table.name, [list(row) for row in table.rows], table.spans) for table in book.tables)
    return Book(book.name, tuple(tables))


def change(book: Book, sheet: str, act: Callable[[Table], Any]) -> None:
    """Do something to one sheet; its rows stay equally wide."""
    table = next(one for one in book.tables if one.name == sheet)
    act(table)
    width = max(map(len, table.rows))
    for row in table.rows:
        row += [""] * (width - len(row))


def column(table: Table, head: str) -> int:
    return table.rows[HEAD - 1].index(head)


def put(table: Table, row: int, head: str, value: Any) -> None:
    """Write into the cell under a head; rows that are not there yet are added."""
    while len(table.rows) < row:
        table.rows.append([""] * table.width)
    table.rows[row - 1][column(table, head)] = value


def got(table: Table, row: int, head: str) -> Any:
    return table.rows[row - 1][column(table, head)]


def brought(replica: Replica, book: Book | Path) -> tuple[Rehearsal, Report]:
    """What was found on the way back, and what writing it did."""
    told = read(book) if isinstance(book, Path) else book
    found = rehearse_whole(replica, told, home=HOME, who="岑某", today=TODAY)
    return found, commit(replica, found)


def only(found: Rehearsal) -> Issue:
    """The one thing that was told."""
    assert len(found.issues) == 1, [(issue.kind, issue.why) for issue in found.issues]
    return found.issues[0]


def resident(replica: Replica, letter: str = "e") -> Resident:
    person = replica.get(Resident, letter * 32)
    assert person is not None
    return person


def rewrite(replica: Replica, **values: Any) -> None:
    """Change the head of the household here, as a person does."""
    person = resident(replica)
    for name, value in values.items():
        setattr(person, name, value)
    replica.save(person)
