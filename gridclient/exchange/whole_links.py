"""What a link is called in words: 王建国 · 3号楼 2单元501, a door by its building, a household and a person by their door."""

from collections import defaultdict
from functools import cache

from sqlalchemy import Table, select

from gridclient.blanks import Field
from gridclient.fields import RECORDS, RecordSpec
from gridclient.store.belonging import LADDER
from sync.replica import Replica

GONE = "（不在本机）"


class Links:
    """The names of everything that can be linked to, each kind read when it is first asked for."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._names: dict[str, dict[str, str]] = {}
        self._places: dict[str, dict[str, str]] = {}
        self._ids: dict[str, dict[str, set[str]]] = {}

    def words(self, f: Field, ids: str | list[str]) -> str:
        """What the cell of a link shows."""
        names = self.names(f.to)
        return "、".join(names.get(id_, GONE) for id_ in ([ids] if isinstance(ids, str) else ids) if id_)

    def names(self, kind: str) -> dict[str, str]:
        """Id → name of every record of a kind that is here, those in the recycle bin among them."""
        if kind not in self._names:
            self._read(kind)
        return self._names[kind]

    def learn(self, kind: str, name: str, id_: str) -> None:
        """Take a name from elsewhere, for :meth:`ids`."""
        self._by_name(kind)[name].add(id_)

    def ids(self, kind: str, name: str) -> set[str]:
        """Everything of a kind that bears a name."""
        return self._by_name(kind).get(name, set())

    def _by_name(self, kind: str) -> dict[str, set[str]]:
        if kind not in self._ids:
            self._ids[kind] = defaultdict(set)
            for id_, name in self.names(kind).items():
                self._ids[kind][name].add(id_)
        return self._ids[kind]

    def _read(self, kind: str) -> None:
        """Read the names of a kind, and where each of it is."""
        spec, via = RECORDS[kind], way_up(kind)
        table: Table = spec.table.__table__  # type: ignore[attr-defined]
        columns = ["id", *spec.naming, *([via.name] if via else [])]
        above = self._place(via.to) if via else {}
        names, places = self._names.setdefault(kind, {}), self._places.setdefault(kind, {})
        for row in self._replica.rows(select(*(table.c[name] for name in columns))):
            told = dict(zip(columns, row, strict=True))
            at = above.get(told[via.name], "") if via else ""
            names[told["id"]], places[told["id"]] = _named(spec, spec.line_from(told), at)

    def _place(self, kind: str) -> dict[str, str]:
        self.names(kind)
        return self._places[kind]


@cache
def way_up(kind: str) -> Field | None:
    """The link that says where a record of this kind is: to what stands nearest above it, from its building down."""
    above = LADDER[: LADDER.index(kind)] if kind in LADDER else LADDER
    ways = [f for f in RECORDS[kind].fields if f.kind == "link" and f.to in above]
    return max(ways, key=lambda f: (f.required, LADDER.index(f.to)), default=None)


def _named(spec: RecordSpec, line: str, at: str) -> tuple[str, str]:
    """The name of a record, and the place of what is in it."""
    if spec.name in LADDER[:2]:
        place = f"{at} {line}".strip()
        return place, place
    return (f"{line} · {at}" if at else line), at
