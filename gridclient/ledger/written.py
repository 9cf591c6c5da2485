"""A template as the text of its file, so that what an office made can be kept, shared and read by a person. Pure."""

from collections.abc import Mapping, Sequence
import json
import re
from typing import Any

import msgspec

from gridclient.ledger.template import Template

BARE = re.compile(r"[A-Za-z0-9_-]+")
WIDE = 100  # characters of a list in one line; a longer one has one line for each item


def written(template: Template) -> str:
    """The template as TOML, without its name and without what is as usual; :func:`parse` gives the same again."""
    told = _unusual(template)
    told.pop("name", None)
    sections = {key: value for key, value in told.items() if isinstance(value, dict)}
    blocks = told.pop("blocks", [])
    lines = [f"{_key(key)} = {_value(value)}" for key, value in told.items() if key not in sections]
    for block in blocks:
        lines += ["", "[[blocks]]", *(f"{_key(key)} = {_value(value)}" for key, value in block.items())]
    for name, section in sections.items():
        lines += [
            "",
            f"[{_key(name)}]",
            *(f"{_key(key)} = {_value(value)}" for key, value in section.items()),
        ]
    return "\n".join([*lines, ""])


def _unusual(part: msgspec.Struct) -> dict[str, Any]:
    found = {}
    for field in msgspec.structs.fields(part):
        value = getattr(part, field.name)
        if value is not None and (field.required or value != field.default):
            found[field.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _unusual(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(k)} = {_value(v)}' for k, v in value.items())} }}" if value else "{}"
    if isinstance(value, Sequence):
        return _list([_value(one) for one in value])
    return repr(value)


def _list(items: Sequence[str]) -> str:
    line = f"[{', '.join(items)}]"
    return line if len(line) <= WIDE else "\n".join(["[", *(f"    {item}," for item in items), "]"])


def _text(words: str) -> str:
    """JSON's escapes are TOML's too, but for one character."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
