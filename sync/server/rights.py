"""Who may see and write what: pure questions about a person and an area code.

Area codes are prefixes. Whoever is given ``510001001001`` has everything beneath it; the records of ``510001001``,
``510001`` and so on are shown and cannot be written; those of ``*`` are shown to all and written by the office.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sync.admit import Rights
from sync.lately import LATE_MS as LATE_MS, until_lately
from sync.protocol import Exchange, Scope

MATTERS = frozenset({"matter", "matter_step"})  # what the subdistrict passes on, and writes its part of


class Role(StrEnum):
    """What a person is to the centre."""

    GRID_WORKER = "grid_worker"
    CLERK = "clerk"
    SUBDISTRICT = "subdistrict"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role in the words of the office."""
        return _LABELS[self]

    @property
    def writes(self) -> bool:
        """True when this role may change records of every kind."""
        return self is not Role.SUBDISTRICT

    @property
    def office(self) -> bool:
        """True when this role may change what everyone shares."""
        return self in (Role.CLERK, Role.ADMIN)


_LABELS = {Role.GRID_WORKER: "网格员", Role.CLERK: "内勤", Role.SUBDISTRICT: "街道", Role.ADMIN: "管理员"}


@dataclass(frozen=True)
class Person:
    """An account with what it may hold now, and what it once held: ``(area, until)`` in milliseconds."""

    account: str
    name: str
    role: Role
    areas: tuple[str, ...]
    gen: int
    formerly: tuple[tuple[str, int], ...] = ()

    @property
    def scope(self) -> Scope:
        """What this person's laptops may hold."""
        return Scope(gen=self.gen, areas=list(self.areas))

    def rights(self, request: Exchange, *, now: int, left: Callable[[str, str], bool]) -> Rights:
        """Where this person may write in this request, at ``now`` milliseconds.

        An area withdrawn in the last 90 days still counts when all the request holds for it was made before that:
        a laptop's clock is only believed for so long.
        """
        lately, lost = until_lately(request, self.formerly, now=now)
        return Rights(
            areas=frozenset(self.areas),
            formerly=lost,
            everyone=self.role.office,
            until_lately=lately,
            left=left,
            kinds=None if self.role.writes else MATTERS,
        )
