"""Records of one kind as the rows of a list: in words for the screen, and the same cells as values for a workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from gridclient.blanks import Field
from gridclient.exchange.list_book import Value
from gridclient.fields import RecordSpec
from gridclient.store.search import Search
from gridclient.ui.delegates import tone_of
from gridclient.ui.lines import line_of, lines_of
from gridclient.ui.marks import mark_of
from gridclient.ui.plan_paint import Mark
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

STEP = 400  # records read at a time
AS_SUCH = frozenset({"day", "moment", "count", "amount"})  # kinds a workbook reckons with
PERSONAL = frozenset({"name", "names", "id_number", "phone", "phones"})  # kinds that name a person
PEOPLE = frozenset({"resident", "household"})  # links that do
Lines = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Row:
    """One record as a list shows it: the cells in words, the tone of each that is a state, where it stands."""

    id: str
    cells: tuple[str, ...]
    tones: tuple[str, ...]
    mark: Mark | None = None


def rows_of(workspace: Workspace, spec: RecordSpec, fields: Sequence[Field], ids: Sequence[str]) -> list[Row]:
    """The rows of these records, in their order; blank cells for one that is gone."""
    found, lines = _read(workspace.replica, spec, fields, ids)
    blank, states = (None,) * len(fields), workspace.replica.states(ids)
    running = workspace.sync_state.running
    made = []
    for id_ in ids:
        pairs = list(zip(fields, found.get(id_, blank), strict=True))
        cells = tuple(_cell(field, value, lines) for field, value in pairs)
        tones = tuple(tone_of(field, value) for field, value in pairs)
        made.append(Row(id_, cells, tones, mark_of(states[id_], running=running)))
    return made


def values_of(
    replica: Replica,
    spec: RecordSpec,
    fields: Sequence[Field],
    ids: Sequence[str],
    progress: Callable[[int, int, str], None] | None = None,
) -> list[list[Value]]:
    """The same cells for a workbook: numbers and days as such, the rest in words; without a record that is gone."""
    made: list[list[Value]] = []
    for at in range(0, len(ids), STEP):
        if progress is not None:
            progress(at, len(ids), f"正在读取{spec.title}")
        some = ids[at : at + STEP]
        found, lines = _read(replica, spec, fields, some)
        made += [
            [
                value if _is_as_such(field, value) else _cell(field, value, lines)
                for field, value in zip(fields, found[id_], strict=True)
            ]
            for id_ in some
            if id_ in found
        ]
    return made


def order_words(search: Search) -> str:
    """By what a list is sorted, in words."""
    labels = "、".join(search.spec.field(name).label for name in search.order)
    return f"按{labels}，{'从大到小' if search.descending else '从小到大'}" if labels else "名单原来的次序"


def narrowed_words(replica: Replica, search: Search) -> str:
    """By what a list is filtered, in words; empty where only its page knows it."""
    told = [f"含“{search.words.strip()}”"] if search.words.strip() else []
    for name, value in search.where:
        field = search.spec.field(name)
        words = line_of(replica, field.to, str(value)) if field.to else field.text(value)
        told.append(f"{field.label}：{words}")
    return "；".join(told) if told or search.only is not None else "没有筛选"


def names_people(field: Field) -> bool:
    """True for a column whose cells name a person."""
    return field.kind in PERSONAL or field.to in PEOPLE


def _read(
    replica: Replica, spec: RecordSpec, fields: Sequence[Field], ids: Sequence[str]
) -> tuple[dict[str, tuple[Any, ...]], Lines]:
    """The values by id, and the lines of whatever they are linked to by field."""
    sql: Table = spec.table.__table__  # type: ignore[attr-defined]
    query = select(sql.c.id, *(sql.c[f.name] for f in fields)).where(sql.c.id.in_(ids))
    found = {str(row[0]): tuple(row[1:]) for row in replica.rows(query)}
    lines = {f.name: _lines(replica, f, place, found) for place, f in enumerate(fields) if f.to}
    return found, lines


def _lines(replica: Replica, field: Field, place: int, found: dict[str, tuple[Any, ...]]) -> dict[str, str]:
    ids: set[str] = set()
    for row in found.values():
        ids.update(row[place] or [] if field.many else [row[place] or ""])
    return lines_of(replica, field.to, ids)


def _is_as_such(field: Field, value: Any) -> bool:
    return field.kind in AS_SUCH and not field.private and value is not None


def _cell(field: Field, value: Any, lines: Lines) -> str:
    if field.to:
        known = lines[field.name]
        return (
            "、".join(known.get(one, "") for one in value or []) if field.many else known.get(value or "", "")
        )
    if field.private:
        return field.masked(value)
    if field.kind == "flag":
        return "是" if value else ""
    return field.text(value).replace("\n", " ")
