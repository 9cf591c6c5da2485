"""The words by which people and doors are found: names and their pinyin, addresses, tails of numbers.

An FTS5 index beside the records, never synced. It notes with each entry when its record was last changed, so whatever
it missed (a crash, another program) is found and made good by :meth:`Index.catch_up`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
import re
import threading
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Engine, bindparam, text

from gridclient import values
from gridclient.errors import GridError, NoSpace, VaultBusy
from gridclient.rules import doors
from gridclient.rules.names import beginnings, pairs, spellings
from gridclient.rules.numbering import rooms_of
from gridclient.store.disk import writing
from sync.farside import News
from sync.replica import Replica

STEP = 500  # ids in one question, and so many changes are no longer written up in passing
WRITTEN = 100  # entries in one transaction: whoever saves meanwhile waits for no more
QUIET_S = 2.0  # arrivals have ended when none came for so long
FORM = "3"  # raised when entries are made in another way
KINDS = ("resident", "dwelling")
_TABLES = (
    "CREATE TABLE find_map (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL)",
    """CREATE VIRTUAL TABLE find_words USING fts5(name, py, addr, num, prefix='1 2 3', content='',
    tokenize="unicode61 tokenchars '-'", contentless_delete=1, detail=column)""",
    "CREATE TABLE find_form (form TEXT NOT NULL)",
)
# Whatever an entry is made from; where any part is newer, the entry is made again.
_STAMP = "max(a.updated_at, coalesce(h.updated_at, 0), coalesce(d.updated_at, 0), coalesce(b.updated_at, 0))"
_FROM = {
    "resident": "resident a LEFT JOIN household h ON h.id = a.household LEFT JOIN dwelling d ON d.id = h.dwelling",
    "dwelling": "dwelling a LEFT JOIN dwelling d ON d.id = a.id LEFT JOIN household h ON h.id = "
    "(SELECT id FROM household WHERE dwelling = a.id AND removed_at IS NULL ORDER BY updated_at DESC LIMIT 1)",
}
_COLUMNS = {
    "resident": "a.name, a.former_name, a.id_number, a.phones, '' AS number",
    "dwelling": "'' AS name, '' AS former_name, '' AS id_number, '[]' AS phones, coalesce(h.number, '') AS number",
}
# Whose entry is made anew when something it is made from has changed.
_FOLLOWS = {
    (
        "dwelling",
        "resident",
    ): "SELECT a.id FROM household h JOIN resident a ON a.household = h.id WHERE h.dwelling IN :ids",
    ("household", "resident"): "SELECT a.id FROM resident a WHERE a.household IN :ids",
    ("household", "dwelling"): "SELECT h.dwelling FROM household h WHERE h.id IN :ids",
    ("building", "resident"): "SELECT a.id FROM dwelling d JOIN household h ON h.dwelling = d.id "
    "JOIN resident a ON a.household = h.id WHERE d.building IN :ids",
    ("building", "dwelling"): "SELECT d.id FROM dwelling d WHERE d.building IN :ids",
}
_HEARD = frozenset(KINDS) | {changed for changed, _kind in _FOLLOWS}
_IDS: BindParameter[str] = bindparam("ids", expanding=True)


class Match(NamedTuple):
    """An entry that fits; ``place`` 0 fits exactly, 1 begins with what was asked for, 2 holds it somewhere."""

    kind: str
    id: str
    place: int


class Index:
    """Keeps the words of a replica's people and doors; hears of every change and writes it up when next asked.

    What arrives by the thousand is written up on a thread of its own once no more has come for ``quiet_s`` seconds.
    """

    def __init__(self, replica: Replica, *, quiet_s: float = QUIET_S) -> None:
        self.replica = replica
        self._quiet_s = quiet_s
        self._heard = 0  # how often anything was told
        self._awaits = False  # whether a thread waits for arrivals to end
        self._apart: threading.Thread | None = None
        self._news: set[tuple[str, str]] = set()
        self._whole = True  # nothing is known yet of what changed before this program began
        self._hearing = threading.Lock()  # held for a moment: a save on the window's thread may wait for it
        self._writing = threading.RLock()
        with writing(), replica.engine.begin() as link:
            _make(link)
        self._closed = threading.Event()
        self._deafen = replica.subscribe(self._hear)

    def close(self) -> None:
        """Stop listening, and end what is being written at its next step; what is missing is made up for next time."""
        self._closed.set()
        self._deafen()
        with self._hearing:
            apart = self._apart
        if apart is not None:
            apart.join()
        with self._writing:
            pass

    def rebuild(self) -> None:
        """Forget every entry and make them all again: some seconds for 100,000 people."""
        with self._writing:
            with writing(), self.replica.engine.begin() as link:
                _make(link, again=True)
            self._whole = True
            self.catch_up()

    def catch_up(self, *, wait: bool = True) -> int:
        """Write up what changed since the last time; how many entries. Call off the window's thread after unlocking.

        Without ``wait`` nothing is done while another thread is at it.
        """
        if not self._writing.acquire(blocking=wait):
            return 0
        try:
            return 0 if self._closed.is_set() else self._catch_up()
        finally:
            self._writing.release()

    def matches(self, words: str, limit: int) -> list[Match]:
        """The entries that fit every word, the exact ones first; nothing for words that say nothing.

        At most half of ``limit`` that are exact, as many that begin so, and ``limit`` of any kind besides.
        """
        queries = expressions(words)
        if queries:
            self._catch_up_in_passing()
        statement = text(
            "SELECT m.kind, m.id FROM find_words JOIN find_map m ON m.n = find_words.rowid "
            "WHERE find_words MATCH :query LIMIT :limit"
        )
        found: dict[str, Match] = {}
        for place, query in enumerate(queries):
            room = limit if query == queries[-1] else limit // 2
            for kind, id_ in self.replica.rows(statement.bindparams(query=query, limit=room)):
                found.setdefault(id_, Match(kind, id_, place))
        return list(found.values())

    def _catch_up_in_passing(self) -> None:
        """Write up a few changes, unless somebody is writing: a search waits for nobody and finds what is there."""
        with self._hearing:
            few = self._whole or (bool(self._news) and len(self._news) < STEP and not self._awaits)
        if few and _is_free(self.replica.engine):
            with suppress(NoSpace, VaultBusy):  # neither must keep anybody from finding what is indexed
                self.catch_up(wait=False)

    def _hear(self, news: Sequence[News]) -> None:
        """Note what changed; a big batch that is imported is written up here, on the thread that brings it.

        One that arrives waits: a round with the centre has better to do.
        """
        with self._hearing:
            self._heard += 1
            self._news.update((told.kind, told.id) for told in news if told.kind in _HEARD)
            much = len(self._news) >= STEP
            if much and news[0].remote and not self._awaits and not self._closed.is_set():
                self._awaits = True
                self._apart = threading.Thread(target=self._write_apart, name="index", daemon=True)
                self._apart.start()
        if much and not news[0].remote:
            with suppress(NoSpace):  # the records themselves are stored; their entries are made up for later
                self.catch_up()

    def _write_apart(self) -> None:
        heard, quiet = -1, False
        while not quiet:
            if self._closed.wait(self._quiet_s):
                return
            with self._hearing:
                quiet, heard = heard == self._heard, self._heard
                self._awaits = not quiet
        with suppress(GridError):  # made up for later
            self.catch_up()

    def _catch_up(self) -> int:
        with self._hearing:
            whole, news = self._whole, self._news
            self._whole, self._news = False, set()
        try:
            return self._write_all() if whole else self._write(news)
        except BaseException:
            with self._hearing:
                self._whole, self._news = self._whole or whole, self._news | news
            raise

    def _write_all(self) -> int:
        """Compare every record's time with its entry's; only what differs is written."""
        count = 0
        for kind in KINDS:
            stale = (
                f"SELECT a.id FROM {_FROM[kind]} LEFT JOIN building b ON b.id = d.building "
                "LEFT JOIN find_map m ON m.id = a.id "
                f"WHERE (a.removed_at IS NULL AND m.stamp IS NOT CAST({_STAMP} AS TEXT)) "
                "OR (a.removed_at IS NOT NULL AND m.n IS NOT NULL)"
            )
            count += self._put(kind, [row[0] for row in self.replica.rows(text(stale))])
        gone = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {kind} r WHERE r.id = m.id)" for kind in KINDS)
        with writing(), self.replica.engine.begin() as link:
            _drop(link, [r[0] for r in link.execute(text(f"SELECT m.id FROM find_map m WHERE {gone}"))])
        return count

    def _write(self, news: Iterable[tuple[str, str]]) -> int:
        changed: dict[str, set[str]] = {kind: set() for kind in _HEARD}
        for kind, id_ in news:
            changed[kind].add(id_)
        touched = {kind: set(changed[kind]) for kind in KINDS}
        for (kind, follower), sql in _FOLLOWS.items():
            for some in _steps(sorted(changed[kind])):
                found = self.replica.rows(text(sql).bindparams(_IDS).bindparams(ids=some))
                touched[follower].update(row[0] for row in found)
        return sum(self._put(kind, sorted(ids)) for kind, ids in touched.items())

    def _put(self, kind: str, ids: Sequence[str]) -> int:
        for some in _steps(ids, WRITTEN):
            if self._closed.is_set():
                break
            with writing(), self.replica.engine.begin() as link:
                _put(link, kind, some)
        return len(ids)


def expressions(words: str) -> list[str]:
    """The FTS5 queries for what somebody typed, the narrowest first; none when it holds nothing to look for.

    Blanks mean *and*. ``张 3栋``, ``zw``, ``3-2-501``, ``3栋2单元501``, ``杏花苑501``, ``4321`` (the end of a number).
    """
    typed = values.half_width(values.tidy(words)).split()
    parts = [part for word in typed for part in _parts(word)]
    return list(dict.fromkeys(" AND ".join(dict.fromkeys(stage)) for stage in zip(*parts, strict=True)))


def _parts(word: str) -> list[tuple[str, str, str]]:
    """What a word asks of an entry: to be it, to begin with it, to hold it. An address is only ever exact."""
    address = doors.parse(word)
    if address is not None:
        named = [f'name:"{pair}"' for pair in _shortest(address.estate)]
        return [(part,) * 3 for part in (*named, *(f'addr:"{token}"' for token in _asked(address)))]
    found = []
    for run in re.findall(rf"[{values.HAN}]+|[A-Za-z]+|[0-9][0-9Xx-]*", word):
        if run[0].isdigit():
            tail = run.upper()
            found.append((f'num:"{tail}"', f'addr:"{tail}"', f'{{num addr}}:"{tail}"*'))
        else:
            column, plain = ("py", run.lower()) if run.isascii() else ("name", run)
            held = f'py:"{plain}"*' if run.isascii() else " AND ".join(f'name:"{p}"' for p in _shortest(run))
            found.append((f'{column}:"-{plain}"', f'{column}:"-{plain}"*', held))
    return found


def _shortest(run: str) -> Sequence[str]:
    """The pairs of a run of Chinese, or the one character it is."""
    found = pairs(run)
    return [pair for pair in found if len(pair) == 2] or found


def _asked(address: doors.Address) -> list[str]:
    """The address tokens a typed address must have: the most exact one, or two where the unit was left out."""
    if address.number and address.unit:
        return [address.short]
    if address.number:
        return [f"{address.number}栋", *([address.door] if address.door else [])]
    return ["-".join(part for part in (address.unit, address.door) if part)]


def _tokens(building: str, unit: str, door: str) -> list[str]:
    """Every way a door's address is asked for: 3栋, 3-2, 3-2-501, 3-501, 2-501, 501; a merged one by each of its rooms."""
    number = _number(building)
    tokens = [f"{number}栋", f"{number}-{unit}"] if number else []
    for room in dict.fromkeys((door, *rooms_of(door))):
        tokens += [f"{number}-{unit}-{room}", f"{number}-{room}"] if number else []
        tokens += [f"{unit}-{room}", room]
    return [token for token in (*tokens, unit if not unit.isdigit() else "") if token]


