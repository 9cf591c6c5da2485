"""Writes what follows from the declarations: ``docs/records.md``, or with ``--declarations`` ``resources/records.json``.

The second tells the centre, which knows no kinds, what type each field has (``gridhub views``).
"""

from datetime import date, datetime
import json
import sys
from typing import Any, get_args, get_origin

from gridclient.blanks import CHOICES, Field
from gridclient.fields import RECORDS, RecordSpec
from gridclient.records import DRAWERS
from sync.conflict import Conflict
from sync.record import SyncedRecord

HEAD = """# Records

Generated from the declarations in `gridclient/records/`; do not edit. Every kind also carries `id`, `area`, `ver`, who made
and changed it and when, its source and whether it was removed (`sync/record.py`).

Marks: **必** must be filled · 列 in lists and ledgers · 查 found by the search box · 密 masked · 全 counts for completeness.
"""


def document() -> str:
    """The whole page in Markdown, ending with a line feed."""
    parts = [HEAD]
    for drawer in DRAWERS:
        parts.append(f"## {drawer}.py\n")
        parts += [_kind(spec) for spec in RECORDS.values() if spec.drawer == drawer]
    parts.append("## Lists\n")
    used = {f.choices for spec in RECORDS.values() for f in spec.fields if f.choices}
    parts += [_list(name) for name in sorted(used)]
    return "\n".join(parts)


def declarations() -> str:
    """Kind → its title and the type of each field, as JSON ending with a line feed."""
    kinds = [(spec.title, spec.table) for spec in RECORDS.values()] + [("冲突", Conflict)]
    told = {table.kind(): {"title": title, "fields": _types(table)} for title, table in kinds}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


_TYPES: dict[Any, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    date: "date",
    datetime: "moment",
    list: "json",
    dict: "json",
}


def _types(table: type[SyncedRecord]) -> dict[str, str]:
    own = {name: info for name, info in table.model_fields.items() if name not in SyncedRecord.model_fields}
    return {name: _type(name, info.annotation) for name, info in own.items()}


def _type(name: str, annotation: Any) -> str:
    """The type of one field; a whole number called ``…_at`` is a time in milliseconds."""
    plain = [part for part in get_args(annotation) if part is not type(None)] or [annotation]
    found = get_origin(annotation) if get_origin(annotation) in _TYPES else get_origin(plain[0]) or plain[0]
    return "instant" if found is int and name.endswith("_at") else _TYPES[found]


def _kind(spec: RecordSpec) -> str:
    told = (spec.table.__doc__ or "").split("\n\n")[0].strip()
    lines = [f"### {spec.title} `{spec.name}`\n", told, ""]
    lines += ["| 字段 | name | 类型 | 标记 | 并入 | 说明 |", "|---|---|---|---|---|---|"]
    return "\n".join(lines + [_row(f) for f in spec.fields]) + "\n"


def _row(f: Field) -> str:
    marks = "".join(
        sign
        for sign, on in (
            ("**必**", f.required),
            ("列", f.listed),
            ("查", f.searched),
            ("密", f.private),
            ("全", f.wanted),
        )
        if on
    )
    told = "; ".join(
        part
        for part in (
            f.choices and f"见 {f.choices}",
            f.to and f"→ `{f.to}`",
            f.unit,
            "、".join(f.synonyms),
            f.hint,
        )
        if part
    )
    return f"| {f.label} | `{f.name}` | {f.kind} | {marks} | {f.group} | {told.replace('|', '/')} |"


def _list(name: str) -> str:
    options = "、".join(f"{member.value or '空'} {member.label}" for member in CHOICES[name])
    told = (CHOICES[name].__doc__ or "").strip().split("\n")[0]
    return f"**{name}** {told}  \n{options}\n"


if __name__ == "__main__":
    sys.stdout.write(declarations() if "--declarations" in sys.argv[1:] else document())
