"""Records of every kind with something in every field, made of the declarations alone: also what no cell likes to hold."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import cycle
from typing import Any

from gridclient.blanks import Field
from gridclient.exchange.whole_book import kinds
from gridclient.fields import RecordSpec
from sync.record import SyncedRecord

AREA = "519901001001003"
EACH = 3  # records of a kind
NASTY = (
    "=1+1",
    "+86",
    "-5",
    "@SUM(A1)",
    "0123",
    "519901200104213386",
    "_x000D_",
    "甲\x01乙",
    " 前后有空格\t",
    "第一行\r\n第二行\r第三行",
    "𠮷𣲗",
    "'撇号",
    "1E5",
    "2024-03-01",
    "甲、乙，丙;丁",
    "是",
    "<&>\"'",
    "\ufffe",
    "TRUE",
    "　",
)
WORDS: dict[str, tuple[Any, ...]] = {
    "phone": ("19900012345", "0826-1234567", "+86 19900012345"),
    "phones": (["19900012345", "0826-1234567"], [], ["19900012346"]),
    "id_number": ("519901200104213386", "A012345", "51990120010421338X"),
    "month": ("2024-03", "", "1972-08"),
    "day": (date(2024, 2, 29), date(1899, 12, 31), None, date(2026, 9, 1)),
    "moment": (datetime(2026, 9, 1, 9, 10, 33, 123456), None, datetime(2026, 9, 1), datetime(1899, 1, 1, 8)),
    "flag": (True, False),
    "names": (["张、三", "李四"], [], ["王五"], ["", "赵六"]),
    "rows": ([{"unit": "1", "cells": [1, None, "楼"]}], []),
}
PLAIN: dict[str, Any] = {"day": date(2026, 1, 2), "moment": datetime(2026, 1, 2, 3, 4)}


def everything() -> list[SyncedRecord]:
    """A few records of every kind that the whole book holds, linked to one another."""
    ids = {spec.name: [f"0199{at:04x}{n:024x}" for n in range(EACH)] for at, spec in enumerate(kinds())}
    values = {kind: cycle(some) for kind, some in WORDS.items()}
    nasty = cycle(NASTY)
    return [
        made
        for spec in kinds()
        for n, id_ in enumerate(ids[spec.name])
        for made in _record(spec, n, id_, ids, values, nasty)
    ]


def _record(
    spec: RecordSpec,
    n: int,
    id_: str,
    ids: dict[str, list[str]],
    values: dict[str, Iterator[Any]],
    nasty: Iterator[str],
) -> Iterator[SyncedRecord]:
    record = spec.table(
        id=id_,
        area=AREA if n else AREA[:12],
        source=("entry", "import", "visit")[n % 3],
        created_at=1_790_000_000_000 + n,
        created_by=f"账号{n}",
        unknown={"later": [n]} if n == 1 else {},
    )
    for f in spec.fields:
        wanted = _value(f, n, ids, values, nasty)
        if not f.check(wanted):
            setattr(record, f.name, wanted)
        elif f.required:
            setattr(record, f.name, PLAIN.get(f.kind, "平常"))
    yield record


def _value(
    f: Field, n: int, ids: dict[str, list[str]], values: dict[str, Iterator[Any]], nasty: Iterator[str]
) -> Any:
    if f.kind == "link":
        return ids[f.to][n] if n or f.required else ""
    if f.kind == "links":
        return ids[f.to][:n]
    if f.kind in ("choice", "choices") and f.options:
        members = [str(one.value) for one in f.options if one.value]
        return members[n % len(members)] if f.kind == "choice" else members[: n + 1]
    if f.kind in ("count", "amount"):
        low = f.least or 0
        return None if n == 2 and not f.required else int(low) + n if f.kind == "count" else low + n / 3
    if f.kind in values:
        return next(values[f.kind])
    text = next(nasty)
    return ("很长的一段，" * 12_000)[: f.longest] if f.kind == "note" and n == 1 else text
