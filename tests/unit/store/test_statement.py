"""The statement between worker and office adds up: what was entered is received, waiting or not taken."""

from datetime import date, timedelta

from gridclient.records import OrgUnit, Resident
from gridclient.store import statement
from gridclient.store.statement import field_words, outcome_words
from sync.conflict import Conflict
from sync.protocol import Receipt, Verdict
from sync.replica import Replica
from tests.unit.store.conftest import AREA, building, family, flat

TODAY = date.today()
NAMES = {"tester": "张敏", "lina": "李娜"}


def read(replica: Replica, first: date = TODAY, last: date = TODAY) -> statement.Statement:
    return statement.read(replica, first, last, who="张敏", names=NAMES)


def test_every_change_is_received_waiting_or_not_taken(replica: Replica) -> None:
    house = building(replica, "1号楼")
    family(replica, flat(replica, house, "1", "101"), "甲", "乙")
    first, second = replica.all(Resident, order=Resident.name)
    first.remark = "去了"
    (no,) = replica.save(first)
    replica.acknowledge(no.mseq, [Receipt(mseq=no.mseq, verdict=Verdict.REFUSED, title="没有权限")])
    second.remark = "来了"
    replica.save(second)
    replica.remove(second, "重复")

    told = read(replica)

    assert [(e.who, e.building, e.kind, e.made, e.edited, e.removed) for e in told.entered] == [
        ("张敏", "1号楼", "楼栋", 1, 0, 0),
        ("张敏", "1号楼", "房屋", 1, 0, 0),
        ("张敏", "1号楼", "户", 1, 0, 0),
        ("张敏", "1号楼", "居民", 2, 2, 1),
    ]
    figures = [told.total(name) for name in ("count", "received", "waiting", "refused")]
    assert figures == [8, 5, 2, 1]
    assert [(a.record, a.fields, a.outcome, a.persons) for a in told.refused] == [
        (f"1号楼 居民 {first.name}", "备注", "没有权限；还没有处理", 1)
    ]
    assert [(group.name, group.count) for group in told.waiting] == [("1号楼", 2)]


def test_days_outside_are_left_out(replica: Replica) -> None:
    building(replica, "1号楼")

    yesterday = TODAY - timedelta(days=1)

    assert read(replica, yesterday, yesterday).entered == ()
    assert len(read(replica, yesterday, TODAY).entered) == 1


def test_what_was_let_go_of_is_still_accounted_for(replica: Replica) -> None:
    house = building(replica, "1号楼")
    replica.acknowledge(1, [Receipt(mseq=1, verdict=Verdict.REFUSED, title="没有权限")])
    replica.dismiss(replica.refused()[0])

    told = read(replica)

    assert told.total("refused") == 1
    assert told.refused[0].outcome == "没有权限；已放弃或已改正"
    assert replica.get(type(house), house.id) is None
    assert "已不在本机" in told.refused[0].record


def test_a_conflict_says_who_settled_it_for_whom(replica: Replica) -> None:
    person = family(replica, flat(replica, building(replica, "1号楼"), "1", "101"), "甲")
    asked = Conflict(
        record_kind="household",
        record_id=person.id,
        group_name="remark",
        kept={"remark": "一"},
        kept_by="lina",
        lost={"remark": "二"},
        lost_by="tester",
        area=AREA,
    )
    replica.save(asked)
    opened = read(replica).conflicts
    replica.settle(asked, "kept")
    settled = read(replica).conflicts

    assert [(a.fields, a.outcome) for a in opened] == [("备注", "还没有处理")]
    assert settled[0].outcome.startswith("用李娜填的（张敏 ")
    asked.choice = "both"
    assert outcome_words(asked, NAMES).startswith("两个都留（张敏 ")


def test_fields_are_named_as_the_form_names_them() -> None:
    assert field_words("resident", ["phones", "phones", "removed_at", "removed_why"]) == "联系电话、删除"
    assert field_words("resident", []) == field_words("unknown", ["x"]) == "整条记录"


def test_an_account_without_a_name_stands_for_itself(replica: Replica) -> None:
    replica.author = "wang"
    replica.save(OrgUnit(name="甲", level="community", area=AREA))

    assert [line.who for line in read(replica).entered] == ["wang"]
