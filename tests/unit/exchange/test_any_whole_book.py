"""A whole book after anything an office may do to it: rows and columns moved, cells written over, hidden ones spoilt."""

from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from gridclient.errors import Unfit
from gridclient.exchange.book import Book, Table
from gridclient.exchange.lines import ERROR
from gridclient.exchange.whole_book import BODY, OWN
from gridclient.fields import RECORDS
from sync.replica import Replica
from tests.support.whole_edits import brought, copied, home_of_two, put, small_book
from tests.unit.exchange.conftest import opened

STAMPED = {"ver", "stamps", "updated_at", "updated_by"}  # what every edit changes
WORDS = ("手改", "桃溪中学", "=1+1", "12", "'撇", "𠮷", "“引号”,")
FREE = ("工作单位", "职业", "籍贯", "备注")  # heads of texts about residents
ODD: tuple[Any, ...] = (
    "",
    0,
    -1,
    1e308,
    10**20,
    True,
    "甲" * 10_000,
    '{"a":1}',
    "[]",
    "\0",
    "!id resident v1 n9",
)


@pytest.fixture(scope="module")
def whole_book(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """What a laptop with one household hands out."""
    return small_book(empty, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def kept(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of that laptop."""
    path = tmp_path_factory.mktemp("kept") / "laptop.db"
    path.write_bytes(empty.read_bytes())
    replica = opened(path)
    replica.import_many(home_of_two())
    replica.engine.dispose()
    return path


def stored(replica: Replica) -> dict[tuple[str, str], Any]:
    """Every value that is kept, by id and field."""
    records = (record for spec in RECORDS.values() for record in replica.all(spec.table, removed=True))
    return {
        (record.id, name): value
        for record in records
        for name, value in record.model_dump(exclude=STAMPED).items()
    }


def moved(chance: Random, book: Book) -> Book:
    """The book with its sheets, columns and rows in another order."""
    tables = []
    for table in chance.sample(book.tables, len(book.tables)):
        head, body = table.rows[:BODY], table.rows[BODY:]
        order = chance.sample(range(table.width), table.width)
        rows = [*head, *chance.sample(body, len(body))]
        tables.append(Table(table.name, [[row[place] for place in order] for row in rows]))
    return Book(book.name, tuple(tables))


@given(st.integers(0, 1 << 30))
@settings(max_examples=4)
def test_exactly_the_cells_somebody_wrote_into_change_wherever_they_were_moved(
    kept: Path, whole_book: Book, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = Random(seed)
    book = copied(whole_book)
    people = next(table for table in book.tables if table.name == "居民")
    written = {(chance.randint(BODY + 1, len(people.rows)), chance.choice(FREE)) for _ in "123"}
    wanted = {}
    for row, head in sorted(written):
        put(people, row, head, words := chance.choice(WORDS))
        wanted[people.rows[row - 1][people.rows[0].index(_id_mark(people))], head] = words
    replica = _laptop(kept, tmp_path_factory.mktemp("any"))
    before = stored(replica)
    found, _report = brought(replica, moved(chance, book))
    after = stored(replica)
    again, _report = brought(replica, moved(chance, book))
    replica.engine.dispose()

    labels = {f.name: f.label for f in RECORDS["resident"].fields}
    changed = {(id_, labels[name]): v for (id_, name), v in after.items() if before[id_, name] != v}
    assert changed == wanted
    assert (found.issues, again.batch) == ([], [])


@given(st.integers(0, 1 << 30))
@settings(max_examples=20)
def test_anything_in_any_cell_is_told_or_written_and_written_only_once(
    kept: Path, whole_book: Book, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = Random(seed)
    book = copied(whole_book)
    for _ in range(chance.randint(1, 6)):
        table = chance.choice([one for one in book.tables if one.rows])
        row = chance.choice(table.rows)
        row[chance.randrange(len(row))] = chance.choice([*ODD, chance.choice(chance.choice(table.rows))])
    replica = _laptop(kept, tmp_path_factory.mktemp("any"))
    try:
        found, _report = brought(replica, book)
        assert found.counts.rows_read == found.counts.importable + found.counts.rows_with_errors
        assert brought(replica, book)[0].batch == []
    except Unfit:
        pass
    finally:
        replica.engine.dispose()


@pytest.mark.parametrize("name", [f"!{name}" for name in OWN[1:]])
def test_without_a_hidden_column_what_is_not_here_is_refused_in_words(
    replica: Replica, whole_book: Book, name: str
) -> None:
    book = copied(whole_book)
    people = next(table for table in book.tables if table.name == "居民")
    people.rows[0][people.rows[0].index(name)] = ""
    found, report = brought(replica, book)

    told = [(issue.severity, issue.kind) for issue in found.issues if issue.sheet == "居民"]
    assert told == [(ERROR, "hidden_spoilt")] * 2
    assert "resident" not in report.created


def _id_mark(table: Table) -> Any:
    return next(cell for cell in table.rows[0] if str(cell).startswith("!id "))


def _laptop(kept: Path, folder: Path) -> Replica:
    path = folder / "laptop.db"
    path.write_bytes(kept.read_bytes())
    return opened(path)
