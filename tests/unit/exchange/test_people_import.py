"""Rows about persons: what they make, what they complete, and what refuses them."""

from datetime import date
from pathlib import Path

import pytest

from gridclient.errors import GridError, Unfit
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import rehearse
from gridclient.records import Building, Dwelling, Household, OrgUnit, Resident
from gridclient.store import layout
from sync.farside import News
from sync.replica import Replica
from tests.unit.exchange.conftest import TODAY, Bring, rehearsed
from tests.unit.exchange.workbooks import HOME, UNIT_ROW, book, numbered, person, population

HEAD, WIFE, CHILD = numbered(1), numbered(2, "19820305"), numbered(3, "20100607")


def family(path: Path, **cells: object) -> Path:
    return population(
        path,
        person("赵某", HEAD, 户主公民身份号码=HEAD, 联系方式="19900000001", **cells),
        person("钱某", WIFE, 户主公民身份号码=HEAD, 政治面貌="中国共产党党员", 宗教信仰="无宗教信仰"),
        person("赵小某", CHILD, 户主公民身份号码=HEAD),
    )


def one(replica: Replica, name: str) -> Resident:
    found = replica.all(Resident, Resident.name == name)
    assert len(found) == 1
    return found[0]


def test_one_sheet_makes_grid_building_door_household_and_people(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))

    units = {unit.name: (unit.level, unit.code, unit.area) for unit in replica.all(OrgUnit)}
    building, dwelling, household = (replica.all(kind)[0] for kind in (Building, Dwelling, Household))
    assert units == {
        "桃溪社区": ("community", HOME, HOME),
        "第一网格": ("grid", HOME + "001", HOME),
        "桃苑": ("estate", "", HOME),
    }
    assert (building.name, building.number, building.units, building.floors) == ("桃苑1栋", "1", 3, 6)
    assert (dwelling.unit, dwelling.door, dwelling.floor, dwelling.building) == ("1", "101", 1, building.id)
    assert (household.number, household.size, household.party_household) == ("010100001", 3, True)
    assert (household.head, household.head_name) == (one(replica, "赵某").id, "赵某")
    assert {r.household for r in replica.all(Resident)} == {household.id}
    assert {r.area for r in (building, dwelling, household, *replica.all(Resident))} == {HOME + "001"}
    assert one(replica, "赵某").relation == "02"
    assert one(replica, "赵某").sex == "1"  # from the number, the form had none
    assert one(replica, "赵某").source == "import"


def test_a_rehearsal_writes_nothing(replica: Replica, tmp_path: Path) -> None:
    found = rehearsed(replica, family(tmp_path / "a.xlsx"))

    assert found.created == {"org_unit": 3, "building": 1, "dwelling": 1, "household": 1, "resident": 3}
    assert replica.pending() == 0
    assert replica.count(Resident) == 0


def test_the_same_file_again_changes_nothing(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(family(tmp_path / "a.xlsx"))
    pending, news = replica.pending(), list[News]()
    replica.subscribe(news.extend)

    found, report = bring(family(tmp_path / "a.xlsx"))

    assert found.counts.importable == 3
    assert (report.created, report.updated) == ({}, {})
    assert (replica.pending(), news) == (pending, [])


def test_columns_left_out_and_unknown_are_named(replica: Replica, tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {"名册": [["姓名", "身份证号码", "户号", "血型", "门牌二维码"], ["赵某", HEAD, "1"]]},
    )

    found = rehearsed(replica, path)

    assert [(c.column, c.header, c.why) for c in found.left_out] == [("D", "血型", "健康信息不收集")]
    assert found.unknown == [("名册", "E", "门牌二维码")]


def test_a_refused_row_is_named_and_stops_nobody_else(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    wrong = HEAD[:-1] + ("0" if HEAD[-1] != "0" else "1")

    found, report = bring(population(tmp_path / "a.xlsx", person("赵某", wrong), person("钱某", WIFE)))

    (issue,) = found.issues
    assert (issue.sheet, issue.row, issue.column, issue.header) == ("数据导入示例", 3, "E", "公民身份号码")
    assert (issue.severity, issue.kind, issue.raw) == ("error", "id_checksum", wrong)
    assert wrong not in found.masked()[0].raw
    assert (found.counts.rows_read, found.counts.importable, report.skipped) == (2, 1, 1)
    assert [r.name for r in replica.all(Resident)] == ["钱某"]


@pytest.mark.parametrize(
    ("cells", "severity", "kind"),
    [
        ({"公民身份号码": 5.19902198002141e17}, "error", "id_truncated"),
        ({"公民身份号码": ""}, "error", "required_missing"),
        ({"姓名": ""}, "error", "required_missing"),
        ({"出生日期": date(1981, 1, 1)}, "warning", "birth_mismatch"),
        ({"性别": "女"}, "warning", "gender_mismatch"),
        ({"婚姻状况": "看情况"}, "warning", "bad_value"),
        ({"联系方式": "1990000123"}, "warning", "phone_format"),
        ({"所属社区": "别的社区"}, "warning", "other_community"),
        ({"公民身份号码": "519902800214001"}, "warning", "id_15"),
    ],
)
def test_what_is_wrong_with_a_row_is_told(
    replica: Replica, tmp_path: Path, cells: dict[str, object], severity: str, kind: str
) -> None:
    first = person("钱某", WIFE)
    found = rehearsed(replica, population(tmp_path / "a.xlsx", first, person("赵某", HEAD, **cells)))

    told = [(issue.severity, issue.kind) for issue in found.issues]
    assert told == [(severity, kind)]


def test_the_number_decides_when_birth_or_sex_disagree(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 出生日期=date(1981, 1, 1), 性别="女")))

    assert (one(replica, "赵某").birth, one(replica, "赵某").sex) == (date(1980, 2, 14), "1")


