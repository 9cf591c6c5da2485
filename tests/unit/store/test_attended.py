from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gridclient.desk import Desk
from gridclient.records import Household, Matter
from gridclient.store import homes
from gridclient.store.attended import attended
from gridclient.store.matters import matters as listed, steps
from sync.replica import Replica
from tests.support import matters
from tests.support.people import TODAY, desk_at


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    desk: Desk = desk_at(tmp_path)
    yield desk.replica
    desk.close()


def test_a_home_tells_what_is_being_done_for_it(replica: Replica) -> None:
    heard = matters.hear(replica)
    home = homes.home(replica, heard[0].household, TODAY)
    care = matters.care_for(replica, days=5)
    cared = homes.home(replica, care.household, TODAY)

    assert attended(replica, home, TODAY).reminders[:1] == (
        "矛盾纠纷：楼上漏水，卫生间顶棚渗水（超期 3 天）",
    )
    found = attended(replica, cared, TODAY)
    name = next(p.name for p in cared.members if p.id == care.resident)
    assert f"关怀 11-05：{name} 量血压" in found.reminders
    assert [entry.text for entry in found.past if entry.kind == "care"] == [f"{name} 量血压　下次 11-05"]


def test_what_is_settled_is_told_and_no_longer_asked_for(replica: Replica) -> None:
    settled = matters.hear(replica)[-1]
    home = homes.home(replica, settled.household, TODAY)

    found = attended(replica, home, TODAY)

    assert (found.open, found.reminders) == ((), ())
    assert [(entry.title, entry.text) for entry in found.past] == [
        ("意见建议", "希望小区晚上早点关音响　已办结 10-30")
    ]


def test_only_the_newest_care_of_one_kind_is_coming(replica: Replica) -> None:
    first = matters.care_for(replica, days=-10)
    second = matters.care_for(replica, days=20)
    home = homes.home(replica, first.household, TODAY)

    found = attended(replica, home, TODAY)

    assert [c.id for c in found.coming] == [second.id]
    assert len(found.past) == 2
    assert found.past[0].day == TODAY - timedelta(days=10)


def test_an_empty_door_tells_what_was_heard_there(replica: Replica) -> None:
    where = next(iter(homes.round_of(replica, TODAY))).building
    empty = next(d for d in homes.doors(replica, where, TODAY) if not d.households)
    replica.save(Matter(title="门锁坏了", heard_on=TODAY, dwelling=empty.dwelling, area=empty.area))

    found = attended(replica, homes.empty_home(replica, empty.dwelling, TODAY), TODAY)

    assert [m.title for m in found.open] == ["门锁坏了"]


def test_the_list_holds_every_matter_by_what_presses_and_is_found_by_any_word(replica: Replica) -> None:
    heard = matters.hear(replica)

    lines = listed(replica, TODAY)

    assert [line.id for line in lines] == [m.id for m in heard]
    assert [line.title for line in lines if "灯" in line.words and "张敏" in line.words] == ["楼道灯坏了两盏"]
    assert [line.id for line in lines if "test0002" in line.words] == [heard[2].id]
    assert [s.act for s in steps(replica, heard[0].id)] == ["collected", "handled"]
    replica.remove(heard[0], "录错")
    assert heard[0].id not in {line.id for line in listed(replica, TODAY)}
    assert replica.count(Household) > len(heard)