@lru_cache(maxsize=1024)
def _number(building: str) -> str:
    address = doors.parse(building)
    return address.number if address else ""


def _entry(row: Any) -> dict[str, Any]:
    spoken = [row.name, row.former_name]
    numbers = [row.id_number, row.id_number[-6:], row.id_number[-4:], row.number]
    for phone in re.findall(r"[0-9-]{3,}", row.phones or ""):
        numbers += [phone, phone[-4:]]
    return {
        "name": " ".join(
            (*_whole(spoken), *(p for part in (*spoken, row.building) for p in pairs(part or "")))
        ),
        "py": " ".join(s for part in spoken if part for s in (*_whole(beginnings(part)), *spellings(part))),
        "addr": " ".join(_tokens(row.building or "", row.unit or "", row.door or "")),
        "num": " ".join(dict.fromkeys(filter(None, numbers))),
    }


def _whole(words: Iterable[str]) -> list[str]:
    """Marked so that what begins a name is told from what stands within it."""
    return [f"-{word}" for word in words if word]


def _put(link: Connection, kind: str, ids: Sequence[str]) -> None:
    """Make the entries of these records anew; those in the recycle bin lose theirs."""
    _drop(link, ids)
    rows = link.execute(
        text(
            f"SELECT a.id, {_STAMP} AS stamp, {_COLUMNS[kind]}, b.name AS building, d.unit, d.door "
            f"FROM {_FROM[kind]} LEFT JOIN building b ON b.id = d.building "
            "WHERE a.removed_at IS NULL AND a.id IN :ids"
        ).bindparams(_IDS),
        {"ids": ids},
    ).all()
    if not rows:
        return
    first = link.execute(text("SELECT coalesce(max(n), 0) + 1 FROM find_map")).scalar_one()
    numbered = list(enumerate(rows, first))
    link.execute(
        text("INSERT INTO find_map (n, kind, id, stamp) VALUES (:n, :kind, :id, :stamp)"),
        [{"n": n, "kind": kind, "id": row.id, "stamp": str(row.stamp)} for n, row in numbered],
    )
    link.execute(
        text("INSERT INTO find_words (rowid, name, py, addr, num) VALUES (:n, :name, :py, :addr, :num)"),
        [{"n": n} | _entry(row) for n, row in numbered],
    )


