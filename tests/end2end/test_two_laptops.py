"""Two encrypted laptops and a real centre over HTTP: what one worker types, the other sees, and nothing is lost."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from gridclient.desk import PROVISIONAL, Desk
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import rehearse
from gridclient.exchange.writing import commit
from gridclient.records import Household, OrgUnit, Resident
from gridclient.store.counts import figures
from gridclient.store.proof import proofs
from gridclient.store.rounds import notes
from gridclient.store.vault import LIGHT
from sync.digest import receipt_number
from sync.errors import Removal, SyncError
from sync.server.hub import SqlHub
from sync.server.rights import Role
from tests.server import centre
from tests.server.line import line
from tests.support.sample import TODAY

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
PASSPHRASE = "一句只在测试里用的口令"
GRID = centre.COMMUNITY + "001"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SqlHub]:
    with centre.opened(tmp_path) as hub:
        centre.add(hub, "clerk", centre.COMMUNITY, Role.CLERK)
        centre.add(hub, "worker", GRID)
        yield hub


@pytest.fixture
def address(hub: SqlHub) -> Iterator[str]:
    with centre.served(hub) as address:
        yield address


@pytest.fixture
def office(tmp_path: Path, address: str) -> Iterator[Desk]:
    """A clerk's laptop that began before anybody told it its community, with the sample roster in it."""
    with ExitStack() as after:
        desk = Desk.create(tmp_path / "office.vault", PASSPHRASE, cost=LIGHT)
        after.callback(desk.close)
        for form in ("实有人口一张表", "党员中心户登记表"):
            book = read(SAMPLE / f"{form}.xlsx")
            commit(desk.replica, rehearse(desk.replica, book, home=desk.home, who=desk.who, today=TODAY))
        desk.sign_in(address, "clerk", centre.PASSWORD)
        desk.sync()
        yield desk


@pytest.fixture
def worker(tmp_path: Path, address: str, office: Desk) -> Iterator[Desk]:
    with ExitStack() as after:
        desk = Desk.create(tmp_path / "worker.vault", PASSPHRASE, cost=LIGHT)
        after.callback(desk.close)
        desk.sign_in(address, "worker", centre.PASSWORD)
        desk.sync()
        yield desk


def _one(worker: Desk, office: Desk) -> tuple[Resident, Resident]:
    mine = worker.replica.all(Resident, order=Resident.id)[0]
    theirs = office.replica.get(Resident, mine.id)
    assert theirs is not None
    return mine, theirs


def _through(desk: Desk, address: str) -> None:
    desk.let_go_of_hub()
    desk.replica.set_meta("hub", address)


def _settle(*desks: Desk) -> None:
    for desk in (*desks, *desks):
        assert desk.sync().agreed
    assert len({desk.replica.digest(GRID) for desk in desks}) == 1


def test_a_laptop_that_began_alone_takes_the_codes_of_its_community(office: Desk) -> None:
    codes = [unit.code for unit in office.replica.all(OrgUnit) if unit.code]

    assert codes
    assert all(code.startswith(centre.COMMUNITY) for code in codes)
    assert not [r for r in office.replica.all(Resident) if r.area.startswith(PROVISIONAL)]
    assert not office.replica.refused()
    assert {r.created_by for r in office.replica.all(Resident)} == {"clerk"}


def test_a_worker_receives_her_grid_and_nothing_else(worker: Desk, office: Desk) -> None:
    held = {resident.area for resident in worker.replica.all(Resident)}

    assert held == {GRID}
    assert 0 < figures(worker.replica)["residents"] < figures(office.replica)["residents"] == 251


def test_different_fields_of_one_resident_merge(worker: Desk, office: Desk) -> None:
    mine, theirs = _one(worker, office)
    mine.phones = ["19900091111"]
    theirs.employer = "桃溪便民超市"
    worker.replica.save(mine)
    office.replica.save(theirs)

    _settle(worker, office)

    both = [desk.replica.get(Resident, mine.id) for desk in (worker, office)]
    assert [(r.phones, r.employer) for r in both if r] == [(["19900091111"], "桃溪便民超市")] * 2
    assert not worker.replica.conflicts()


def test_the_same_field_raises_one_conflict_on_both_and_a_person_settles_it(
    worker: Desk, office: Desk
) -> None:
    mine, theirs = _one(worker, office)
    mine.employer, theirs.employer = "菜鸟驿站", "桃溪便民超市"
    worker.replica.save(mine)
    office.replica.save(theirs)

    _settle(worker, office)

    (here,), (there,) = worker.replica.conflicts(), office.replica.conflicts()
    assert here.id == there.id
    values = {side["employer"] for side in (here.kept, here.lost)}
    assert values == {"菜鸟驿站", "桃溪便民超市"}
    worker.replica.settle(here, "lost")
    _settle(worker, office)
    assert not office.replica.conflicts()
    settled = office.replica.get(Resident, mine.id)
    assert settled is not None
    assert settled.employer == here.lost["employer"]


