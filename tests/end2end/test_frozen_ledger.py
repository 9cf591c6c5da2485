"""A ledger frozen on one laptop is printed again on another, to the dot, through a real centre."""

from datetime import datetime

from PySide6.QtGui import QImage
import pytest

from gridclient.desk import Desk
from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.filing import Origin, Signing, differences, freeze, thaw
from gridclient.ledger.template import named
from gridclient.records import FrozenLedger, FrozenPart
from gridclient.store import frozen
from gridclient.ui.printing import pages_of, to_image
from tests.end2end.test_two_laptops import GRID, _settle, address, hub, office, worker  # noqa: F401
from tests.server.centre import COMMUNITY
from tests.support.sample import TODAY

AT = datetime(2026, 11, 22, 15, 4)
pytestmark = pytest.mark.usefixtures("qapp")


def filed(desk: Desk, area: str = "") -> FrozenLedger:
    template, scope = named("residents"), Scope(area=area)
    sheet = compose(template, desk.replica, scope=scope, who=desk.who, today=TODAY, at=AT)
    signing = Signing("王小敏", AT)
    return freeze(
        desk.replica,
        sheet,
        Origin(template, scope),
        signing,
        home=desk.home,
        count=lambda one: len(pages_of(one)),
    )


def pictures(desk: Desk, number: str) -> list[QImage]:
    pages = pages_of(thaw(desk.replica, frozen.numbered(desk.replica, number)))
    return [to_image(pages[n], 40) for n in range(len(pages))]


def test_frozen_here_it_is_printed_there_with_the_same_pages(worker: Desk, office: Desk) -> None:  # noqa: F811
    here = filed(worker)
    _settle(worker, office)

    there = frozen.numbered(office.replica, here.number)

    assert here.area.startswith(GRID)
    assert there.pages == here.pages
    assert pictures(office, here.number) == pictures(worker, here.number)
    assert not worker.replica.refused()


def test_all_that_a_worker_held_is_compared_with_as_much_on_a_laptop_that_holds_more(
    worker: Desk,  # noqa: F811
    office: Desk,  # noqa: F811
) -> None:
    number = filed(worker).number
    _settle(worker, office)

    found = [
        differences(desk.replica, frozen.numbered(desk.replica, number), home=desk.home, today=TODAY).words
        for desk in (worker, office)
    ]

    assert found == ["和定稿时完全一样"] * 2


def test_a_worker_is_not_given_the_rows_of_other_grids_in_a_frozen_ledger(
    worker: Desk,  # noqa: F811
    office: Desk,  # noqa: F811
) -> None:
    whole, own = filed(office), filed(office, GRID)
    _settle(worker, office)

    assert whole.area == f"{COMMUNITY}000"
    assert [one.number for one in frozen.ledgers(worker.replica)] == [own.number]
    assert {part.ledger for part in worker.replica.all(FrozenPart)} == {own.id}
    assert not office.replica.refused()


def test_two_laptops_offline_never_give_one_number_twice(worker: Desk, office: Desk) -> None:  # noqa: F811
    mine, theirs = filed(worker), filed(office)
    _settle(worker, office)

    assert mine.number != theirs.number
    assert {one.number for one in frozen.ledgers(office.replica)} == {mine.number, theirs.number}
