"""Whatever is edited in a layout, nobody is lost, and as many undos bring everything back."""

from collections.abc import Callable, Sequence
from random import Random

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
import pytest
from pytestqt.qtbot import QtBot

from gridclient.errors import Unfit
from gridclient.records import Building, Dwelling, Household, Resident
from gridclient.rules import numbering
from gridclient.rules.generator import Shape, lacking, lay_out
from gridclient.store import layout
from gridclient.ui.plan import PlanPage
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord
from tests.support.stage import on_stage

AT = 1_800_000_000_000
Edit = Callable[[Workspace, Random, Building, list[Dwelling]], Sequence[SyncedRecord]]


def merge(
    workspace: Workspace, chance: Random, house: Building, doors: list[Dwelling]
) -> Sequence[SyncedRecord]:
    one = chance.choice(doors)
    beside = [door for door in doors if (door.unit, door.floor) == (one.unit, one.floor)][:3]
    return layout.merged(workspace.replica, beside, numbering.merged([d.door for d in beside]), at=AT)


def split(
    workspace: Workspace, chance: Random, house: Building, doors: list[Dwelling]
) -> Sequence[SyncedRecord]:
    one = chance.choice(doors)
    parts = numbering.parted(one.door)
    homes = layout.households_of(workspace.replica, [one.id])
    return layout.split(
        workspace.replica, one, parts, {home.id: chance.randrange(len(parts)) for home in homes}
    )


def renumber(
    workspace: Workspace, chance: Random, house: Building, doors: list[Dwelling]
) -> Sequence[SyncedRecord]:
    one, number = chance.choice(doors), chance.randint(1, 9)
    return layout.renamed(workspace.replica, one, chance.choice("123"), f"{chance.randint(1, 9)}0{number}")


def insert(
    workspace: Workspace, chance: Random, house: Building, doors: list[Dwelling]
) -> Sequence[SyncedRecord]:
    beside = [door.door for door in doors if door.unit == "1" and door.floor == 3]
    return layout.inserted(workspace.replica, house, "1", [numbering.next_room(beside, 3)], 3)


def delete(
    workspace: Workspace, chance: Random, house: Building, doors: list[Dwelling]
) -> Sequence[SyncedRecord]:
    return layout.removed(workspace.replica, [chance.choice(doors)], at=AT)


def generate(
    workspace: Workspace, chance: Random, house: Building, doors: list[Dwelling]
) -> Sequence[SyncedRecord]:
    shape = Shape(chance.randint(1, 3), (chance.randint(1, 8),), (chance.randint(1, 3),))
    return layout.made(house, lacking(lay_out(shape), ((door.unit, door.door) for door in doors)))


EDITS: tuple[Edit, ...] = (merge, split, renumber, insert, delete, generate)


def state(workspace: Workspace) -> dict[str, tuple[object, ...]]:
    """Every door and household as somebody would see them."""
    doors, homes = workspace.replica.all(Dwelling), workspace.replica.all(Household)
    seen: dict[str, tuple[object, ...]] = {
        d.id: (d.unit, d.floor, d.door, d.area_m2, d.owner, d.tenure, d.address) for d in doors
    }
    return seen | {home.id: (home.dwelling, home.head_name) for home in homes}


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_lost_by_any_edits_and_undo_brings_everything_back(workspace: Workspace, seed: int) -> None:
    chance, before = Random(seed), state(workspace)
    house = min(workspace.replica.all(Building), key=lambda building: building.name)
    people = {(p.id, p.household, p.name) for p in workspace.replica.all(Resident)}
    families, made, done = {h.id for h in workspace.replica.all(Household)}, 0, set()

    while made < 12:
        edit = chance.choice(EDITS)
        try:
            records = edit(workspace, chance, house, layout.doors_of(workspace.replica, house.id))
        except Unfit:
            continue
        if records:
            workspace.save(*records)
            made, done = made + 1, done | {edit}
        doors = {door.id for door in workspace.replica.all(Dwelling)}
        homes = workspace.replica.all(Household)
        assert {home.id for home in homes} == families
        assert {home.dwelling for home in homes} <= doors
        own = layout.doors_of(workspace.replica, house.id)
        rooms = [(door.unit, room) for door in own for room in numbering.rooms_of(door.door)]
        assert len(set(rooms)) == len(rooms)

    assert len(done) >= 3
    assert {(p.id, p.household, p.name) for p in workspace.replica.all(Resident)} == people
    for _edit in range(made):
        assert workspace.undo()
    assert state(workspace) == before


def test_two_doors_are_merged_without_a_mouse(workspace: Workspace, qtbot: QtBot) -> None:
    page = PlanPage(workspace)
    stage = on_stage(qtbot, page)
    first = page.view.current

    QTest.keyClick(page.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    menu = page.works.show_menu(QPoint(10, 10))
    QTest.keyClick(menu, Qt.Key.Key_H)
    QTest.keyClick(page.works.edit.rooms, Qt.Key.Key_Return)

    assert page.view.drawing.of(page.view.current).cell.room == "601-602"
    assert page.view.current == first
    assert page.view.hasFocus()
    stage.close()
