"""Every ledger as a form for the pen: blank, or pre-filled with what is known. Pure: a template becomes a template.

What is left empty keeps its label, its place and its list of choices, none of them ticked.
"""

from collections.abc import Callable, Iterable
from typing import Literal

from msgspec.structs import replace

from gridclient.blanks import Field
from gridclient.fields import RECORDS
from gridclient.ledger.reach import PART, label, place
from gridclient.ledger.reading import ticks
from gridclient.ledger.reports import REPORTS
from gridclient.ledger.template import NUMBER_PATHS, Block, Column, Prefill, Template

Fill = Literal["full", "known", "blank"]
FILLS: dict[Fill, str] = {"full": "按记录填好", "known": "预填表", "blank": "空白表"}

LONG = ("note", "names")  # read from the left
TIGHT = ("id_number", "phone", "day", "month")  # never broken over two lines
CHECKED = Column(path="", label="核对", fixed="□无变化\n□有变化", align="left")
CODE_LABEL = "户码"
HOUSEHOLD = "household"
USUAL_ROOM = 0.25
ROOM = {  # what a pen needs, as shares of what a long note needs, by the kind of the field
    "count": 0.12, "amount": 0.16, "flag": 0.12, "choice": 0.16, "day": 0.2, "month": 0.16, "name": 0.18,
    "phone": 0.26, "phones": 0.26, "id_number": 0.8, "note": 0.6,
}  # fmt: skip
Turn = Callable[[str, Column], Column]


def form_of(template: Template, fill: Fill) -> Template:
    """The template of the form asked for; the template itself for ``full``."""
    if fill == "blank":
        return _blank(template)
    return _prefilled(template) if fill == "known" and not template.report else template


def settled(kind: str, column: Column) -> Column:
    """The column with everything its field says where the template is silent: label, side and kind of cell."""
    field = _field(kind, column)
    kind_of_field = field.kind if field else ""
    usual = "number" if column.path in NUMBER_PATHS else "id" if kind_of_field in TIGHT else "text"
    return replace(
        column,
        label=column.label or label(kind, column.path),
        align=column.align or ("left" if kind_of_field in LONG else "center"),
        kind=column.kind or ("tick" if column.tick else usual),
    )


def left_empty(kind: str, column: Column) -> Column:
    """The column for the pen: as wide as handwriting needs, a list of choices printed with empty boxes."""
    field = _field(kind, column)
    if column.path in NUMBER_PATHS:
        return settled(kind, column)
    boxes = ticks(field)(None) if field and column.tick else ""
    room = max(ROOM.get(field.kind, USUAL_ROOM) if field else USUAL_ROOM, column.weight / 3)
    return replace(settled(kind, column), path="", fixed=column.fixed or boxes, weight=room, once=False)


def _blank(template: Template) -> Template:
    report = REPORTS.get(template.report)
    printed = tuple(f"{PART}{name}" for name in report.form) if report else ()

    def emptied(kind: str, column: Column) -> Column:
        return settled(kind, column) if column.path in printed else left_empty(kind, column)

    return replace(
        _turned(template, emptied, lists=False),
        where=(),
        order=(),
        group="",
        code="",
        called_by="",
        tallies=(),
        total=False,
        page_total=False,
        fill_blank_rows=not printed,
    )


def _prefilled(template: Template) -> Template:
    there = template.prefill
    if there is not None:
        return _from(template, there)
    pens = any(column.pen for column in template.columns)
    turned = _turned(template, lambda kind, c: left_empty(kind, c) if c.pen else c, lists=True)
    more = () if pens or template.form == "card" else (CHECKED,)
    return replace(turned, columns=_with_code((*turned.columns, *more), template), page_total=False)


def _from(template: Template, there: Prefill) -> Template:
    """The form with its rows from another kind: households for a register of visits."""

    def known(kind: str, column: Column) -> Column:
        path = there.known.get(column.path)
        return replace(settled(kind, column), path=path) if path else left_empty(kind, column)

    kept = tuple(column for column in template.columns if column.path not in there.without)
    turned = _turned(replace(template, columns=kept), known, lists=False)
    turned = replace(
        turned,
        blocks=(*turned.blocks[:1], *there.blocks, *turned.blocks[1:]),
        kind=there.kind,
        where=there.where,
        order=there.order,
        group=there.group,
        building=there.building,
        code=there.code,
        called_by=there.called_by,
        heading=tuple(words.replace("{name}", "") for words in template.heading),
        period="",
        tallies=(),
        total=False,
        page_total=False,
    )
    return replace(turned, columns=_with_code(turned.columns, turned))


def _turned(template: Template, turn: Turn, *, lists: bool) -> Template:
    """The template with every column turned; lists of other records stay, or become lines for the pen."""
    return replace(
        template,
        columns=_all(template.kind, template.columns, turn),
        blocks=tuple(_block(template.kind, block, turn, lists=lists) for block in template.blocks),
    )


def _block(kind: str, block: Block, turn: Turn, *, lists: bool) -> Block:
    listed = block.list.partition(".")[0]
    pairs = _all(kind, block.pairs, turn)
    if lists or not listed:
        return replace(block, pairs=pairs, columns=_all(listed or kind, block.columns, turn))
    columns = _all(listed, block.columns, left_empty)
    return replace(block, pairs=pairs, list="", columns=columns, where=(), order=())


def _all(kind: str, columns: Iterable[Column], turn: Turn) -> tuple[Column, ...]:
    return tuple(turn(kind, column) for column in columns if column.kind != "code")


def _with_code(columns: tuple[Column, ...], template: Template) -> tuple[Column, ...]:
    """The columns and, where a row belongs to a household, the code by which the slip is found again."""
    path = template.code or _usual_code(template.kind)
    if not path or template.form == "card":
        return columns
    return (*columns, Column(path=path, label=CODE_LABEL, kind="code", once=bool(template.group)))


def _usual_code(kind: str) -> str:
    field = RECORDS[kind].by_name.get(HOUSEHOLD)
    return "id" if kind == HOUSEHOLD else HOUSEHOLD if field and field.kind == "link" else ""


def _field(kind: str, column: Column) -> Field | None:
    if not column.path or column.path in NUMBER_PATHS or column.path.startswith(PART):
        return None
    return place(kind, column.path.split("|")[0]).field
