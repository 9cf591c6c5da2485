"""What tests of any centre have in common: the office behind a hub, and changes made by hand."""

from typing import Any, Protocol

from sync.clock import pack
from sync.protocol import Change, Hub
from sync.record import LIFE, new_id

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
