"""Visits, centre households, stewards, buildings and grid workers; files in any order make the same records."""

from datetime import date, datetime
from pathlib import Path

from gridclient.records import (
    Building,
    CentreActivity,
    Dwelling,
    GridWorker,
    Household,
    OrgUnit,
    Pairing,
    PartyCentreHousehold,
    PartyMember,
    PartyOrg,
    Resident,
    Steward,
    Visit,
)
from sync.record import SyncedRecord
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring, rehearsed
from tests.unit.exchange.workbooks import (
    HOME,
    STEWARD,
    UNIT_ROW,
    book,
    centre,
    centres,
    numbered,
    person,
    population,
    row,
    visit,
    visits,
)

HEAD, NEIGHBOUR = numbered(1), numbered(2, "19820305")


def people(path: Path) -> Path:
    return population(
        path,
        person("赵某", HEAD, 户主公民身份号码=HEAD),
        person("钱某", NEIGHBOUR, 户主公民身份号码=NEIGHBOUR, 户号="010100002", 所属房屋="102"),
    )


def counted(replica: Replica, *kinds: type[SyncedRecord]) -> list[int]:
    return [replica.count(kind) for kind in kinds]


def test_a_visit_is_kept_with_its_household_and_door(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(people(tmp_path / "a.xlsx"))
    detail = {
        "在家人数/家庭人口": "2/3", "安全隐患": "楼道堆放杂物", "政策宣传内容": "反诈宣传；医保缴费提醒", "满意度": "满意",
        "是否转事件（事件编号）": "是（SQ2026-0002）", "下次走访日期": date(2026, 12, 1), "是否有异常": "否",
    }  # fmt: skip
    bring(visits(tmp_path / "b.xlsx", visit("ZF-1", **detail)))

    kept, household = replica.all(Visit)[0], replica.all(Household, Household.number == "010100001")[0]
    assert (kept.household, kept.dwelling, kept.area) == (household.id, household.dwelling, HOME + "001")
    assert (kept.visited_on, kept.outcome, kept.visitors) == (date(2026, 9, 1), "met", ["苏某"])
    assert (kept.at_home, kept.members, kept.hazards) == (2, 3, ["blocked"])
    assert (kept.told, kept.passed_on, kept.next_day) == (
        ["fraud", "insurance"],
        "SQ2026-0002",
        date(2026, 12, 1),
    )
    assert (kept.recorded_by, kept.recorded_at, kept.entered_later) == (
        "岑某",
        datetime(2026, 9, 3, 17, 0),
        True,
    )


def test_visits_before_residents_make_what_the_register_completes(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(visits(tmp_path / "b.xlsx", visit("ZF-1")))
    household, dwelling = replica.all(Household)[0], replica.all(Dwelling)[0]
    assert (household.number, household.head_name, household.head) == ("010100001", "赵某", "")

    bring(people(tmp_path / "a.xlsx"))

    after = replica.get(Household, household.id)
    assert after is not None
    assert after.head == replica.all(Resident, Resident.name == "赵某")[0].id
    assert after.dwelling == dwelling.id
    assert counted(replica, Household, Dwelling, Building) == [2, 2, 1]
    assert replica.all(Building)[0].floors == 6


def test_an_empty_flat_is_a_door_without_a_household(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    found, _ = bring(
        visits(
            tmp_path / "a.xlsx", visit("ZF-1", 户号="", 户主="", 走访结果="空置", 地址="桃苑1栋2单元302室")
        )
    )

    dwelling, kept = replica.all(Dwelling)[0], replica.all(Visit)[0]
    assert not found.issues
    assert (dwelling.unit, dwelling.door, dwelling.floor, dwelling.tenure) == ("2", "302", 3, "03")
    assert (kept.dwelling, kept.household) == (dwelling.id, "")
    assert replica.count(Household) == 0


def test_visits_come_in_once_with_and_without_numbers(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    rows = [visit("ZF-1"), visit("", 起止时间="10:00-10:10"), visit("", 起止时间="11:00-11:10")]
    bring(visits(tmp_path / "a.xlsx", *rows))
    pending = replica.pending()
    bring(visits(tmp_path / "b.xlsx", *rows))

    assert replica.count(Visit) == 3
    assert replica.pending() == pending


def test_a_number_used_for_another_day_is_asked_about(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(visits(tmp_path / "a.xlsx", visit("ZF-1")))

    found, report = bring(visits(tmp_path / "b.xlsx", visit("ZF-1", 走访日期=date(2026, 9, 2))))

    assert [(i.column, i.severity, i.kind) for i in found.issues] == [("A", "warning", "number_reused")]
    assert report.created == {}


def test_a_visit_nowhere_is_refused(replica: Replica, tmp_path: Path) -> None:
    found = rehearsed(replica, visits(tmp_path / "a.xlsx", visit("ZF-1", 户号="", 地址="村口")))

    assert [(i.row, i.column, i.kind, i.raw) for i in found.issues] == [(4, "J", "no_place", "村口")]


def test_a_hazard_no_list_has_is_kept_in_its_own_words(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(visits(tmp_path / "a.xlsx", visit("ZF-1", 安全隐患="楼板开裂")))

    assert (replica.all(Visit)[0].hazards, replica.all(Visit)[0].hazard_note) == (["other"], "楼板开裂")


def test_a_centre_household_brings_its_tree_its_head_and_its_list(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(people(tmp_path / "a.xlsx"))
    bring(centres(tmp_path / "b.xlsx", centre("ZXH-001", "010100002")))

    kept, head = replica.all(PartyCentreHousehold)[0], replica.all(Resident, Resident.name == "赵某")[0]
    orgs = {org.name: org for org in replica.all(PartyOrg)}
    member, activity, pairing = (replica.all(kind)[0] for kind in (PartyMember, CentreActivity, Pairing))
    assert (kept.head, kept.number, kept.area) == (head.id, "ZXH-001", HOME + "001")
    assert orgs["第一楼栋党小组"].parent == orgs["东苑党支部"].id == kept.approved_by
    assert {org.area for org in orgs.values()} == {HOME}
    assert (member.resident, member.joined, member.org) == (head.id, "1999-02", kept.group)
    assert (activity.held_on, activity.attendance, activity.yearly) == (date(2026, 8, 9), 13, 9)
    assert pairing.household == replica.all(Household, Household.number == "010100002")[0].id


def test_a_list_waits_for_the_households_it_names(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    found, _ = bring(centres(tmp_path / "b.xlsx", centre("ZXH-001", "010100002")))
    assert [(i.column, i.kind) for i in found.issues] == [("S", "waiting")]
    assert counted(replica, Pairing, Household) == [0, 1]

    bring(people(tmp_path / "a.xlsx"))

    head = replica.all(Resident, Resident.name == "赵某")[0].id
    assert counted(replica, Pairing, Household, PartyMember) == [1, 2, 1]
    assert (replica.all(PartyCentreHousehold)[0].head, replica.all(PartyMember)[0].resident) == (head, head)
    pending = replica.pending()
    bring(centres(tmp_path / "b.xlsx", centre("ZXH-001", "010100002")))
    assert replica.pending() == pending


def test_a_list_shorter_than_its_count_is_asked_about(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(people(tmp_path / "a.xlsx"))

    found = rehearsed(replica, centres(tmp_path / "b.xlsx", centre("ZXH-001", "010100002", 联系群众户数=7)))

    assert [(i.column, i.kind) for i in found.issues] == [("R", "count_mismatch")]


def stewards(path: Path) -> Path:
    one = {
        "序号": 1, "社区": "桃溪社区", "片区": "东片区", "网格": "第一网格", "小区": "桃苑", "楼栋": "桃苑1栋", "单元数": 3,
        "户数": 35, "姓名": "赵某", "出生年月": "1974-10", "政治面貌": "中国共产党党员", "联系电话": "19900002772",
        "住址": "桃苑1栋1单元101室", "职务": "楼栋长", "产生方式": "组织提名+群众推选", "任职时间": "2022-02", "包联户数": 35,
        "是否党员": "是", "楼栋党小组": "第一楼栋党小组", "补贴（元/月）": 100,
    }  # fmt: skip
    return book(path, {"楼栋长": [["楼栋长花名册"], ["填报单位：桃溪社区"], STEWARD, row(STEWARD, **one)]})


def test_a_steward_finds_building_group_and_resident_in_any_order(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    found, _ = bring(stewards(tmp_path / "b.xlsx"))
    bring(people(tmp_path / "a.xlsx"))
    bring(stewards(tmp_path / "b.xlsx"))

    kept, building = replica.all(Steward)[0], replica.all(Building)[0]
    assert [c.header for c in found.left_out] == ["片区", "户数", "人数"]
    assert counted(replica, Steward, Building) == [1, 1]
    assert (kept.building, kept.role, kept.households, kept.allowance) == (building.id, "building", 35, 100.0)
    assert kept.resident == replica.all(Resident, Resident.name == "赵某")[0].id
    assert (building.warden, building.warden_phone, building.units) == ("赵某", "19900002772", 3)


def test_buildings_and_grid_workers_are_matched_by_name_and_number(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    heads = ["楼宇名称*", "所属网格*", "楼宇地址*", "建筑结构*", "楼宇类型*", "业主", "负责人", "联系电话"]
    house = [
        "桃苑1栋",
        "第一网格",
        "桃溪街道桃溪社区桃苑1栋",
        "混合结构",
        "普通住宅",
        "业委会",
        "赵某",
        "19900000001",
    ]
    path = book(tmp_path / "a.xlsx", {"楼宇信息登记表": [["1.0", "楼宇信息登记表"], UNIT_ROW, heads, house]})
    team = [
        "姓名*",
        "所属网格",
        "身份证号码*",
        "性别*",
        "出生年月*",
        "联系电话",
        "专兼职情况*",
        "政治面貌*",
        "文化程度*",
        "登记时间*",
        "备注",
    ]
    worker = [
        "苏某",
        "第12网格",
        HEAD,
        "男",
        "1980-02-14",
        "19900000002",
        "专职",
        "群众",
        "大专",
        "2021-05-24",
        "网格长",
    ]
    other = book(tmp_path / "b.xlsx", {"网格员": [["1.0", "网格员信息登记表"], UNIT_ROW, team, worker]})
    for _ in range(2):
        found, _report = bring(path)
        again, _report = bring(other)
        assert not found.issues
        assert not again.issues

    building, kept = replica.all(Building)[0], replica.all(GridWorker)[0]
    assert counted(replica, Building, GridWorker) == [1, 1]
    assert (building.structure, building.use, building.warden) == ("4", "housing", "赵某")
    assert (kept.areas, kept.area, kept.head, kept.engagement) == (HOME + "012", HOME + "012", True, "full")
    assert replica.all(OrgUnit, OrgUnit.level == "community")[0].name == "桃溪社区"


def test_a_grid_worker_with_a_wrong_number_is_refused(replica: Replica, tmp_path: Path) -> None:
    heads = ["姓名*", "所属网格", "身份证号码*", "专兼职情况*"]
    path = book(
        tmp_path / "a.xlsx", {"网格员": [["网格员信息登记表"], heads, ["苏某", "第一网格", "123", "专职"]]}
    )

    found = rehearsed(replica, path)

    assert [(i.column, i.severity, i.kind) for i in found.issues] == [("C", "error", "id_length")]
    assert found.counts.importable == 0


def test_two_spellings_of_a_grid_are_one_grid(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(
        population(
            tmp_path / "a.xlsx",
            person("赵某", HEAD, 所属网格="第十二网格"),
            person("钱某", NEIGHBOUR, 所属网格="12网格"),
        )
    )

    assert [unit.code for unit in replica.all(OrgUnit, OrgUnit.level == "grid")] == [HOME + "012"]
