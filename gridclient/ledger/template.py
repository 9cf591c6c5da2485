"""Which columns, which rows, in which order and on what paper: a ledger as the office has written it down.

Templates are TOML files; the shipped ones lie in ``resources/ledgers``. A kind for which nobody wrote one prints its
listed fields. A column's ``path`` follows links from the kind of the rows (``household.dwelling.door``), may end in a
computed value (``household.dwelling.@address``) and may name a second choice after ``|``. ``#`` numbers the rows,
``#group`` the blocks kept together, and an empty path leaves a column for the pen.
"""

from functools import cache
import re
import tomllib
from typing import Literal

import msgspec

from gridclient import paths
from gridclient.errors import Unfit
from gridclient.fields import RECORDS
from gridclient.ledger.reach import PART, check, followed
from gridclient.ledger.reports import REPORTS
from gridclient.ledger.sheet import Align, CellKind, Paper

FOLDER = "ledgers"
SIGNATURES = ("制表人：", "审核人：", "社区（盖章）：", "　　年　　月　　日")
HEADING = ("填报单位：{unit_name}", "制表日期：{today}", "单位：{unit}")
LANDSCAPE_FROM = 8  # columns
SEX = "Sex"
NUMBER_PATHS = ("#", "#group")
PLACES = re.compile(r"\.(\w+)(?:\[(\d+)\])?")


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every piece of a template file is: closed, so that a misspelt word is noticed."""


class Condition(Part, frozen=True, kw_only=True):
    """What a row must be like: one of ``any_of``, none of ``none_of`` (stored codes), or ``blank`` or not."""

    path: str
    any_of: tuple[str | bool | int, ...] = ()
    none_of: tuple[str | bool | int, ...] = ()
    blank: bool | None = None


class Column(Part, frozen=True, kw_only=True):
    """One column or one pair of a card. ``tick`` prints the whole list of choices with a tick; ``show`` shortens a
    day to its ``month``, a choice to its ``short`` spelling (男), or a name to its ``public`` form ``李*明``.

    An empty path prints the words ``fixed`` in every row; one for the ``pen`` stays empty on a pre-filled form. Of the
    kind ``code`` the path leads to a household, whose reference is drawn.
    """

    path: str
    label: str = ""
    parent: str = ""
    weight: float = 0.0
    align: Align | None = None
    kind: CellKind | None = None
    once: bool = False
    sum: bool = False
    tick: bool = False
    show: Literal["", "month", "public", "short"] = ""
    span: int = 1
    lines: int = 1
    fixed: str = ""
    pen: bool = False


class Tally(Part, frozen=True, kw_only=True):
    """A figure of the total line, counting rows or groups; ``each`` makes one of every choice of a field. A ``quiet``
    one is left out when it is zero.
    """

    words: str = "{}"
    count: Literal["rows", "groups"] = "rows"
    when: Condition | None = None
    each: str = ""
    quiet: bool = False


class Block(Part, frozen=True, kw_only=True):
    """A part of a card: pairs, or the list of records that point at the card's through ``list`` (``pairing.centre``).

    Of a list the first ``most`` are shown, 0: all; it has ``blank`` lines at least, and goes on to the end of the page
    when it may ``grow``.
    """

    title: str = ""
    across: int = 2
    pairs: tuple[Column, ...] = ()
    list: str = ""
    columns: tuple[Column, ...] = ()
    where: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    blank: int = 0
    most: int = 0
    grow: bool = False


class Prefill(Part, frozen=True, kw_only=True):
    """Where a pre-filled form gets its rows when they are of another kind: ``known`` maps paths of the template to paths
    of this kind, everything else is left for the pen, columns ``without`` use there are left out. Its own ``blocks`` stand
    below the first one of a card.
    """

    kind: str
    known: dict[str, str]
    where: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    group: str = ""
    building: str = ""
    code: str = ""
    called_by: str = ""
    without: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


class Sides(Part, frozen=True, kw_only=True):
    """The paper as a template writes it; millimetres, margins from the top clockwise."""

    size: Literal["A4", "A3"] = "A4"
    landscape: bool | None = None
    margins: tuple[float, float, float, float] = (14.0, 12.0, 10.0, 12.0)
    binding: float = 8.0
    slips: int = 1


class Template(Part, frozen=True, kw_only=True):
    """One ledger. ``period`` names the day by which rows belong to a period; ``group`` what keeps rows together.

    ``title`` is printed above it; ``listed`` is what lists call it, where another ledger bears the same title. ``code`` is
    the path to the household whose reference is drawn on a card and on a pre-filled form, ``called_by`` that to the name
    of a card, else the first of ``order``. A ``report`` makes the rows of
    the records in scope itself (``gridclient/ledger/reports.py``); its columns name their parts as ``=part``.
    """

    name: str = ""
    kind: str
    title: str
    listed: str = ""
    form: Literal["register", "card"] = "register"
    unit: str = ""
    heading: tuple[str, ...] = HEADING
    columns: tuple[Column, ...] = ()
    blocks: tuple[Block, ...] = ()
    where: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    group: str = ""
    period: str = ""
    building: str = ""
    tallies: tuple[Tally, ...] = (Tally(words="{} 条"),)
    total: bool = True
    page_total: bool = False
    signatures: tuple[str, ...] = SIGNATURES
    sign_every_page: bool = False
    fill_blank_rows: bool = False
    paper: Sides = Sides()
    code: str = ""
    called_by: str = ""
    prefill: Prefill | None = None
    report: str = ""

    @property
    def called(self) -> str:
        """The name by which it is chosen."""
        return self.listed or self.title

    def sheet_paper(self) -> Paper:
        """Cards stand upright, wide registers lie."""
        sides = self.paper
        lying = sides.landscape
        if lying is None:
            lying = self.form == "register" and len(self.columns) >= LANDSCAPE_FROM
        return Paper(sides.size, lying, sides.margins, sides.binding, sides.slips)


@cache
def shipped() -> tuple[Template, ...]:
    """The ledgers that come with the program, in the order of their files."""
    folder = paths.resource(FOLDER)
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(parse(f.read_text("utf-8"), _name_of(f.name)) for f in files)


def _name_of(file: str) -> str:
    """``10_residents.toml`` → ``residents``: the number only orders the list."""
    return file.removesuffix(".toml").partition("_")[2]


def templates() -> list[Template]:
    """Every ledger there is: the shipped ones, then the listed fields of each kind without a register of its own."""
    own = {one.kind for one in shipped() if one.form == "register" and not one.report}
    shown = (spec.name for spec in RECORDS.values() if any(not field.hidden for field in spec.listed))
    return [*shipped(), *(default(kind) for kind in shown if kind not in own)]


def named(name: str) -> Template:
    """The ledger called ``name``; Unfit when there is none."""
    for template in templates():
        if template.name == name:
            return template
    raise Unfit(f"没有叫“{name}”的台账", "请从台账列表中选择。")


def default(kind: str) -> Template:
    """The ledger of a kind's listed fields; KeyError for a kind nobody declared."""
    spec = RECORDS[kind]
    columns = [Column(path="#", label="序号")]
    columns += [
        Column(path=f.name, label=f.label, show="short" if f.choices == SEX else "")
        for f in spec.listed
        if not f.hidden
    ]
    days = [f.name for f in spec.fields if f.kind == "day" and f.required and f.listed]
    order = tuple(f for f in spec.key if spec.by_name[f].kind not in ("link", "links"))
    return Template(
        name=f"all_{kind}",
        kind=kind,
        title=f"{spec.title.removesuffix('台账')}台账",
        columns=tuple(columns),
        order=order,
        period=days[0] if days else "",
    )


