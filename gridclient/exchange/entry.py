"""One record in the making, and the rules by which an import may change what is kept.

- An empty field is filled; an empty cell never empties a field.
- A value that came from an import is replaced by a differing imported one, unless the new one is only vaguer
  (``高中以下`` never replaces ``初中``). A flag counts as filled: 否 is an answer.
- A value a person typed (source ``entry`` or ``visit``, or a group edited after the import) stays; the row gets a hint
  that says so.
- A removed record stays removed and as it is. A visit, once kept, stays as it is.
"""

from collections.abc import Callable
from functools import cache
import json
from typing import Any

from sqlalchemy import JSON

from gridclient.records.codes import Education
from sync.record import MADE, SyncedRecord, group_of, new_id

SOURCE = "import"
VAGUE: dict[str, dict[str, frozenset[str]]] = {
    # field → vague answer → the finer answers it must not replace
    "education": {
        Education.BELOW_SENIOR.value: frozenset({"70", "80", "91", "92"}),
        Education.OTHER.value: frozenset({"70", "80", "89", "91", "92"}),
        Education.POSTGRADUATE.value: frozenset({"11", "14"}),
    },
}

Values = dict[str, Any]
Stamped = Callable[[Any], bool]  # [origin, mseq, hlc] → whether an import on this laptop wrote it


@cache
def json_columns(table: type[SyncedRecord]) -> frozenset[str]:
    """The columns of a kind whose values are lists or objects."""
    columns = getattr(table, "__table__").columns  # noqa: B009 - SQLModel tells mypy nothing of it
    return frozenset(column.name for column in columns if isinstance(column.type, JSON))


class Entry:
    """One record of an import: ``held`` are its stored values (None for a new one), ``fresh`` those to be written.

    Lists in ``held`` may still be JSON text, see :meth:`stored`: decoding them all would take most of the time.
    ``kept`` names fields whose stored value was typed by a person and differs from the imported one.
    """

    __slots__ = ("_imported", "fresh", "held", "id", "kept", "table")

    def __init__(
        self, table: type[SyncedRecord], held: Values | None = None, imported: Stamped | None = None
    ) -> None:
        self.table = table
        self.held = held
        self.id: str = held["id"] if held else new_id()
        self.fresh: Values = {}
        self.kept: set[str] = set()
        self._imported = imported

    def __getitem__(self, name: str) -> Any:
        if name in self.fresh:
            return self.fresh[name]
        return self.stored(name) if self.held else ""

    def __repr__(self) -> str:
        return f"<entry {self.table.kind()} {self.id}>"

    @property
    def frozen(self) -> bool:
        """True when nothing of it may change: it is removed, or of a kind that is only ever added to."""
        return self.held is not None and (self.held["removed_at"] is not None or self.table.APPEND_ONLY)

    def stored(self, name: str) -> Any:
        """The stored value of a field, ``""`` when there is none; lists are decoded when first asked for."""
        value = self.held.get(name, "") if self.held else ""
        if self.held and isinstance(value, str) and value and name in json_columns(self.table):
            value = self.held[name] = json.loads(value)
        return value

    def fill(self, **values: Any) -> "Entry":
        """Offer values; each is taken, passed over or marked as kept by the rules of this module."""
        if self.frozen:
            return self
        for name, value in values.items():
            if value is None or value == "" or value == []:
                continue
            present = self[name]
            if present is None or present == "" or present == []:
                self.fresh[name] = value
            elif present != value:
                self._replace(name, present, value)
        return self

    def unless_known(self, **values: Any) -> "Entry":
        """Fill only what is still empty: for values concluded from others, which replace nothing."""
        return self.fill(**{name: value for name, value in values.items() if self[name] in (None, "", [])})

    def typed(self, name: str) -> bool:
        """True when a person wrote the stored value of a field: at a form, at a door, or after the import."""
        if self.held is None:
            return False
        if self.held["source"] != SOURCE:
            return True
        stamps = self.stored("stamps") or {}
        default = stamps.get("")
        group = stamps.get(group_of(self.table).get(name, name), default)
        if group is None or list(group)[:2] == list(stamps.get(MADE, default) or ())[:2]:
            return False
        return self._imported is None or not self._imported(group)

    def put(self, **values: Any) -> "Entry":
        """Write values, whatever stands there: a person asked for them. Empty ones are passed over."""
        if not self.frozen:
            for name, value in values.items():
                if value is not None and value != "" and value != []:
                    self._put(name, value)
        return self

    def takes(self, name: str, value: Any) -> bool:
        """True when :meth:`fill` would write this value."""
        present = self[name]
        if present is None or present == "" or present == []:
            return True
        return not self._vaguer(name, present, value) and (name in self.fresh or not self.typed(name))

    def _replace(self, name: str, present: Any, value: Any) -> None:
        if self._vaguer(name, present, value):
            return
        if name not in self.fresh and self.typed(name):
            self.kept.add(name)
        else:
            self._put(name, value)

    def _put(self, name: str, value: Any) -> None:
        if self.held is not None and self.stored(name) == value:
            self.fresh.pop(name, None)
        else:
            self.fresh[name] = value

    @staticmethod
    def _vaguer(name: str, present: Any, value: Any) -> bool:
        return present in VAGUE.get(name, {}).get(str(value), ())
