"""Rounds with a real centre over HTTP, against the bare floor of the same records written once in bulk."""

from pathlib import Path

from sqlmodel import col

from gridclient.desk import Desk
from gridclient.records import Resident
from gridclient.store.vault import LIGHT
from sync.record import new_id
from sync.server.rights import Role
from tests.bench.stopwatch import show, took
from tests.server import centre

GRID = centre.COMMUNITY + "001"
MANY, FEW, EDITS = 10_000, 1_000, 200


def _desk(folder: Path, name: str, address: str = "") -> Desk:
    desk = Desk.create(folder / f"{name}.vault", "bench-passphrase", home=centre.COMMUNITY, cost=LIGHT)
    desk.index.close()
    if address:
        desk.sign_in(address, "clerk", centre.PASSWORD)
        desk.sync()
    return desk


def _residents(number: int) -> list[Resident]:
    home = new_id()
    return [
        Resident(name=f"测试{n}", household=home, area=GRID, employer=f"单位{n % 90}") for n in range(number)
    ]


def test_a_round_costs_what_changed_and_not_what_is_held(tmp_path: Path) -> None:
    with centre.opened(tmp_path) as hub, centre.served(hub) as address:
        centre.add(hub, "clerk", centre.COMMUNITY, Role.CLERK)
        office, other = _desk(tmp_path, "office", address), _desk(tmp_path, "other", address)
        office.replica.import_many(_residents(FEW))
        office.sync()
        idle_few, _ = took(office.sync, times=9)
        floor, _ = took(lambda: office.replica.import_many(_residents(MANY - FEW)))
        up, done = took(office.sync)
        down, _ = took(other.sync)
        idle_many, _ = took(office.sync, times=9)
        some = office.replica.all(Resident, order=col(Resident.id))[:EDITS]
        for resident in some:
            resident.employer = "新单位"
        office.replica.save(*some)
        edits_up, _ = took(office.sync)
        edits_down, _ = took(other.sync)
        agreed = office.replica.digest(GRID) == other.replica.digest(GRID)
        office.close()
        other.close()

    show(
        f"同步 {MANY:,} 条（底线：本机批量写入 {MANY - FEW:,} 条）",
        ("本机批量写入", floor),
        [
            (f"首次上传 {done.up:,} 条", up),
            (f"首次下载 {MANY:,} 条", down),
            (f"{EDITS} 处修改上传", edits_up),
            (f"{EDITS} 处修改下载", edits_down),
            (f"空轮，持有 {FEW:,} 条", idle_few),
            (f"空轮，持有 {MANY:,} 条", idle_many),
        ],
    )
    assert agreed
    assert idle_many < 3 * idle_few + 0.005
