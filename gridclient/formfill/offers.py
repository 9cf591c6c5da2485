"""What a column of somebody else's form can be filled with: every value within reach of a kind, and what it is called."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
import re
from typing import Literal

from gridclient.exchange.columns import plain
from gridclient.exchange.forms import FORMS, SILENT
from gridclient.fields import RECORDS
from gridclient.ledger.computed import COMPUTED
from gridclient.ledger.reach import check, label, place, ways_to
from gridclient.ledger.template import NUMBER_PATHS, SEX, Template, templates

FAR = 3  # links followed
NUMBERS = {"#": "序号（每行一个）", "#group": "序号（每户一个）"}
TURNED_DOWN = "!"
IN_PARTS = "!省、市、区县在底册里连着写，没有分开"
LEVEL = re.compile(r"\.\d$")  # the slot of 省, 市 or 区县
Show = Literal["", "month", "short"]
_PLACES = {
    "community": "@community",
    "grid": "@grid",
    "estate": "building:estate",
    "building": "building:name",
    "address": "dwelling:@address",
    "remark": "remark",
    "head_id": "household:head.id_number",
    "sort_of_home": "household:kind_of_household",
    "household_titles": "household:titles",
    "paired": "@numbers",
    "paired_count": "@households",
    SILENT: "#",
}  # slot of an import → where a ledger finds it; ``kind:path`` from the nearest record of that kind


def registers() -> list[Template]:
    """The ledgers whose rows a form may be filled with."""
    return [one for one in templates() if one.form == "register" and not one.report]


@cache
def offers(kind: str) -> Mapping[str, str]:
    """Path → its words in a line (``户 / 房屋 / 住址``), nearest first."""
    return dict(_within_reach(kind))


@cache
def vocabulary(name: str) -> Mapping[str, str]:
    """Plain head → path, for the rows of the ledger ``name``; what is not collected leads to ``!`` and the reason."""
    own = next(one for one in registers() if one.name == name)
    alike = [one for one in registers() if one.kind == own.kind and one.name != name]
    found: dict[str, str] = {}
    for pairs in (
        [("序号", "#")],
        _heads_of(own),
        _declared(own.kind),
        *map(_heads_of, alike),
        _heads_of(own, under_parents=True),
        _imported(own.kind),
        _nearby(own.kind),
    ):
        for head, path in pairs:
            found.setdefault(plain(head), path)
    return found


def show_of(kind: str, path: str) -> Show:
    """How a value is shortened on somebody else's form: 男, as every form has it; a month where our ledgers do so."""
    if path in NUMBER_PATHS:
        return ""
    there = place(kind, path.split("|")[0])
    if there.field is not None and there.field.choices == SEX:
        return "short"
    alike = (c for one in registers() if one.kind == kind for c in one.columns if c.path == path)
    return "month" if any(column.show == "month" for column in alike) else ""


def _heads_of(template: Template, *, under_parents: bool = False) -> Iterator[tuple[str, str]]:
    for column in template.columns:
        if not column.path or column.kind == "code":
            continue
        words = column.label or ("" if column.path in NUMBER_PATHS else label(template.kind, column.path))
        if column.parent and not under_parents:
            yield f"{column.parent}/{words}", column.path
        elif bool(column.parent) == under_parents:
            yield words, column.path


def _declared(kind: str) -> Iterator[tuple[str, str]]:
    for field in RECORDS[kind].fields:
        if not field.hidden and field.kind != "links":
            for words in (field.label, *field.synonyms):
                yield words, field.name


def _imported(kind: str) -> Iterator[tuple[str, str]]:
    """What the heads of the forms that are read in mean, seen from a kind."""
    for form in FORMS:
        if any(slot.startswith(f"{kind}.") for slot in form.heads.values()):
            for head, slot in form.heads.items():
                path = slot if slot.startswith(TURNED_DOWN) else _path(kind, slot)
                if path or "(" in head:  # 来源(走访编号) is no 来源
                    yield head, path


def _path(kind: str, slot: str) -> str:
    if LEVEL.search(slot):
        return IN_PARTS
    path = _PLACES.get(slot, slot.replace(".", ":", 1))
    owner, colon, name = path.partition(":")
    if colon and owner != kind:
        ways = ways_to(kind, owner)
        path = f"{ways[0]}.{name}" if ways else ""
    elif colon:
        path = name
    if path and path not in NUMBER_PATHS:
        with suppress(KeyError):
            check(kind, path)
            return path
        return ""
    return path


def _nearby(kind: str) -> Iterator[tuple[str, str]]:
    """What things are called at the end of the links: by their own name, and by the link's before it (户主电话)."""
    for path in list(offers(kind))[len(NUMBERS) :]:
        links, _dot, name = path.rpartition(".")
        at = _kind_at(kind, links)
        field = None if name.startswith("@") else RECORDS[at].by_name[name]
        for words in (field.label, *field.synonyms) if field else (label(kind, path),):
            yield words, path
            if links:
                yield f"{label(kind, links)}{words}", path


def _kind_at(kind: str, links: str) -> str:
    for link in filter(None, links.split(".")):
        kind = RECORDS[kind].by_name[link].to
    return kind


def _within_reach(kind: str) -> Iterator[tuple[str, str]]:
    yield from NUMBERS.items()
    ends: list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = [(kind, (), (), (kind,))]
    for _far in range(FAR + 1):
        for at, links, words, _passed in ends:
            for name, called in _values_of(at, own=not links):
                yield ".".join((*links, name)), " / ".join((*words, called))
        ends = [
            (field.to, (*links, field.name), (*words, field.label), (*passed, field.to))
            for at, links, words, passed in ends
            for field in RECORDS[at].fields
            if field.kind == "link" and (field.to not in passed or (field.name == "head" and len(passed) < 3))
        ]


def _values_of(kind: str, *, own: bool) -> Iterator[tuple[str, str]]:
    for field in RECORDS[kind].fields:
        if not field.hidden and field.kind != "links":
            yield field.name, field.label
    for name, computed in {**COMPUTED.get(kind, {}), **(COMPUTED["*"] if own else {})}.items():
        yield f"@{name}", computed.label