def parse(text: str, name: str) -> Template:
    """Read a template file; Unfit says which part of it is wrong."""
    try:
        found = msgspec.convert(tomllib.loads(text) | {"name": name}, Template)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"台账模板“{name}”读不出来", f"不是有效的 TOML：{error}") from error
    except msgspec.ValidationError as error:
        raise Unfit(f"台账模板“{name}”写得不对", _in_words(str(error))) from error
    _check_paths(found)
    return found


def _check_paths(template: Template) -> None:
    """Every path must lead somewhere, now and not when a clerk wants to print."""
    if template.kind not in RECORDS:
        raise Unfit(f"台账模板“{template.name}”写得不对", f"没有叫“{template.kind}”的记录。")
    own = [c.path for c in template.columns] + [w.path for w in template.where]
    own += [*template.order, template.group, template.period, template.building, template.code]
    own += [template.called_by]
    own += [p.path for b in template.blocks for p in b.pairs]
    own += [t.each or (t.when.path if t.when else "") for t in template.tallies]
    _check_all(template, template.kind, own)
    _check_parts(template)
    if there := template.prefill:
        more = [*there.known.values(), *there.order, there.group, there.building, there.code, there.called_by]
        _check_all(template, there.kind, [*more, *(w.path for w in there.where)])
        _check_lists(template, there.kind, there.blocks)
    _check_lists(template, template.kind, template.blocks)


def _check_lists(template: Template, owner: str, blocks: tuple[Block, ...]) -> None:
    """A list must point at the record of its card, and its columns must lead somewhere from there."""
    for block in blocks:
        if not block.list:
            continue
        kind, _dot, link = block.list.partition(".")
        if kind not in RECORDS or followed(kind, link) != owner:
            raise Unfit(f"台账模板“{template.name}”写得不对", f"“{block.list}”不指向{template.title}。")
        more = [c.path for c in block.columns] + [w.path for w in block.where] + list(block.order)
        _check_all(template, kind, more)


def _check_parts(template: Template) -> None:
    """A report must be known, and so must every part of it that a column names."""
    report = REPORTS.get(template.report)
    if template.report and report is None:
        raise Unfit(f"台账模板“{template.name}”写得不对", f"没有叫“{template.report}”的报表。")
    known = report.parts if report else ()
    for path in (c.path for c in template.columns):
        if path.startswith(PART) and path.removeprefix(PART) not in known:
            raise Unfit(f"台账模板“{template.name}”写得不对", f"报表里没有“{path}”这一项。")


def _check_all(template: Template, kind: str, found: list[str]) -> None:
    for path in found:
        if path and path not in NUMBER_PATHS:
            try:
                check(kind, path.removeprefix("-"))
            except KeyError as error:
                reason = f"{RECORDS[kind].title}没有“{path}”这一项（{error.args[0]}）。"
                raise Unfit(f"台账模板“{template.name}”写得不对", reason) from None


def _in_words(message: str) -> str:
    what, _sign, where = message.partition(" - at ")
    places = [f"{name} 第 {int(n) + 1} 项" if n else name for name, n in PLACES.findall(where)]
    quoted = re.search(r"`(\w+)`", what)
    if "unknown field" in what and quoted:
        reason = f"没有“{quoted.group(1)}”这个设置"
    elif "missing required field" in what and quoted:
        reason = f"缺少“{quoted.group(1)}”"
    else:
        reason = f"内容不合格式（{what}）"
    return f"{'的 '.join(places)}：{reason}。" if places else f"{reason}。"
