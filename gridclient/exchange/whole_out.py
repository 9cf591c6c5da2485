"""Everything a laptop holds as one workbook, which can be read back without loss.

Each value is read back from its cell before it is written: what does not come out as it was is kept beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy import Table, select
import xlsxwriter

from gridclient.blanks import Field
from gridclient.errors import Unfit
from gridclient.exchange.book import Cell
from gridclient.exchange.measure import AREA_LIMIT, CELLS_LIMIT, TEXT_LIMIT
from gridclient.exchange.whole_book import (
    BODY,
    EXACT,
    OWN,
    OWN_WORDS,
    TITLE,
    UNKNOWN,
    Layout,
    kinds,
    layout_of,
    machine_row,
    pieces,
    tabs,
)
from gridclient.exchange.whole_cells import (
    LINKS,
    exactly,
    nothing,
    print_of,
    seal,
    shown,
    shown_text,
    wire,
    written,
)
from gridclient.exchange.whole_links import Links
from gridclient.exchange.whole_sheet import About, Tab
from gridclient.store.trail import Act, Step
from sync.record import EVERYONE
from sync.replica import Replica

MOST = 90_000  # records on one sheet; the next one takes the rest
OFTEN = 500  # records between two words on how far it is
PERSONS = "resident"
Progress = Callable[[int, int, str], object]
Values = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What is to be handed out: everything, or what lies in an area (``scope``, a code) and what that names above it.

    ``where`` is the scope in words, ``unit`` the community, ``who`` hands out, ``why`` what for.
    """

    why: str
    who: str
    at: datetime
    unit: str = ""
    scope: str = ""
    where: str = ""


@dataclass(frozen=True)
class Whole:
    """The finished workbook, and kind → how many records it holds."""

    content: bytes
    counts: dict[str, int]
    wanted: Wanted

    @property
    def step(self) -> Step:
        """What the trail is to note before it leaves."""
        what = f"{TITLE}（{self.wanted.where}）" if self.wanted.where else TITLE
        persons = self.counts.get(PERSONS, 0)
        return Step(
            self.wanted.at, self.wanted.who, Act.EXPORT, what, persons, full=True, why=self.wanted.why
        )


def whole(replica: Replica, wanted: Wanted, progress: Progress | None = None) -> Whole:
    """Make the workbook; ``progress`` may raise to stop it. Unfit without a reason, or when there is nothing in it."""
    if not wanted.why.strip():
        raise Unfit("请先写明用途", "导出全部资料会带出完整号码，要写明做什么用，并记入查看记录。")
    chosen = _chosen(replica, wanted.scope)
    told = {kind: len(ids) for kind, ids in chosen.items()}
    if not sum(told.values()):
        raise Unfit("没有可以导出的资料", "这个范围里还没有登记任何内容。")
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": f"{wanted.unit} {TITLE}".strip()})
    sheets = [
        (kind, ids[at : at + MOST]) for kind, ids in chosen.items() for at in range(0, max(len(ids), 1), MOST)
    ]
    names = tabs([layout_of(kind).spec.title for kind, _ids in sheets])
    about = About(book)
    writer = _Writer(replica, book, sum(told.values()), progress or _silent)
    for (kind, ids), name in zip(sheets, names, strict=True):
        writer.sheet(layout_of(kind), name, ids)
    about.write(wanted, told)
    writer.tell("正在存成文件")
    book.close()
    return Whole(buffer.getvalue(), told, wanted)


def counts(replica: Replica, scope: str = "") -> dict[str, int]:
    """Kind → how many records would be handed out."""
    return {kind: len(ids) for kind, ids in _chosen(replica, scope).items()}


def _silent(_done: int, _total: int, _text: str) -> None:
    return


def _chosen(replica: Replica, scope: str) -> dict[str, list[str]]:
    """Kind → the ids of what is handed out, in the order they were made; nothing from the recycle bin."""
    held: dict[str, dict[str, str]] = {}
    for spec in kinds():
        table = _table(spec.name)
        query = select(table.c.id, table.c.area).where(table.c.removed_at.is_(None)).order_by(table.c.id)
        held[spec.name] = dict(tuple(row) for row in replica.rows(query))
    if not scope:
        return {kind: list(found) for kind, found in held.items()}
    above = {spec.name: not any(f.kind in LINKS for f in spec.fields) for spec in kinds()}
    wanted = {
        kind: {
            i for i, area in found.items() if area.startswith(scope) or (above[kind] and _over(area, scope))
        }
        for kind, found in held.items()
    }
    _add_named(replica, held, wanted, scope)
    return {kind: [id_ for id_ in found if id_ in wanted[kind]] for kind, found in held.items()}


def _over(area: str, scope: str) -> bool:
    """True for what holds for an area although it does not lie in it."""
    return area == EVERYONE or scope.startswith(area)


