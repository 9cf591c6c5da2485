"""What this laptop keeps already, as far as a whole book on its way back has to know: ids, areas, keys, names."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
import re
from typing import Any

from sqlalchemy import Table, select

from gridclient.blanks import Field
from gridclient.errors import Unfit
from gridclient.exchange.whole_book import TITLE
from gridclient.exchange.whole_cells import wire
from gridclient.exchange.whole_links import Links
from gridclient.fields import RECORDS, RecordSpec
from gridclient.store.imports import Imports
from sync.record import EVERYONE, SyncedRecord
from sync.replica import Replica

STEP = 400  # records in one query
UNSAID = "0" * 12  # the community of a laptop nobody has told its own yet
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Held:
    """A record that is here: where it belongs, when it was removed, and why."""

    area: str
    removed_at: int | None
    why: str


class Here:
    """The records of a laptop; each kind is read when it is first asked for.

    ``file`` is the name of the book, ``owns`` tell what it holds. ``earlier`` are the edits by which it was written
    here before: whoever corrects a file and imports it again has changed nothing here meanwhile.
    """

    def __init__(self, replica: Replica, home: str, file: str, owns: Iterable[Mapping[str, str]]) -> None:
        self.replica, self.links = replica, Links(replica)
        kept = Imports(replica.engine).all(datetime.now().astimezone())
        self.earlier = [span for one in kept if (one.form, one.file) == (TITLE, file) for span in one.spans]
        self.home = home[:12] if re.match(r"\d{12}", home) else UNSAID
        self._held: dict[str, dict[str, Held]] = {}
        self._keys: dict[str, dict[Key, str]] = {}
        areas = Counter(own.get("area", "") for own in owns if own["id"])
        if (
            areas
            and not any(self.fits(area) for area in areas if area != EVERYONE)
            and set(areas) != {EVERYONE}
        ):
            raise Unfit("这是另一个社区的资料", "它的区划编码和本机的不一样，不能导入到这里。")

    def held(self, kind: str) -> dict[str, Held]:
        """Id → what is here of a kind, what is in the recycle bin among it."""
        if kind not in self._held:
            table = table_of(kind)
            told = (table.c.id, table.c.area, table.c.removed_at, table.c.removed_why)
            self._held[kind] = {row[0]: Held(*row[1:]) for row in self.replica.rows(select(*told))}
        return self._held[kind]

    def records(self, spec: RecordSpec, ids: list[str]) -> dict[str, SyncedRecord]:
        """Id → record, of those with these ids."""
        chosen: Any = spec.table.id
        parts = (ids[at : at + STEP] for at in range(0, len(ids), STEP))
        found = (self.replica.all(spec.table, chosen.in_(part), removed=True) for part in parts)
        return {record.id: record for records in found for record in records}

    def same(self, spec: RecordSpec, values: Mapping[str, Any]) -> str:
        """The id of a living record that the key of its kind calls the same; empty when there is none."""
        key = key_of(spec, values)
        if key and spec.name not in self._keys:
            table = table_of(spec.name)
            query = select(table.c.id, *(table.c[name] for name in spec.key)).where(
                table.c.removed_at.is_(None)
            )
            rows = self.replica.rows(query)
            told = ((key_of(spec, dict(zip(spec.key, row[1:], strict=True))), row[0]) for row in rows)
            self._keys[spec.name] = dict(told)
        return self._keys[spec.name].get(key, "") if key else ""

    def fits(self, area: str) -> bool:
        """True for an area of this community, or one above it."""
        within = area.startswith(self.home) or self.home.startswith(area)
        return bool(area) and (within or area == EVERYONE or UNSAID in (self.home, area[:12]))

    def own(self, code: str) -> str:
        """An area code with the community it was given before anybody had told the laptop its own."""
        return self.home + code[12:] if code.startswith(UNSAID) else code


def table_of(kind: str) -> Table:
    """The table of a kind, for Core."""
    table: Table = RECORDS[kind].table.__table__  # type: ignore[attr-defined]
    return table


def key_of(spec: RecordSpec, values: Mapping[str, Any]) -> Key:
    """The values by which a kind knows a record again; empty when one is missing, or it is only ever added to."""
    if spec.append_only:
        return ()
    key = tuple(wire(f, values.get(f.name, blank)) for f, blank in _blanks(spec.name))
    return key if all(key) else ()


@cache
def _blanks(kind: str) -> list[tuple[Field, Any]]:
    """The fields of a kind's key, each with what it holds while nobody has filled it in."""
    spec = RECORDS[kind]
    told = spec.table.model_fields
    return [(spec.field(name), told[name].get_default(call_default_factory=True)) for name in spec.key]