def test_a_round_leaves_a_receipt_and_both_sides_codes(worker: Desk, office: Desk) -> None:
    mine, _theirs = _one(worker, office)
    mine.employer = "菜鸟驿站"
    worker.replica.save(mine)

    worker.sync()
    sent = notes(worker.replica)[0]
    _settle(worker, office)

    assert sent.up == 1
    assert sent.sent > 0 < sent.received
    assert sent.receipt == receipt_number(worker.replica.origin, worker.replica.last_mseq)
    codes = [{proof.area: proof.there for proof in proofs(desk.replica)} for desk in (worker, office)]
    assert codes[0][GRID] == codes[1][GRID]
    assert all(proof.same for desk in (worker, office) for proof in proofs(desk.replica))


def test_a_round_cut_short_is_noted_with_what_it_moved(worker: Desk) -> None:
    people = worker.replica.all(Resident, order=Resident.id)[:30]
    for person in people:
        person.remark = "记" * 1500
    worker.replica.save(*people[:15])
    worker.replica.save(*people[15:])
    worker.replica.set_meta("budget", "1")  # the least: it takes more than one exchange
    stops = iter((False, True))

    with pytest.raises(SyncError):
        worker.sync(cancelled=lambda: next(stops))

    noted = notes(worker.replica)[0]
    assert noted.words == "同步已停止"
    assert noted.up == 15
    assert noted.receipt == receipt_number(worker.replica.origin, worker.replica.last_mseq - 15)


def test_a_line_that_is_cut_anywhere_loses_nothing(worker: Desk, office: Desk, address: str) -> None:
    people = worker.replica.all(Resident, order=Resident.id)[:12]
    for nth, person in enumerate(people):
        person.employer = f"单位{nth}"
        worker.replica.save(person)
    for cut in (0, 1, 40, 200, 400, 700, 1000):
        with line(address, after=cut) as bad:
            _through(worker, bad)
            with suppress(SyncError):  # a cut behind the answer's end is none
                worker.sync()
        there = [r.employer for p in people if (r := worker.replica.get(Resident, p.id))]
        assert there == [f"单位{nth}" for nth in range(12)]
    _through(worker, address)
    _settle(worker, office)

    assert worker.replica.pending() == 0
    there = [office.replica.get(Resident, person.id) for person in people]
    assert [r.employer for r in there if r] == [f"单位{nth}" for nth in range(12)]
    assert not office.replica.conflicts()


def test_a_household_removed_here_is_in_the_recycle_bin_there(worker: Desk, office: Desk) -> None:
    home = worker.replica.all(Household, order=Household.id)[0]
    worker.replica.remove(home, "重复登记")

    _settle(worker, office)

    there = office.replica.get(Household, home.id)
    assert there is not None
    assert there.removed
    assert there.removed_why == "重复登记"


def test_every_round_is_told_whether_it_went_well_or_not(worker: Desk, address: str) -> None:
    _through(worker, "http://127.0.0.1:9")
    with suppress(SyncError):
        worker.sync()

    failed, first = notes(worker.replica)[:2]
    assert first.words == "与中心一致"
    assert first.down > 100
    assert failed.words
    assert failed.idle


async def test_much_goes_only_after_somebody_has_seen_what_and_pressed_a_key(
    qloop: asyncio.AbstractEventLoop, worker: Desk, office: Desk
) -> None:
    from gridclient.settings import Settings
    from gridclient.ui.sync_centre import SyncPage
    from gridclient.ui.workspace import Workspace

    people = [person for person in office.replica.all(Resident) if person.area == GRID][:30]
    for person in people:
        office.replica.remove(person, "整栋错录")
    office.sync()
    workspace, over = Workspace(worker, Settings()), asyncio.Event()
    page, before = SyncPage(workspace), worker.replica.count(Resident)
    workspace.said.connect(lambda _message: over.set())

    with pytest.raises(Removal) as asked:
        await workspace.run(worker.sync)
    workspace.set_sync_state(removal=asked.value)
    page.removal.show_removal(asked.value)
    told, held = page.removal.rows.rows.told, worker.replica.count(Resident)
    page.removal.agree.click()
    await over.wait()

    assert sum(int(row.texts[3].removesuffix(" 条")) for row in told) == len(people)
    assert held == before
    assert worker.replica.count(Resident) == before - len(people)
    assert workspace.sync_state.agreed
    page.deleteLater()
    await workspace.close()
