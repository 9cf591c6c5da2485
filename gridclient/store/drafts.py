"""What is half typed: kept in the vault within a second, so a crash costs at most one field. Never synced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json
from typing import Any

from sqlalchemy import Column, Engine, MetaData, String, Table, delete, insert, select

from gridclient.store.disk import writing
from sync.record import new_id

_METADATA = MetaData()
DRAFT = Table(
    "draft",
    _METADATA,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("at", String, nullable=False),
    Column("body", String, nullable=False),
)


def new_key() -> str:
    """The key under which a record that does not exist yet is kept."""
    return f"new:{new_id()}"


@dataclass(frozen=True)
class Draft:
    """One half-typed form. ``key`` is the record's id, or ``new:…``; ``values`` maps fields to JSON values."""

    key: str
    kind: str
    at: datetime
    values: dict[str, Any]

    @property
    def is_new(self) -> bool:
        return self.key.startswith("new:")

    def __repr__(self) -> str:
        return f"<Draft {self.kind} {self.key}>"


class Drafts:
    """The drafts of one vault."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with writing():
            _METADATA.create_all(engine)

    def keep(self, kind: str, key: str, values: Mapping[str, Any], at: datetime) -> None:
        """Keep ``values`` (JSON: texts, numbers, lists) under ``key``, in place of what was there."""
        body = json.dumps(dict(values), ensure_ascii=False)
        with writing(), self._engine.begin() as link:
            link.execute(delete(DRAFT).where(DRAFT.c.key == key))
            link.execute(insert(DRAFT).values(key=key, kind=kind, at=at.isoformat(), body=body))

    def all(self, kind: str = "") -> list[Draft]:
        """Every draft, or those of one kind, newest first."""
        query = select(DRAFT).order_by(DRAFT.c.at.desc(), DRAFT.c.key)
        if kind:
            query = query.where(DRAFT.c.kind == kind)
        with self._engine.connect() as link:
            return [_draft(row) for row in link.execute(query)]

    def take(self, key: str) -> Draft | None:
        """The draft under ``key``, which stays kept until it is dropped; None when there is none."""
        with self._engine.connect() as link:
            row = link.execute(select(DRAFT).where(DRAFT.c.key == key)).one_or_none()
        return _draft(row) if row is not None else None

    def drop(self, key: str) -> None:
        """Forget the draft: it was saved, or thrown away."""
        with writing(), self._engine.begin() as link:
            link.execute(delete(DRAFT).where(DRAFT.c.key == key))


def _draft(row: Any) -> Draft:
    return Draft(row.key, row.kind, datetime.fromisoformat(row.at), json.loads(row.body))
