"""Record kinds for tests of the sync library: one of each sort of column, and a group of two fields."""

from datetime import date
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from sync.record import SyncedRecord


def grouped(group: str, **marks: Any) -> Any:
    return Field(schema_extra={"json_schema_extra": {"group": group}}, **marks)


class ToyHouse(SyncedRecord, table=True):
    """A record with every sort of column."""

    name: str = Field(default="")
    storeys: int | None = Field(default=None)
    height: float | None = Field(default=None)
    lived_in: bool = Field(default=False)
    built_on: date | None = Field(default=None)
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    street: str = grouped("address", default="")
    number: str = grouped("address", default="")

    def problems(self) -> dict[str, str]:
        return {"storeys": "层数不能是负数"} if (self.storeys or 0) < 0 else {}


class ToyPerson(SyncedRecord, table=True):
    """A record that points at another."""

    name: str = Field(default="")
    phone: str = Field(default="")
    house: str = Field(default="", index=True, max_length=32)


KINDS = (ToyHouse, ToyPerson)
