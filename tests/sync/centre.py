"""What tests of any centre have in common: the office behind a hub, and changes made by hand."""

from dataclasses import dataclass
from typing import Any, Protocol

from sync.clock import pack
from sync.protocol import Change, Document, Hub
from sync.record import LIFE, new_id
from tests.sync.laptops import Power

GRID, NEXT, FAR = "520101001001001", "520101001001002", "520999009009009"


class Centre(Protocol):
    """A hub and the office behind it."""

    hub: Hub

    def add_account(self, name: str, areas: list[str]) -> None:
        """Let somebody in, with PASSWORD."""

    def assign(self, name: str, areas: list[str]) -> None:
        """Give an account other areas."""

    def revoke(self, account: str) -> None:
        """Withdraw every laptop of an account."""

    def back_up(self) -> Any:
        """A copy of everything held."""

    def restore(self, backup: Any) -> None:
        """Go back to a copy, in a new epoch."""


@dataclass(frozen=True)
class Line:
    """One line of a centre's history; ``old`` and ``new`` are JSON."""

    id: str
    outcome: str
    old: str
    new: str


class Witness(Centre, Protocol):
    """A centre that can be looked at from within, cut off at any statement, and begun again."""

    power: Power

    def found(self, accounts: dict[str, list[str]]) -> dict[str, str]:
        """Let everybody in with these areas; account → token. What stands then is what :meth:`begin_again` brings."""

    def begin_again(self) -> None:
        """Forget everything since the accounts were made."""

    def areas_of(self, name: str) -> list[str]:
        """What an account holds."""

    def documents(self) -> list[Document]:
        """Every record, conflicts among them."""

    def lines(self) -> list[Line]:
        """The history, oldest first."""

    def sealed(self) -> list[Change]:
        """Everything withdrawn laptops handed in."""


def made(mseq: int, area: str = GRID, by: str = "wang", id_: str = "", **values: Any) -> Change:
    groups: dict[str, dict[str, Any]] = {name: {name: value} for name, value in values.items()}
    groups |= {LIFE: {"removed_at": None, "removed_why": ""}}
    return Change(
        mseq=mseq,
        tx=mseq,
        kind="toy_person",
        id=id_ or new_id(),
        area=area,
        groups=groups,
        at=pack(1_795_000_000_000 + mseq),
        by=by,
        made=True,
    )