def _add_named(
    replica: Replica, held: dict[str, dict[str, str]], wanted: dict[str, set[str]], scope: str
) -> None:
    """Add what the chosen records name, and what that names, as far as it stands above the area."""
    fresh = {kind: set(ids) for kind, ids in wanted.items()}
    while any(fresh.values()):
        named: dict[str, set[str]] = {kind: set() for kind in wanted}
        for kind, ids in fresh.items():
            for f, target in _links_of(replica, kind, ids):
                if _over(held.get(f.to, {}).get(target, "-"), scope) and target not in wanted[f.to]:
                    named[f.to].add(target)
        for kind, ids in named.items():
            wanted[kind] |= ids
        fresh = named


def _links_of(replica: Replica, kind: str, ids: set[str]) -> Iterator[tuple[Field, str]]:
    table, links = _table(kind), [f for f in layout_of(kind).spec.fields if f.kind in LINKS]
    if not (links and ids):
        return
    for id_, *targets in replica.rows(select(table.c.id, *(table.c[f.name] for f in links))):
        for f, told in zip(links, targets, strict=True) if id_ in ids else ():
            yield from ((f, one) for one in ([told] if isinstance(told, str) else told or []) if one)


class _Writer:
    """Writes sheet after sheet, and says how far it is."""

    def __init__(self, replica: Replica, book: Any, total: int, progress: Progress) -> None:
        self._replica, self._book, self._total, self._progress = replica, book, total, progress
        self._links = Links(replica)
        self._done = self._filled = self._text = self._area = 0
        self._read: dict[tuple[str, str, str], Any] = {}

    def tell(self, text: str) -> None:
        """Say how far it is."""
        self._progress(self._done, self._total, text)

    def sheet(self, layout: Layout, name: str, ids: Sequence[str]) -> None:
        """Write the records of one kind."""
        tab = Tab(self._book, name, layout)
        most = 0
        for number, record in enumerate(self._records(layout, ids)):
            if self._done % OFTEN == 0:
                self.tell(f"正在导出{layout.spec.title}")
                self._fit()
            cells, hidden = self._row(layout, record)
            tab.row(number, cells, hidden)
            filled = [str(cell) for cell in (*cells, *hidden) if cell != ""]
            self._filled, self._text = self._filled + len(filled), self._text + sum(map(len, filled))
            most = max(most, len(hidden) - len(OWN) - 1)
            self._done += 1
        machine = [*machine_row(layout, len(ids)), *([EXACT] * most)]
        tab.finish(machine, [*OWN_WORDS, "校验"] + ["原值"] * most, len(ids))
        self._area += (BODY + len(ids)) * len(machine)
        self._fit()

    def _fit(self) -> None:
        """Stop as soon as the book is one that would not be read back; Unfit."""
        if self._filled > CELLS_LIMIT or self._text > TEXT_LIMIT or self._area > AREA_LIMIT:
            raise Unfit("资料太多，一个文件装不下", "请在“范围”里选一个网格，分几次导出。")

    def _records(self, layout: Layout, ids: Sequence[str]) -> Iterator[Values]:
        """The records with these ids, in their order, as column → value."""
        table = _table(layout.spec.name)
        names = [*OWN, UNKNOWN, *(f.name for f in layout.spec.fields)]
        for at in range(0, len(ids), OFTEN):
            part = ids[at : at + OFTEN]
            query = (
                select(*(table.c[name] for name in names)).where(table.c.id.in_(part)).order_by(table.c.id)
            )
            for row in self._replica.rows(query):
                yield dict(zip(names, row, strict=True))

    def _row(self, layout: Layout, record: Values) -> tuple[list[Cell], list[str]]:
        """The cells of a record in sight, and the hidden ones."""
        cells: list[Cell] = []
        texts: list[str] = []
        seals: list[str] = []
        exact: Values = {UNKNOWN: record[UNKNOWN]} if record[UNKNOWN] else {}
        for f in layout.fields:
            value = record[f.name]
            link = f.kind in LINKS
            cell = shown_text(self._links.words(f, value)) if link else shown(f, value)
            text = written(cell)
            back = nothing(f) if link else self._back(layout, f, text)
            if back != value:
                exact[f.name], back = [wire(f, value), seal(text)], value
            cells.append(cell)
            texts.append(text)
            seals.append(seal(wire(f, back)))
        for f in layout.unseen:
            if record[f.name] != nothing(f):
                exact[f.name] = [wire(f, record[f.name]), ""]
        own = ["" if record[name] is None else str(record[name]) for name in OWN]
        return cells, [*own, print_of(texts) + "".join(seals), *pieces(exact)]

    def _back(self, layout: Layout, f: Field, text: str) -> Any:
        """The value a cell gives back; the text itself when it gives none."""
        if f.kind not in ("choice", "choices", "flag", "count", "day"):
            return _value(f, text)
        key = (layout.spec.name, f.name, text)
        if key not in self._read:
            self._read[key] = _value(f, text)
        return self._read[key]


def _value(f: Field, text: str) -> Any:
    try:
        return exactly(f, text)
    except (ValueError, OverflowError):
        return text


def _table(kind: str) -> Table:
    table: Table = layout_of(kind).spec.table.__table__  # type: ignore[attr-defined]
    return table
