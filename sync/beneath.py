"""What lies beneath a pending change: shown again when the centre refuses it."""

from typing import Any

import msgspec

from sync.outbox import Write, decode
from sync.protocol import Change, Stamp
from sync.shape import Row, Shape

_Found = dict[str, tuple[dict[str, Any], Stamp | None]]
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Found).decode


def note(write: Write, shape: Shape, row: Row, change: Change) -> None:
    """Keep what of a row that arrived a pending change, about to be laid over it, was not written over.

    That something is kept, if only nothing, says that the record arrived while the change waited.
    """
    found: _Found = {
        group: (shape.said(row, group), row.stamp(group))
        for group in change.was
        if row.stamp(group) != _seen(change, group)
    }
    write.run("UPDATE sync_outbox SET beneath = ? WHERE state = 0 AND mseq = ?", _encode(found), change.mseq)


def covered(write: Write, upto: int) -> list[str]:
    """The records that arrived beneath changes up to ``upto`` that still wait."""
    sql = "SELECT DISTINCT id FROM sync_outbox WHERE state = 0 AND mseq <= ? AND beneath IS NOT NULL"
    return [id_ for (id_,) in write.all(sql, upto)]


def before(write: Write, change: Change, group: str) -> tuple[dict[str, Any], Stamp | None]:
    """What lies beneath a refused change, and its stamp; what was itself refused does not count."""
    sql = "SELECT body, beneath FROM sync_outbox WHERE origin = ? AND mseq = ? AND title <> ''"
    values: dict[str, Any] = change.was[group]
    seen: Stamp | None = Stamp(write.origin, change.mseq)
    while seen is not None and (refused := write.all(sql, seen.origin, seen.mseq)):
        body, arrived = refused[0]
        former = decode(body)
        if group not in former.was or former.made:
            break
        beneath = _decode(arrived or b"{}")
        values, seen = beneath.get(group) or (former.was[group], _seen(former, group))
    return values, seen


def _seen(change: Change, group: str) -> Stamp | None:
    return change.base.get(group) or change.base.get("")
