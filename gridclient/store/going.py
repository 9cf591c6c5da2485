"""What the centre wants this laptop to let go of, counted by area, building and kind before anybody agrees."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from gridclient.fields import RECORDS
from gridclient.rules.doors import natural
from gridclient.store.belonging import STEP, area_names, building_names, buildings_of
from gridclient.store.outgoing import ELSEWHERE
from sync.errors import Removal
from sync.outbox import HELD
from sync.replica import Replica


@dataclass(frozen=True)
class Going:
    """So many records of one kind in one building of one area; ``whole`` when the area goes as a whole."""

    area: str
    building: str
    kind: str
    count: int
    whole: bool


def going(replica: Replica, removal: Removal) -> list[Going]:
    """What a removal would take, largest area first."""
    areas, names = area_names(replica), building_names(replica)
    counts: Counter[tuple[str, str, str]] = Counter()
    for kind, rows in _held(replica, removal).items():
        places = buildings_of(replica, kind, rows.keys())
        for id_, area in rows.items():
            counts[area, names.get(places.get(id_, ""), ELSEWHERE), kind] += 1
    share: Counter[str] = Counter()
    for (area, _building, _kind), count in counts.items():
        share[area] += count
    order = sorted(
        counts, key=lambda key: (-share[key[0]], key[0], key[1] == ELSEWHERE, natural(key[1]), key[2])
    )
    return [
        Going(
            areas.get(area, area), building, _title(kind), counts[area, building, kind], area in removal.areas
        )
        for area, building, kind in order
    ]


def _held(replica: Replica, removal: Removal) -> dict[str, dict[str, str]]:
    """Kind → id → area of the records named, and of those in the areas named."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    named = sorted(removal.ids)
    asked = [HELD.c.id.in_(named[at : at + STEP]) for at in range(0, len(named), STEP)]
    asked += [HELD.c.area.in_(removal.areas)] if removal.areas else []
    for condition in asked:
        for id_, kind, area in replica.rows(select(HELD.c.id, HELD.c.kind, HELD.c.area).where(condition)):
            found[kind][id_] = area
    return found


def _title(kind: str) -> str:
    return RECORDS[kind].title if kind in RECORDS else "冲突" if kind == "conflict" else ELSEWHERE
