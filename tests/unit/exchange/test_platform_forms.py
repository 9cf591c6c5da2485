"""The platform's own empty forms are known, each by its heads; homes and joint groups are filed like the rest."""

from pathlib import Path
from typing import Any

import pytest

from gridclient.exchange.mapping import matched
from gridclient.exchange.reader import read
from gridclient.records import Building, Dwelling, OrgUnit, Resident, Steward
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring
from tests.unit.exchange.workbooks import UNIT_ROW, book, numbered, person, population

OWNER, HEAD = numbered(31), numbered(1)
HOMES = (
    ["住房编号*", "所属网格*", "住房地址", "", "", "", "", "住房类别*", "出租房档案号\n（住房类别为出租房时有效）",
     "隐患情况\n（住房类别为出租房时使用）", "房主姓名\\法人代表", "(房主\\法人)身份证号码", "(房主\\法人)手机",
     "(房主\\单位)电话", "住房面积", "住房结构", "实住人数", "备注"],
    ["", "", "住房地址类型*", "小区/地址*", "幢", "单元", "室", *[""] * 11],
)  # fmt: skip
MERGED = ["C5:G5", *(f"{letter}5:{letter}6" for letter in "ABHIJKLMNOPQR")]


def homes(path: Path, *rows: list[Any]) -> Path:
    table = [["1.0", "住房信息登记表"], ["填写注意事项：…"], UNIT_ROW, [], *HOMES, *rows]
    return book(path, {"住房信息登记表": table}, merged={"住房信息登记表": MERGED})


def home(door: str, kind: str, **cells: Any) -> list[Any]:
    told = ("hazard", "owner", "id", "phone", "unit", "m2")
    where = ["FW1", "第一网格", "商品房", "桃苑", "1栋", "1单元", door]
    return [*where, kind, "DA-1", *(cells.get(name, "") for name in told), "混合结构", 3, "临街"]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("BUILDDATAS.xls", "buildings"),
        ("FLOATINGPOPULATION.xls", "floating"),
        ("GRIDTEAM.xls", "grid_workers"),
        ("HOUSEHOLDSTAFF.xls", "registered"),
        ("HOUSEINFO.xls", "dwellings"),
        ("IMPORTTENHOUSEHOLDSGROUP.xls", "joint"),
        ("实有人口一张表.xlsx", "population"),
    ],
)
def test_every_form_of_the_platform_is_known_and_every_column_of_it(
    trial_data: Path, name: str, form: str
) -> None:
    found = matched(read(trial_data / "templates" / name))[0]

    assert found.form is not None
    assert found.head is not None
    assert (found.form.name, found.usable) == (form, True)
    assert [column.head for column in found.head.columns if not column.slot] == []


def test_a_home_is_filed_behind_its_door_with_owner_and_tenure(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    let = home(
        "101室", "出租房", hazard="飞线充电、堆满纸箱", owner="周某", id=OWNER, phone="19900000031", m2=88.5
    )
    found, _ = bring(homes(tmp_path / "a.xlsx", let, home("102", "闲置房", hazard="安全")))

    assert found.issues == []
    (building,) = replica.all(Building)
    doors = {d.door: d for d in replica.all(Dwelling)}
    assert (building.name, building.structure) == ("桃苑1栋", "4")
    assert [u.name for u in replica.all(OrgUnit, OrgUnit.id == building.grid)] == ["第一网格"]
    let_out = doors["101"]
    assert (let_out.unit, let_out.tenure, let_out.area_m2, let_out.owner) == ("1", "02", 88.5, "周某")
    assert (let_out.owner_id, let_out.owner_phone) == (OWNER, "19900000031")
    assert (let_out.hazards, let_out.remark) == (["charging", "other"], "临街；隐患：飞线充电、堆满纸箱")
    assert (doors["102"].tenure, doors["102"].hazards, doors["102"].remark) == ("03", [], "临街")


def test_an_owner_whose_number_is_wrong_is_hinted_at_and_his_home_is_kept(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    found, _ = bring(homes(tmp_path / "a.xlsx", home("101", "出租房", owner="周某", id=OWNER[:-1] + "0")))

    assert [(i.row, i.column, i.severity, i.kind) for i in found.issues] == [
        (7, "L", "warning", "id_checksum")
    ]
    (dwelling,) = replica.all(Dwelling)
    assert (dwelling.owner, dwelling.owner_id) == ("周某", "")


def test_a_home_without_a_door_is_refused_and_the_same_file_twice_changes_nothing(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    path = homes(tmp_path / "a.xlsx", home("", "出租房"), home("101", "自住房"))
    found, _ = bring(path)

    assert [(i.row, i.severity, i.kind) for i in found.issues] == [(7, "error", "no_place")]
    again, _ = bring(path)
    assert (again.batch, replica.count(Dwelling)) == ([], 1)


def test_the_leader_of_a_joint_group_is_filed_and_is_the_resident_with_his_number(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(population(tmp_path / "p.xlsx", person("赵某", HEAD, 户主公民身份号码=HEAD)))
    heads = ["所属网格*", "分组编号*", "分组名称*", "户数*", "联户长*", "联户长证件号*", "所属接警中心"]
    rows = [
        ["第一网格", "L1", "一组", 10, "赵某", HEAD, ""],
        ["第一网格", "L2", "二组", 12, "钱某", OWNER, ""],
    ]
    found, _ = bring(book(tmp_path / "a.xlsx", {"十户联防分组信息登记表": [heads, *rows]}))

    assert [(i.row, i.kind) for i in found.issues] == [(3, "waiting")]
    kept = {s.name: s for s in replica.all(Steward)}
    (resident,) = replica.all(Resident)
    assert (kept["赵某"].role, kept["赵某"].resident, kept["赵某"].households) == ("joint", resident.id, 10)
    assert (kept["赵某"].remark, kept["钱某"].resident) == ("一组，L1", "")
