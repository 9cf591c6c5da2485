"""The proof that this laptop and the centre hold the same records: what each last said of every area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json

from gridclient.store.belonging import area_names
from sync.replica import Replica

META = "proof"
SHORT = 8  # hexadecimal digits of a digest that are read out


@dataclass(frozen=True)
class Proof:
    """One area: its name, the records held, both sides' digests, and when they were last compared.

    ``here`` is empty while the laptop has not caught up; ``there`` and ``at`` are while nothing was compared.
    """

    area: str
    name: str
    records: int
    here: str
    there: str = ""
    at: datetime | None = None

    @property
    def same(self) -> bool:
        """True when both sides hold the same records, each in the same version."""
        return bool(self.here) and self.here == self.there


def keep(replica: Replica, told: Mapping[str, str], at: datetime) -> None:
    """Keep what the centre told of areas (code → digest) at the end of a round."""
    known = _known(replica)
    held = replica.have().keys() | told.keys()
    fresh = {area: [digest, at.isoformat(timespec="seconds")] for area, digest in told.items()}
    kept = {area: line for area, line in (known | fresh).items() if area in held}
    if kept != known:
        replica.set_meta(META, json.dumps(kept))


def proofs(replica: Replica) -> list[Proof]:
    """Every area this laptop holds, in the order of their codes."""
    known, names = _known(replica), area_names(replica)
    found = []
    for area, have in sorted(replica.have().items()):
        there, at = known.get(area, ["", ""])
        when = datetime.fromisoformat(at) if at else None
        held = replica.held_in([area])
        found.append(Proof(area, names.get(area, area), held, have.digest or "", there, when))
    return found


def code(digest: str) -> str:
    """``3F2A 91C0``: as much of a digest as two people compare over the telephone; empty for none."""
    short = digest[:SHORT].upper()
    return f"{short[:4]} {short[4:]}".strip()


def _known(replica: Replica) -> dict[str, list[str]]:
    known: dict[str, list[str]] = json.loads(replica.meta(META) or "{}")
    return known
