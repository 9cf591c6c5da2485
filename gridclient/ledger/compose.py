"""A ledger is composed: template and records become a sheet, with a handful of statements however many rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field as part
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from gridclient.blanks import CHOICES
from gridclient.ledger import sheet as out
from gridclient.ledger.computed import Reader, When, columns_of
from gridclient.ledger.forms import FILLS, Fill, form_of, settled
from gridclient.ledger.period import period_of
from gridclient.ledger.reach import PART, place
from gridclient.ledger.reading import Manner, Raw, Reading, Words, met, sort_key
from gridclient.ledger.reports import REPORTS
from gridclient.ledger.scope import EVERYTHING, Scope as Scope, limit
from gridclient.ledger.template import NUMBER_PATHS, Block, Column, Tally, Template
from gridclient.records import Building, OrgUnit
from gridclient.rules.references import reference

NUMBERS = ("id_number", "phone", "phones")
PERSONAL = ("name", *NUMBERS)
SPACE = "　"
PEN_DAY = "　　　　年　　月　　日"
FEW = 400  # records asked for by id in one statement
TELLING = 10  # hexadecimal digits at the end of an id that tell the rows of one ledger apart

# The columns of a list on cards, its rows by the id of the record they belong to, whether they tell numbers of persons.
_Listed = tuple[tuple[out.Column, ...], dict[str, list[out.Row]], bool]


@dataclass(frozen=True)
class _Order:
    """One request for a ledger."""

    template: Template
    reader: Reader
    scope: Scope
    manner: Manner
    filled: Mapping[str, str] = part(default_factory=dict)
    blank: bool = False


def compose(
    template: Template,
    replica: Reader,
    *,
    scope: Scope = EVERYTHING,
    period: tuple[date, date] | None = None,
    masked: bool = True,
    who: str = "",
    today: date,
    unit_name: str = "",
    at: datetime | None = None,
    fill: Fill = "full",
) -> out.Sheet:
    """The sheet of a ledger, or of its form for the pen. ``who`` and the time ``at`` (else ``today``) stand in the mark
    on every page.
    """
    template, blank = form_of(template, fill), fill == "blank"
    if template.report and template.period and period is None:
        period = period_of(today.year, today.month)
    manner = Manner(masked, When(today, period), scope.area, scope.building)
    day = PEN_DAY if blank else f"{today:%Y-%m-%d}"
    filled = {"unit_name": unit_name, "today": day, "unit": template.unit}
    order = _Order(template, replica, scope, manner, filled, blank)
    make = _cards if template.form == "card" else _reported if template.report else _register
    made = make(order)
    about = _about(order, period, today)
    secret = FILLS["blank"] if blank else "证件号、电话已脱敏" if masked else "未脱敏，注意保管"
    return out.Sheet(
        title=f"{unit_name}{template.title}",
        subtitles=(f"（{about}）",) if about and template.form == "register" and not blank else (),
        heading=_heading(template.heading, filled),
        total=template.total,
        page_total=template.page_total,
        signatures=template.signatures,
        sign_every_page=template.sign_every_page,
        fill_blank_rows=template.fill_blank_rows,
        paper=template.sheet_paper(),
        mark=SPACE.join((_by(who, at, today), secret)),
        masked=masked or blank,
        pen=fill != "full" and not (blank and template.report),
        **made,
    )


def _about(order: _Order, period: tuple[date, date] | None, today: date) -> str:
    where = order.scope.words or _scope_words(order.reader, order.scope)
    return SPACE.join(words for words in (where, _period_words(order.template, period, today)) if words)


def _by(who: str, at: datetime | None, today: date) -> str:
    return f"{who} {at:%Y-%m-%d %H:%M}".strip() if at else f"{who} {today:%Y-%m-%d}".strip()


def _register(order: _Order) -> dict[str, Any]:
    template = order.template
    reading = _reading(order)
    words = [_cell(reading, column) for column in template.columns]
    keep = reading.raw(template.group) if template.group else None
    counts, tallies = _tallies(reading, template)
    personal = [i for i, column in enumerate(template.columns) if _is_personal(reading, column)]
    own = reading.raw("id")
    rows = [] if order.blank else _read(reading, template.order, order)
    made, seen, persons = [], "", 0
    group = 0
    for number, row in enumerate(rows, 1):
        key = (keep(row) or f"-{number}") if keep else ""
        first = key != seen or not keep
        group += first
        seen = key
        cells = tuple(
            str(group if column.path == "#group" else number) if column.path in NUMBER_PATHS else write(row)
            for column, write in zip(template.columns, words, strict=True)
        )
        persons += any(cells[i] for i in personal)
        tally = tuple(count(row, first) for count in counts)
        made.append(out.Row(cells, key, tally, ref=own(row)[-TELLING:]))
    columns = tuple(_column(reading, column) for column in template.columns)
    return {"columns": columns, "rows": tuple(made), "tallies": tallies, "persons": persons}


def _reported(order: _Order) -> dict[str, Any]:
    """The lines of a report as rows; they are added up where a column asks for it and counted nowhere."""
    template, report = order.template, REPORTS[order.template.report]
    reading = _reading(order)
    lines = [] if order.blank and not report.form else list(report.lines(reading, order.reader))
    names = [column.path.removeprefix(PART) for column in template.columns]
    rows = tuple(
        out.Row(
            tuple(str(number) if name in NUMBER_PATHS else line.parts.get(name, "") for name in names),
            line.keep,
            role=line.role,
        )
        for number, line in enumerate(lines, 1)
    )
    return {
        "columns": tuple(_column(reading, column) for column in template.columns),
        "rows": rows,
        "persons": sum(
            any(line.parts.get(name) for name in report.personal if name in names) for line in lines
        ),
    }


def _reading(order: _Order) -> Reading:
    template = order.template
    reading = Reading(template.kind, order.reader, order.manner)
    for condition in template.where:
        reading.require(condition)
    limit(reading, order.scope, template.building)
    if (period := order.manner.when.period) and template.period and _stored(template):
        reading.only(reading.column(template.period).between(*period))
    return reading


def _stored(template: Template) -> bool:
    """Whether rows belong to a period by a stored day; computed values and reports look at the period themselves."""
    return not template.report and place(template.kind, template.period).computed is None


def _read(reading: Reading, by: Iterable[str], order: _Order) -> list[Raw]:
    """The rows in order, each ``-path`` backwards; only those asked for by id, when any are."""
    keys = [(reading.raw(path.removeprefix("-")), path.startswith("-")) for path in by]
    own = reading.raw("id")
    rows = reading.rows()
    if order.scope.ids is not None:
        rows = [row for row in rows if own(row) in order.scope.ids]
    rows.sort(key=own)
    for raw, backwards in reversed(keys):
        rows.sort(key=lambda row, raw=raw: sort_key(raw(row)), reverse=backwards)  # type: ignore[misc]
    return rows


def _cell(reading: Reading, column: Column) -> Words:
    if not column.path or column.path in NUMBER_PATHS:
        return lambda _row: column.fixed
    if column.kind == "code":
        raw = reading.raw(column.path)
        return lambda row: reference(raw(row) or "")
    return reading.words(column)


def _column(reading: Reading, column: Column) -> out.Column:
    told = settled(reading.kind, column)
    return out.Column(
        label=told.label,
        parent=told.parent,
        weight=told.weight,
        align=told.align or "center",
        kind=told.kind or "text",
        once=told.once or told.path == "#group",
        summed=told.sum,
    )


def _is_personal(reading: Reading, column: Column, kinds: tuple[str, ...] = PERSONAL) -> bool:
    field = reading.field(column.path) if column.path and column.path not in NUMBER_PATHS else None
    return field is not None and field.kind in kinds


def _tallies(
    reading: Reading, template: Template
) -> tuple[list[Callable[[Raw, bool], int]], tuple[out.Tally, ...]]:
    counts: list[Callable[[Raw, bool], int]] = []
    words: list[out.Tally] = []
    for tally in template.tallies:
        for said, count in _counted(reading, tally):
            words.append(said)
            counts.append(count)
    return counts, tuple(words)


def _counted(reading: Reading, tally: Tally) -> Iterable[tuple[out.Tally, Callable[[Raw, bool], int]]]:
    if tally.each:
        raw, field = reading.raw(tally.each), reading.field(tally.each)
        for member in CHOICES[field.choices] if field else ():
            code = member.value
            yield (
                out.Tally(f"{member.label} {{}}", quiet=True),
                lambda row, _first, code=code, raw=raw: int(raw(row) == code),  # type: ignore[misc]
            )
        return
    value = reading.raw(tally.when.path) if tally.when else None

    def count(row: Raw, first: bool) -> int:
        if tally.count == "groups" and not first:
            return 0
        return int(value is None or tally.when is None or met(tally.when, value(row)))

    yield out.Tally(tally.words, tally.quiet), count


def _cards(order: _Order) -> dict[str, Any]:
    template = order.template
    reading = _reading(order)
    own = reading.raw("id")
    code = reading.raw(template.code) if template.code else None
    called_by = template.called_by or (template.order or ("id",))[0].removeprefix("-")
    name = reading.words(Column(path=called_by))
    pairs = [
        [(settled(reading.kind, column), _cell(reading, column)) for column in block.pairs]
        for block in template.blocks
    ]
    if order.blank:
        return {"cards": (_blank_card(order, pairs),) * template.paper.slips}
    rows = _read(reading, template.order, order)
    if not rows:
        return {"columns": (out.Column(template.title),)}
    lists = [_list(order, index) for index in range(len(template.blocks))]
    cards = []
    for row in rows:
        blocks = tuple(
            _block(block, pairs[i], row, lists[i][0], lists[i][1].get(own(row), []))
            for i, block in enumerate(template.blocks)
        )
        heading = _heading(template.heading, {**order.filled, "name": name(row)})
        cards.append(out.Card(name(row), heading, blocks, reference(code(row) or "") if code else ""))
    return {"cards": tuple(cards), "persons": _persons_on(template, len(cards), lists)}


def _persons_on(template: Template, cards: int, lists: Sequence[_Listed]) -> int:
    """How many persons cards show: whom they are about, unless a list names all of them, and who is listed."""
    listed = sum(len(found) for _columns, by, named in lists for found in by.values() if named)
    everybody = any(block.list.startswith("resident.") for block in template.blocks)
    return listed if everybody else cards + listed


def _blank_card(order: _Order, pairs: Sequence[Sequence[tuple[Column, Words]]]) -> out.Card:
    template = order.template
    blocks = tuple(
        _block(block, pairs[i], (), _list(order, i)[0], []) for i, block in enumerate(template.blocks)
    )
    return out.Card(template.called, _heading(template.heading, order.filled), blocks)


def _block(
    block: Block,
    pairs: Sequence[tuple[Column, Words]],
    row: Raw,
    columns: tuple[out.Column, ...],
    rows: list[out.Row],
) -> out.Block:
    return out.Block(
        block.title,
        block.across,
        tuple(out.Pair(column.label, words(row), column.span, column.lines) for column, words in pairs),
        columns,
        _padded(rows, columns, block.blank),
        block.grow,
    )


def _list(order: _Order, index: int) -> _Listed:
    """The rows of a list block by the id of the record they belong to, and whether they name persons."""
    block = order.template.blocks[index]
    if not block.list:
        reading = Reading(order.template.kind, order.reader, order.manner)
        return tuple(_column(reading, column) for column in block.columns), {}, False
    kind, _dot, link = block.list.partition(".")
    reading = Reading(kind, order.reader, order.manner)
    for condition in block.where:
        reading.require(condition)
    if order.scope.ids is not None and len(order.scope.ids) <= FEW:
        reading.only(reading.column(link).in_(sorted(order.scope.ids)))
    words = [_cell(reading, column) for column in block.columns]
    owner = reading.raw(link)
    whole = _Order(order.template, order.reader, EVERYTHING, order.manner)
    by: dict[str, list[out.Row]] = {}
    for row in _read(reading, block.order, whole):
        rows = by.setdefault(owner(row), [])
        if block.most and len(rows) >= block.most:
            continue
        cells = [
            str(len(rows) + 1) if column.path in NUMBER_PATHS else write(row)
            for column, write in zip(block.columns, words, strict=True)
        ]
        rows.append(out.Row(tuple(cells)))
    personal = any(_is_personal(reading, column, NUMBERS) for column in block.columns)
    return tuple(_column(reading, column) for column in block.columns), by, personal


def _padded(rows: Sequence[out.Row], columns: Sequence[out.Column], least: int) -> tuple[out.Row, ...]:
    """At least so many lines: the rest is for the pen."""
    blank = out.Row(("",) * len(columns))
    return (*rows, *[blank] * max(0, least - len(rows)))


def _heading(parts: Iterable[str], filled: Mapping[str, str]) -> tuple[str, ...]:
    said = (words.format_map({"name": "", **filled}) for words in parts)
    return tuple(
        words for words in said if words and not (words.startswith("单位：") and words.endswith("："))
    )


def _scope_words(reader: Reader, scope: Scope) -> str:
    found: Sequence[tuple[Any, ...]] = []
    if scope.building:
        building = columns_of(Building)
        found = reader.rows(select(building.name).where(building.id == scope.building))
    elif scope.area:
        unit = columns_of(OrgUnit)
        found = reader.rows(select(unit.name).where(unit.code == scope.area))
    return str(found[0][0]) if found else ""


def _period_words(template: Template, period: tuple[date, date] | None, today: date) -> str:
    if not period or not template.period:
        return f"截至{_day(today)}"
    first, last = period
    if (first, last) == period_of(first.year, first.month):
        return f"{first.year}年{first.month}月"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first.year}年"
    return f"{_day(first)}至{_day(last)}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
