"""A value as it travels, in the words of the form: codes as their labels, links as the line of what they point at."""

from contextlib import suppress
from typing import Any

from gridclient.blanks import Field
from gridclient.ui.lines import lines_of
from sync.replica import Replica

BLANK = "（空）"


def value_words(replica: Replica, kind: str, field: Field, value: Any, *, masked: bool = False) -> str:
    """The wire value of a field in words; ``（空）`` for none."""
    if field.to:
        ids = [value] if isinstance(value, str) else list(value or [])
        known = lines_of(replica, field.to, ids)
        return "、".join(known.get(id_, "已不在本机") for id_ in ids if id_) or BLANK
    told = value
    with suppress(KeyError, TypeError, ValueError):  # a newer program's value is shown as it came
        told = replica.shapes[kind].python(field.name, value)
    return (field.masked(told) if masked and field.private else field.text(told)) or BLANK