def test_a_newborn_needs_no_number_and_is_not_doubled(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    baby = person("新某", "", 人口类型="未落户", 出生日期=date(2026, 5, 20))
    for name in ("a.xlsx", "b.xlsx"):
        found, _ = bring(population(tmp_path / name, baby))
        assert not found.issues

    assert one(replica, "新某").birth == date(2026, 5, 20)


def test_a_newborn_gets_its_number_later(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    born, number = date(2026, 5, 20), numbered(9, "20260520")
    bring(population(tmp_path / "a.xlsx", person("新某", "", 人口类型="未落户", 出生日期=born)))
    bring(population(tmp_path / "b.xlsx", person("新某", number, 出生日期=born)))

    assert (one(replica, "新某").id_number, one(replica, "新某").population) == (number, "registered")


def test_passports_and_residence_permits_are_taken(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    permit = numbered(5, "19810526", region="810000")
    found, _ = bring(
        population(
            tmp_path / "a.xlsx",
            person("NGUYEN THI HOA", "ZZ0000026", 人口类型="境外"),
            person("黄某某", permit, 人口类型="境外"),
        )
    )

    assert not found.issues
    assert {r.name: r.id_type for r in replica.all(Resident)} == {"NGUYEN THI HOA": "414", "黄某某": "154"}


def test_the_same_person_twice_and_one_number_for_two_are_refused(replica: Replica, tmp_path: Path) -> None:
    rows = [person("赵某", HEAD), person("赵某", HEAD), person("孙某", HEAD)]

    found = rehearsed(replica, population(tmp_path / "a.xlsx", *rows))

    assert [(i.row, i.kind) for i in found.issues] == [(row, "id_conflict") for row in (3, 4, 5)]
    same = rehearsed(replica, population(tmp_path / "b.xlsx", *rows[:2]))
    assert [(i.row, i.kind) for i in same.issues] == [(4, "dup_in_file")]


def test_two_heads_in_one_household_are_asked_about(replica: Replica, tmp_path: Path) -> None:
    rows = [person("赵某", HEAD, 户主公民身份号码=HEAD), person("钱某", WIFE, 户主公民身份号码=WIFE)]

    found = rehearsed(replica, population(tmp_path / "a.xlsx", *rows))

    assert [(i.row, i.severity, i.kind) for i in found.issues] == [(4, "warning", "two_heads")]


def test_two_households_behind_one_door_stay_two(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(population(tmp_path / "a.xlsx", person("赵某", HEAD), person("钱某", WIFE, 户号="010100002")))

    assert (replica.count(Household), replica.count(Dwelling)) == (2, 1)


def test_shops_and_courtyards_are_doors_without_units_or_with_groups(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    street, yard = "桃苑商业街", "柳溪院落"
    bring(
        population(
            tmp_path / "a.xlsx",
            person("赵某", HEAD, 所属楼栋=street, 所属房屋="11号", address=f"桃溪街道桃溪社区{street}11号"),
            person(
                "钱某", WIFE, 所属楼栋=yard, 所属房屋="2号", address=f"桃溪街道桃溪社区{yard}1组2号", 户号="2"
            ),
        )
    )

    assert {(d.unit, d.door, d.address) for d in replica.all(Dwelling)} == {
        ("", "11", f"{street}11号"),
        ("1组", "2", f"{yard}1组2号"),
    }
    estates = {u.name for u in replica.all(OrgUnit, OrgUnit.level == "estate")}
    assert estates == {"桃苑", yard}
    assert {b.numbering for b in replica.all(Building)} == {"running"}


def test_merged_household_cells_belong_to_every_row_they_cover(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    heads = ["户号*", "家庭住址*", "姓名*", "与户主关系*", "身份证号码*"]
    rows = [
        ["010100001", "桃苑1栋1单元101室", "赵某", "户主", HEAD],
        ["", "", "钱某", "配偶", WIFE],
        ["", "", "", "", ""],
        heads,
        ["010100002", "桃苑1栋1单元102室", "赵小某", "户主", CHILD],
        ["合计", "3人"],
        ["填表人：岑某"],
    ]
    found, _ = bring(
        book(tmp_path / "a.xlsx", {"入户登记": [heads, *rows]}, merged={"入户登记": ["A2:A4", "B2:B4"]})
    )

    assert not found.issues
    assert (found.counts.rows_read, found.counts.rows_skipped) == (3, 4)
    assert (
        one(replica, "钱某").household == one(replica, "赵某").household != one(replica, "赵小某").household
    )


def test_a_floating_register_tells_its_household_in_the_remark(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    heads = ["姓名*", "所属网格*", "性别*", "身份证号码*", "流入原因*", "临时居所", "联系手机", "备注"]
    rows = [
        [
            "赵某",
            "第一网格",
            "男",
            HEAD,
            "务工经商",
            "桃溪街道桃溪社区桃苑1栋1单元601室",
            "19900000001",
            "户号010100011；户主",
        ],
        [
            "钱某",
            "第一网格",
            "",
            WIFE,
            "务工经商",
            "桃溪街道桃溪社区桃苑1栋1单元601室",
            "",
            "户号010100011；合租室友",
        ],
    ]
    found, _ = bring(
        book(tmp_path / "a.xlsx", {"流动人口登记表": [["流动人口登记表"], UNIT_ROW, heads, *rows]})
    )

    household = replica.all(Household)[0]
    assert [(i.row, i.column, i.kind) for i in found.issues] == [(5, "C", "required_missing")]
    assert (household.number, household.kind_of_household, household.head_name) == (
        "010100011",
        "floating",
        "赵某",
    )
    assert (one(replica, "赵某").population, one(replica, "赵某").remark) == ("floating", "")


def test_remarks_of_an_office_become_labels(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    heads = ["姓名*", "所属网格*", "身份证号码*", "户号*", "与户主关系*", "人户状态*", "户籍详址", "备注"]
    row = [
        "赵某",
        "第一网格",
        HEAD,
        "010100001",
        "户主",
        "人户同在",
        "桃溪社区桃苑1栋1单元101室",
        "独居老人；退役军人家庭",
    ]
    bring(book(tmp_path / "a.xlsx", {"表": [["户籍人口登记表"], heads, row]}))

    assert one(replica, "赵某").labels == ["alone"]
    assert replica.all(Household)[0].labels == ["alone", "veteran"]


def test_a_table_nobody_knows_is_refused_with_the_forms_that_are_known(
    replica: Replica, tmp_path: Path
) -> None:
    path = book(tmp_path / "a.xlsx", {"表": [["菜名", "价格"], ["豆花", 6]]})

    with pytest.raises(Unfit) as caught:
        rehearsed(replica, path)
    assert "实有人口一张表" in caught.value.advice


def test_a_long_rehearsal_can_be_stopped(replica: Replica, tmp_path: Path) -> None:
    people = [person(f"赵{n}", numbered(n % 1000, f"19{70 + n // 1000}0101")) for n in range(600)]

    def cancel(done: int, total: int, _text: str) -> None:
        assert (done, total) == (500, 600)
        raise GridError("已取消")

    with pytest.raises(GridError):
        rehearse(
            replica,
            read(population(tmp_path / "a.xlsx", *people)),
            home=HOME,
            who="",
            today=TODAY,
            progress=cancel,
        )


@pytest.mark.parametrize(("home", "fits"), [("", False), ("5199", False), (HOME, True), (HOME + "003", True)])
def test_records_need_a_community_to_belong_to(
    replica: Replica, tmp_path: Path, home: str, fits: bool
) -> None:
    book_read = read(family(tmp_path / "a.xlsx"))

    if fits:
        found = rehearse(replica, book_read, home=home, who="", today=TODAY)
        assert {entry["area"] for entry in found.batch} == {HOME, HOME + "001"}
    else:
        with pytest.raises(Unfit):
            rehearse(replica, book_read, home=home, who="", today=TODAY)


def test_a_room_that_was_merged_into_another_door_is_not_made_again(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    (door,) = replica.all(Dwelling)
    other = Dwelling(building=door.building, unit=door.unit, door="102", floor=1, area=door.area)
    replica.save(other)
    replica.save(*layout.merged(replica, [door, other], "101-102", at=1_800_000_000_000))

    bring(family(tmp_path / "a.xlsx"))

    assert [dwelling.door for dwelling in replica.all(Dwelling)] == ["101-102"]
    assert [household.dwelling for household in replica.all(Household)] == [door.id]


def test_a_household_that_is_given_its_number_by_a_row_keeps_everybody_of_that_number(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    """It was known by its door alone: the second row of it must not found another one of the same number."""
    rows = {
        "甲": ["姓名,身份证号,居住地址", f"赵某,{HEAD},桃苑1栋1单元101室"],
        "乙": [
            "姓名,身份证号,户号,居住地址",
            f"赵某,{HEAD},010100007,桃苑1栋1单元101室",
            f"钱某,{WIFE},010100007,桃苑1栋1单元101室",
            f"赵小某,{CHILD},010100007,桃苑1栋1单元101室",
        ],
    }
    for name, lines in rows.items():
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(lines), "utf-8")
        bring(path)

    (household,) = replica.all(Household)
    assert household.number == "010100007"
    assert {person.household for person in replica.all(Resident)} == {household.id}
    assert rehearsed(replica, tmp_path / "乙.csv").moves == []
