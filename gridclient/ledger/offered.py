"""What an office may put into a ledger, in plain words: values, conditions, and the parts of a template. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from gridclient.blanks import Field
from gridclient.fields import RECORDS
from gridclient.ledger.computed import COMPUTED
from gridclient.ledger.reach import PART, followed, label, place
from gridclient.ledger.reports import REPORTS
from gridclient.ledger.template import NUMBER_PATHS, Column, Condition, Template

DOT = " · "
FURTHER = frozenset({"household", "dwelling", "building"})  # links that are followed beyond the first
OWN_WORDS = {"#": "序号", "#group": "序号（一户一号）", "": "空栏（手写）"}
IS, IS_NOT, FILLED, EMPTY = "是", "不是", "填了", "没填"
WAYS = (IS, IS_NOT, FILLED, EMPTY)


@dataclass(frozen=True)
class Offer:
    """One value that may be printed, sorted by or asked for: its path and its name, with the way to it."""

    path: str
    words: str


@dataclass(frozen=True)
class Section:
    """Columns that stand together: those of the register, or the pairs or the list of one ``block`` of a card."""

    title: str
    kind: str
    columns: tuple[Column, ...]
    block: int = -1
    listed: bool = False


def offered(kind: str, report: str = "") -> list[Offer]:
    """Every value a row of a kind leads to, its own first; of a report its parts."""
    if report:
        return [Offer(f"{PART}{part}", part) for part in REPORTS[report].parts]
    return list(_from(kind, (), ""))


def called(kind: str, path: str) -> str:
    """A path in words: ``户 · 房屋 · 室号``; of alternatives the first, of a descending one without its sign."""
    path = path.removeprefix("-").split("|")[0]
    if path in OWN_WORDS or path.startswith(PART):
        return OWN_WORDS.get(path, path.removeprefix(PART))
    *links, _name = path.split(".")
    words, at = [], kind
    for link in links:
        words.append(RECORDS[at].field(link).label)
        at = followed(at, link)
    last = {"area": "所属网格编码", "id": "登记编号"}.get(_name) or label(kind, path)
    return DOT.join((*words, last))


def condition_words(kind: str, condition: Condition) -> str:
    """A condition as one says it: ``人口类型 是 户籍或流动``."""
    name, told = called(kind, condition.path), []
    field = field_at(kind, condition.path)
    if (field is None or field.kind == "flag") and condition.any_of in ((True,), (False,)):
        return f"{name}：{'是' if condition.any_of[0] else '否'}"
    if condition.any_of:
        told.append(f"{name} {IS} {_answers(kind, condition.path, condition.any_of)}")
    if condition.none_of:
        told.append(f"{name} {IS_NOT} {_answers(kind, condition.path, condition.none_of)}")
    if condition.blank is not None:
        told.append(f"{name} {EMPTY if condition.blank else FILLED}")
    return "，".join(told) or f"{name}（不限）"


def condition(kind: str, path: str, way: str, answers: tuple[str, ...]) -> Condition | None:
    """The condition meant by one of :data:`WAYS` and answers in words or codes; None while an answer is missing."""
    if way in (FILLED, EMPTY):
        return Condition(path=path, blank=way == EMPTY)
    values = tuple(_code(field_at(kind, path), words.strip()) for words in answers if words.strip())
    if not values:
        return None
    return Condition(path=path, any_of=values) if way == IS else Condition(path=path, none_of=values)


def field_at(kind: str, path: str) -> Field | None:
    """The field a path leads to, also of a computed value that is written like one."""
    return None if path.startswith(PART) or path in NUMBER_PATHS else place(kind, path.split("|")[0]).field


def sections(template: Template) -> list[Section]:
    """The parts of a template whose columns can be changed."""
    if template.form == "register":
        return [Section("栏目", template.kind, template.columns)]
    found = []
    for number, block in enumerate(template.blocks):
        title = block.title or f"第 {number + 1} 部分"
        if block.pairs:
            found.append(Section(title, template.kind, block.pairs, number))
        if block.columns:
            kind = block.list.partition(".")[0] or template.kind
            found.append(Section(title, kind, block.columns, number, listed=True))
    return found


def with_columns(template: Template, section: Section, columns: tuple[Column, ...]) -> Template:
    """The template with other columns in one of its sections."""
    if section.block < 0:
        return replace(template, columns=columns)
    block = template.blocks[section.block]
    changed = replace(block, columns=columns) if section.listed else replace(block, pairs=columns)
    blocks = (*template.blocks[: section.block], changed, *template.blocks[section.block + 1 :])
    return replace(template, blocks=blocks)


def _from(kind: str, links: tuple[str, ...], before: str) -> Iterator[Offer]:
    spec = RECORDS[kind]
    way = "".join(f"{link}." for link in links)
    shown = [field for field in spec.fields if not field.hidden]
    for field in shown:
        yield Offer(way + field.name, before + field.label)
    for name, computed in {**COMPUTED.get(kind, {}), **({} if links else COMPUTED["*"])}.items():
        yield Offer(f"{way}@{name}", before + computed.label)
    for field in shown:
        if _leads_on(field, kind, links):
            yield from _from(field.to, (*links, field.name), f"{before}{field.label}{DOT}")


def _leads_on(field: Field, kind: str, links: tuple[str, ...]) -> bool:
    if field.kind != "link" or field.to == kind or field.to not in RECORDS:
        return False
    return not links or (field.to in FURTHER and len(links) < len(FURTHER))


def _answers(kind: str, path: str, codes: tuple[str | bool | int, ...]) -> str:
    field = field_at(kind, path)
    if field is None or field.kind not in ("choice", "choices", "flag"):
        return "或".join(str(code) for code in codes)
    return "或".join(field.text([code] if field.kind == "choices" else code) for code in codes)


def _code(field: Field | None, words: str) -> str | bool | int:
    if field is None:
        return words
    if field.kind == "flag":
        return words in ("是", "true", "True", "1")
    if field.kind == "count" and words.lstrip("-").isdigit():
        return int(words)
    found = field.options.named(words) if field.options else None
    return str(found.value) if found else words
