"""What both ends know of any record: who it is, where it belongs, and who last wrote each part of it.

A product declares its kinds as subclasses of :class:`SyncedRecord` (SQLModel tables). Merging works on *groups*: one
field, or fields that only make sense together, named in the field's ``json_schema_extra={"group": ...}``.
"""

from collections.abc import Sequence
from functools import cache
import os
import re
import time
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

LIFE = "life"  # the group of removed_at and removed_why: a removal merges like any other edit
PLACE = "area"  # the group that says where a record belongs: a move is an edit too
MADE = "made"  # the group written once, when the record is created
UPKEEP = frozenset({"id", "ver", "updated_at", "updated_by", "stamps", "unknown"})
EVERYONE = "*"  # the area whose records every laptop receives


def new_id() -> str:
    """A UUIDv7 (RFC 9562) as 32 hexadecimal digits: sorts by the time it was made, names nobody."""
    millis = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    high = (millis & (1 << 48) - 1) << 16 | 0x7000 | noise >> 68
    low = 0b10 << 62 | noise & (1 << 62) - 1
    return f"{high:016x}{low:016x}"


@cache
def kind_name(class_name: str) -> str:
    """``PartyCentreHousehold`` → ``party_centre_household``: the name of a kind, and of its table."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


class SyncedRecord(SQLModel):
    """One record that laptops and the centre keep in common.

    ``area`` is the code of the grid (or wider area) that owns it, or ``*`` for everyone. ``ver`` orders deliveries and
    feeds digests: 0 until the centre has stored the record. Times are milliseconds since 1970 (UTC). ``stamps`` maps a
    group to ``[origin, mseq, hlc]`` of the edit that wrote it; the key ``""`` stands for every group not listed.
    ``unknown`` keeps fields a newer laptop sent, to give them back untouched.
    """

    APPEND_ONLY: ClassVar[bool] = False

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    area: str = Field(default="", index=True, max_length=20)
    ver: int = Field(default=0, sa_type=BigInteger)
    created_at: int = Field(default=0, sa_type=BigInteger)
    created_by: str = Field(default="")
    source: str = Field(default="entry")
    updated_at: int = Field(default=0, sa_type=BigInteger)
    updated_by: str = Field(default="")
    removed_at: int | None = Field(default=None, sa_type=BigInteger)
    removed_why: str = Field(default="")
    stamps: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    unknown: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy calls it with the class
        return kind_name(cls.__name__)

    @classmethod
    def kind(cls) -> str:
        """The name of this kind on the wire, in tables and in links."""
        return kind_name(cls.__name__)

    @property
    def removed(self) -> bool:
        """True while the record is in the recycle bin."""
        return self.removed_at is not None

    def problems(self) -> dict[str, str]:
        """Field → a sentence on why its value may not be stored; empty when all may."""
        return {}

    def __repr__(self) -> str:
        return f"<{self.kind()} {self.id}>"

    __str__ = __repr__

    def __repr_args__(self) -> Sequence[tuple[str | None, Any]]:
        return [("id", self.id)]


@cache
def groups_of(table: type[SyncedRecord]) -> dict[str, tuple[str, ...]]:
    """The merge groups of a kind: name → its fields, in declaration order."""
    groups: dict[str, list[str]] = {
        PLACE: ["area"],
        LIFE: ["removed_at", "removed_why"],
        MADE: ["created_at", "created_by", "source"],
    }
    fixed = {name for names in groups.values() for name in names}
    for name, info in table.model_fields.items():
        if name in UPKEEP or name in fixed:
            continue
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        groups.setdefault(str(extra.get("group") or name), []).append(name)
    return {name: tuple(fields) for name, fields in groups.items()}


@cache
def group_of(table: type[SyncedRecord]) -> dict[str, str]:
    """Field → the group it merges in."""
    return {field: group for group, fields in groups_of(table).items() for field in fields}
