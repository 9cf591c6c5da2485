"""The last edits saved on this laptop, so that each can be taken back, also after a restart. Never synced."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
import json
import threading
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from gridclient.rules.undoing import Part
from gridclient.store.disk import writing

STEPS = 50
_METADATA = MetaData()
EDIT = Table(
    "edit",
    _METADATA,
    Column("n", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("what", String, nullable=False),
    Column("undone", Boolean, nullable=False),
    Column("first", String, nullable=False),
    Column("parts", String, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True)
class Edit:
    """One step: at ``at``, ``who`` (an account) saved ``first``; ``what`` names the act when it has a name.

    ``parts`` is what taking it back reverses or, once it is ``undone``, what doing it again reverses. ``origin`` is what
    this laptop called itself then. Two are equal when they are the same step.
    """

    n: int
    at: datetime = field(compare=False)
    who: str = field(compare=False)
    origin: str = field(compare=False)
    what: str = field(compare=False)
    first: tuple[Part, ...] = field(compare=False, repr=False)
    parts: tuple[Part, ...] = field(compare=False, repr=False)
    undone: bool = field(default=False, compare=False)


class Edits:
    """The steps of one vault, the newest :data:`STEPS` of them, read when they are first asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        with writing():
            _METADATA.create_all(engine)

    @cached_property
    def _known(self) -> list[Edit]:
        with self._engine.connect() as link:
            return [_edit(row) for row in link.execute(select(EDIT).order_by(EDIT.c.n))]

    def all(self) -> list[Edit]:
        """Every step kept, newest first."""
        return self._known[::-1]

    def now(self, edit: Edit) -> Edit | None:
        """A step as it stands now; None when it is kept no longer."""
        return next((known for known in self._known if known == edit), None)

    def add(self, at: datetime, who: str, origin: str, what: str, parts: Sequence[Part]) -> Edit:
        """Keep one more step; what was undone before it cannot be done again, and the oldest goes."""
        words = _written(parts)
        told = {
            "at": at.isoformat(),
            "who": who,
            "origin": origin,
            "what": what,
            "first": words,
            "parts": words,
        }
        with self._lock:
            kept = [known for known in self._known if not known.undone][1 - STEPS :]
            with writing(), self._engine.begin() as link:
                made = link.execute(insert(EDIT).values(undone=False, **told))
                n = int(made.inserted_primary_key[0])  # type: ignore[index]
                link.execute(delete(EDIT).where(EDIT.c.n.not_in([n, *(known.n for known in kept)])))
            edit = Edit(n, at, who, origin, what, tuple(parts), tuple(parts))
            self._known = [*kept, edit]
        return edit

    def turn(self, edit: Edit, parts: Sequence[Part]) -> Edit:
        """Note that a step was taken back, or done again: ``parts`` is what was done for it."""
        turned = replace(edit, undone=not edit.undone, parts=tuple(parts))
        values = {"undone": turned.undone, "parts": _written(parts)}
        with self._lock:
            with writing(), self._engine.begin() as link:
                link.execute(update(EDIT).where(EDIT.c.n == edit.n).values(**values))
            self._known = [turned if known == edit else known for known in self._known]
        return turned

    def forget(self, *edits: Edit) -> None:
        """Let go of steps of which nothing can be taken back any more."""
        with self._lock:
            with writing(), self._engine.begin() as link:
                link.execute(delete(EDIT).where(EDIT.c.n.in_([edit.n for edit in edits])))
            self._known = [known for known in self._known if known not in edits]

    def about(self, ids: Collection[str]) -> list[Edit]:
        """The steps that did anything to these records."""
        wanted = set(ids)
        return [edit for edit in self._known if any(part.id in wanted for part in (*edit.first, *edit.parts))]


def _written(parts: Sequence[Part]) -> str:
    return json.dumps([asdict(part) for part in parts], ensure_ascii=False)


def _edit(row: Any) -> Edit:
    first, parts = (tuple(Part(**told) for told in json.loads(text)) for text in (row.first, row.parts))
    at = datetime.fromisoformat(row.at)
    return Edit(row.n, at, row.who, row.origin, row.what, first, parts, row.undone)
