"""The record kind that asks a person to choose between two values nobody saw together.

A conflict travels like any other record, so the worker and the office see the same list.
"""

from dataclasses import dataclass
import hashlib
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from sync.record import SyncedRecord

CONFLICT = "conflict"


@dataclass(frozen=True)
class Side:
    """One of the two values of a conflict: group values, the account that wrote them, milliseconds since 1970."""

    values: dict[str, Any]
    by: str
    at: int


class Conflict(SyncedRecord, table=True):
    """Two writers changed one group of one record without seeing each other's value.

    ``kept`` is what the record shows now, ``lost`` what it does not; ``before`` what the later arrival was looking at,
    empty when there was nothing. ``choice`` is ``""`` until settled, then ``kept`` or ``lost``.
    """

    record_kind: str = Field(default="")
    record_id: str = Field(default="", index=True, max_length=32)
    group_name: str = Field(default="")
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    kept: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    kept_by: str = Field(default="")
    kept_at: int = Field(default=0, sa_type=BigInteger)
    lost: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    lost_by: str = Field(default="")
    lost_at: int = Field(default=0, sa_type=BigInteger)
    settled_at: int | None = Field(
        default=None, sa_type=BigInteger, schema_extra={"json_schema_extra": {"group": "settlement"}}
    )
    choice: str = Field(default="", schema_extra={"json_schema_extra": {"group": "settlement"}})

    @property
    def open(self) -> bool:
        """True until somebody has chosen."""
        return self.settled_at is None

    def side(self, name: str) -> Side:
        """The side called ``kept`` or ``lost``."""
        if name == "kept":
            return Side(self.kept, self.kept_by, self.kept_at)
        return Side(self.lost, self.lost_by, self.lost_at)

    def mine(self, author: str) -> str:
        """Which side ``author`` wrote, ``kept`` or ``lost``; the lost one when both or neither."""
        return "kept" if self.kept_by == author != self.lost_by else "lost"

    def theirs(self, author: str) -> str:
        """The side that is not ``author``'s."""
        return "kept" if self.mine(author) == "lost" else "lost"


def subject_of(groups: dict[str, dict[str, Any]]) -> str:
    """The id of the record that a change, which makes a conflict, says it is about; "" when it says nothing."""
    told = [values["record_id"] for values in groups.values() if "record_id" in values]
    return str(told[-1]) if told else ""


def conflict_id(record_id: str, group: str, *stamps: tuple[str, int]) -> str:
    """The one id of a conflict between these edits of this group, however often and in what order they meet."""
    told = "\x00".join([record_id, group, *(f"{origin}:{mseq}" for origin, mseq in sorted(stamps))])
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