def _drop(link: Connection, ids: Sequence[str]) -> None:
    for some in _steps(ids):
        numbers = "DELETE FROM find_words WHERE rowid IN (SELECT n FROM find_map WHERE id IN :ids)"
        for sql in (numbers, "DELETE FROM find_map WHERE id IN :ids"):
            link.execute(text(sql).bindparams(_IDS), {"ids": some})


def _steps(ids: Sequence[str], size: int = STEP) -> Iterator[Sequence[str]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


def _is_free(engine: Engine) -> bool:
    """True when nobody is writing to the vault just now."""
    with engine.connect() as link:
        (patience,) = link.exec_driver_sql("PRAGMA busy_timeout").one()
        link.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            link.exec_driver_sql("BEGIN IMMEDIATE")
        except VaultBusy:
            return False
        finally:
            link.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
    return True


def _make(link: Connection, *, again: bool = False) -> None:
    """Lay the tables down, anew when entries are made in another way by now."""
    there = link.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'find_form'")).first()
    same = there and link.execute(text("SELECT form FROM find_form")).scalar() == FORM
    if same and not again:
        return
    for table in ("find_map", "find_words", "find_form"):
        link.execute(text(f"DROP TABLE IF EXISTS {table}"))
    for statement in _TABLES:
        link.execute(text(statement))
    link.execute(text("INSERT INTO find_form VALUES (:form)"), {"form": FORM})
