"""The houses of a later program: one field more, in a table of the same name."""

from datetime import date

from sqlalchemy import JSON, MetaData
from sqlmodel import Field

from sync.record import SyncedRecord
from tests.sync.toys import grouped


class ToyHouse(SyncedRecord, table=True):
    """A house as only a newer laptop knows it: with its colour."""

    metadata = MetaData()

    name: str = Field(default="")
    storeys: int | None = Field(default=None)
    height: float | None = Field(default=None)
    lived_in: bool = Field(default=False)
    built_on: date | None = Field(default=None)
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    street: str = grouped("address", default="")
    number: str = grouped("address", default="")
    colour: str = Field(default="")
