"""On which shelf a ledger stands, and which one is meant by the letters typed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridclient.fields import RECORDS
from gridclient.ledger.kept import PREFIX
from gridclient.ledger.template import Template
from gridclient.rules.names import spoken

LATELY, MINE, OTHERS = "最近用过", "我的台账", "其他"
SHELVES = ("人口", "房屋楼栋", "走访", "事项", "党建", "组织", OTHERS)
BY_DRAWER = {
    "people": "人口",
    "care": "人口",
    "place": "房屋楼栋",
    "visit": "走访",
    "matter": "事项",
    "party": "党建",
    "area": "组织",
    "stewards": "组织",
}
BY_NAME = {
    "month": "组织",
    "unvisited": "走访",
    "all_dictionary_entry": OTHERS,
    "all_two_people": OTHERS,
}
DEFAULT = "all_"  # begins the name of the ledger of a kind's listed fields


@dataclass(frozen=True)
class Shelf:
    """Ledgers under one heading, as places in the list of all templates."""

    title: str
    rows: tuple[int, ...]


def shelves(templates: Sequence[Template], lately: Sequence[str] = ()) -> list[Shelf]:
    """What was used last, what the office made, then every other ledger by what it is about."""
    rows = {template.name: row for row, template in enumerate(templates)}
    found = [Shelf(LATELY, tuple(rows[name] for name in lately if name in rows))]
    found += [
        Shelf(title, tuple(row for row, template in enumerate(templates) if shelf_of(template) == title))
        for title in (MINE, *SHELVES)
    ]
    return [shelf for shelf in found if shelf.rows]


def shelf_of(template: Template) -> str:
    """The heading under which a ledger stands."""
    if template.name.startswith(PREFIX):
        return MINE
    return BY_NAME.get(template.name) or BY_DRAWER.get(RECORDS[template.kind].drawer, OTHERS)


def meant(templates: Sequence[Template], order: Sequence[int], letters: str) -> int:
    """The first row in ``order`` whose title fits the letters best; -1 when none does.

    First letters and pinyin count, from the first word before any other, and a written ledger before one by default.
    """
    ranked = [(rank, row) for row in order if (rank := _rank(templates[row], letters)) is not None]
    return min(ranked, key=lambda one: one[0])[1] if ranked else -1


def _rank(template: Template, letters: str) -> tuple[bool, int] | None:
    """Smaller is meant sooner: its title begins so, its shelf does, another word of it does, it holds the letters."""
    title, by_default = template.called, template.name.startswith(DEFAULT)
    said = spoken(title)
    if _begins(said, letters):
        return by_default, 0
    if _begins(spoken(shelf_of(template)), letters):
        return by_default, 1
    if any(_begins(said[start:], letters) for start in range(1, len(said))):
        return by_default, 2
    return (by_default, 3) if letters in title.lower() else None


def _begins(said: Sequence[str], letters: str) -> bool:
    return "".join(word[0] for word in said).startswith(letters) or "".join(said).startswith(letters)
