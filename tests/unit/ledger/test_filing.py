"""A frozen ledger is signed, kept whole, and printed again as it was, whatever the records say since."""

from datetime import datetime

import pytest

from gridclient.errors import Unfit
from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.filing import Origin, Signing, differences, freeze, thaw
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.template import named
from gridclient.records import Dwelling, FrozenLedger, FrozenPart, Household, Resident
from gridclient.records.filed import PART_MOST
from gridclient.rules.filing import drawer, next_number, sign_of, told_by
from gridclient.store import frozen
from gridclient.store.belonging import area_names
from sync.protocol import Scope as Held
from sync.replica import Replica
from tests.unit.ledger.conftest import COMMUNITY, FIRST, SECOND

AT = datetime(2026, 11, 22, 15, 4, 31)
ALL = Scope()
BY = Signing("王小敏", AT, "李建国")


def made(replica: Replica, scope: Scope = ALL, name: str = "residents", *, masked: bool = True) -> Sheet:
    return compose(
        named(name),
        replica,
        scope=scope,
        masked=masked,
        who="张敏",
        today=AT.date(),
        unit_name="桃溪社区",
        at=AT,
    )


def filed(
    replica: Replica,
    scope: Scope = ALL,
    signing: Signing = BY,
    name: str = "residents",
    *,
    masked: bool = True,
) -> FrozenLedger:
    sheet = made(replica, scope, name, masked=masked)
    return freeze(replica, sheet, Origin(named(name), scope), signing, home=COMMUNITY, count=lambda _sheet: 3)


def compared(replica: Replica, ledger: FrozenLedger) -> str:
    told = differences(replica, ledger, home=COMMUNITY, today=AT.date().replace(year=2027))
    return told.words


def test_what_was_signed_comes_back_whatever_changed_since(replica: Replica) -> None:
    ledger = filed(replica)
    before = thaw(replica, ledger)
    person = replica.all(Resident)[0]
    person.name = "改名"
    replica.save(person)

    kept = frozen.numbered(replica, ledger.number)

    assert thaw(replica, kept) == before
    assert "改名" not in {cell for row in before.rows for cell in row.cells}
    assert (kept.persons, kept.lines, kept.pages, kept.masked) == (7, 7, 3, True)


def test_the_paper_bears_number_maker_checker_and_time(replica: Replica) -> None:
    ledger = filed(replica)

    sheet = thaw(replica, ledger)

    signed = (
        f"编号：{ledger.number}",
        "制表人：王小敏",
        "审核人：李建国",
        "社区（盖章）：",
        "2026年11月22日",
    )
    assert sheet.signatures == signed
    assert sheet.mark == f"{ledger.number}　王小敏 2026-11-22 15:04　证件号、电话已脱敏"


def test_a_card_is_signed_at_the_door_and_bears_its_number_in_the_small_line(replica: Replica) -> None:
    ledger = filed(replica, name="household_card")

    sheet = thaw(replica, ledger)

    assert sheet.signatures == made(replica, name="household_card").signatures
    assert sheet.mark.startswith(f"{ledger.number}　王小敏 2026-11-22 15:04")


@pytest.mark.parametrize(
    ("signing", "masked", "told"),
    [(Signing(" ", AT), True, "制表人"), (Signing("王小敏", AT), False, "用途")],
)
def test_nothing_is_frozen_without_its_maker_or_the_reason_for_whole_numbers(
    replica: Replica, signing: Signing, masked: bool, told: str
) -> None:
    with pytest.raises(Unfit, match=told):
        filed(replica, signing=signing, masked=masked)

    assert not frozen.ledgers(replica)


def test_numbers_go_up_and_a_withdrawn_one_is_not_given_again(replica: Replica) -> None:
    first, second = filed(replica), filed(replica)
    replica.remove(second, "表头写错")

    third = filed(replica)

    sign = sign_of(replica.origin)
    assert [one.number for one in (first, second, third)] == [f"TZ2026-{sign}-000{n}" for n in (1, 2, 3)]
    assert [one.number for one in frozen.ledgers(replica)] == [third.number, first.number]


def test_laptops_and_years_count_by_themselves() -> None:
    mine = next_number(2026, "laptop-a", [])

    assert next_number(2026, "laptop-b", [mine]).endswith("-0001")
    assert next_number(2026, "laptop-b", [mine]) != mine
    assert next_number(2027, "laptop-a", [mine]).endswith("-0001")
    assert next_number(2026, "laptop-a", [mine, "手写的编号"]).endswith("-0002")


def test_a_damaged_one_says_so_and_prints_nothing(replica: Replica) -> None:
    ledger = filed(replica)
    (part,) = replica.all(FrozenPart)
    part.content = part.content[:-8] + "AAAAAAA="
    replica.save(part)

    with pytest.raises(Unfit) as told:
        thaw(replica, ledger)

    assert told.value.title == "这份定稿台账损坏了"


def test_one_of_a_program_to_come_is_whole_but_not_read(replica: Replica) -> None:
    ledger = FrozenLedger(area=FIRST, number="TZ2026-AAAAA-0001", title="台账", made_by="王小敏", at=AT)
    frozen.keep(replica, ledger, b'{"sheet": {"pages": []}, "origin": {}}')

    with pytest.raises(Unfit, match="读不懂"):
        thaw(replica, ledger)


def test_one_that_has_not_all_arrived_asks_for_a_round(replica: Replica) -> None:
    ledger = filed(replica)
    replica.remove(replica.all(FrozenPart)[0], "")

    with pytest.raises(Unfit, match="没有收全"):
        thaw(replica, ledger)


def test_a_long_one_travels_in_parts_that_a_slow_line_can_carry(replica: Replica) -> None:
    ledger = FrozenLedger(
        area=FIRST, number="TZ2026-AAAAA-0001", title="台账", made_by="王小敏", at=AT, pages=1
    )
    content = "".join(sign_of(str(n)) for n in range(40_000)).encode()

    frozen.keep(replica, ledger, content)

    parts = replica.all(FrozenPart)
    assert len(parts) == ledger.parts == 4
    assert max(len(part.content) for part in parts) == PART_MOST
    assert frozen.content_of(replica, ledger) == content


@pytest.mark.parametrize(
    ("scope", "held", "area"),
    [
        ("", [COMMUNITY], f"{COMMUNITY}000"),
        (COMMUNITY, [COMMUNITY], f"{COMMUNITY}000"),
        (FIRST, [COMMUNITY], f"{FIRST}00"),
        ("", [FIRST], f"{FIRST}00"),
        (COMMUNITY, [FIRST], f"{FIRST}00"),
        (SECOND, [FIRST, SECOND], f"{SECOND}00"),
        (f"{FIRST}01", [FIRST], f"{FIRST}01"),
    ],
)
def test_it_lies_where_only_those_receive_it_who_have_all_its_rows(
    scope: str, held: list[str], area: str
) -> None:
    assert drawer(scope, held) == area
    assert drawer(told_by(area), held) == area
    assert not Held(gen=1, areas=[f"{COMMUNITY}009"]).covers(area)


def test_where_it_lies_has_a_name_for_people(replica: Replica) -> None:
    ledger = filed(replica, Scope(area=FIRST))

    assert area_names(replica)[ledger.area] == "第一网格（定稿台账）"


def test_rows_of_several_grids_that_nobody_shares_are_frozen_grid_by_grid() -> None:
    with pytest.raises(Unfit, match="跨了几个网格"):
        drawer("", [FIRST, SECOND])


def test_compared_with_today_it_names_rows_and_cells(replica: Replica) -> None:
    ledger = filed(replica, Scope(area=FIRST))
    moved, gone = replica.get(Resident, "r11"), replica.get(Resident, "r20")
    assert moved is not None
    assert gone is not None
    moved.name = "王㛃㛃"
    replica.save(moved)
    replica.remove(gone, "迁出")
    replica.save(Resident(id="r13", area=FIRST, household="h1", name="李小红", relation="22"))

    found = differences(replica, ledger, home=COMMUNITY, today=AT.date())

    assert found.words == "新增 1 行、少了 1 行、1 行变了 1 格"
    (changed,) = found.changed
    assert [(cell.label, cell.before, cell.now) for cell in changed.cells] == [("姓名", "王㛃", "王㛃㛃")]
    assert "李小红" in found.added[0].name
    assert "陈秀英" in found.gone[0].name


def test_a_year_later_nothing_differs_while_nothing_changed(replica: Replica) -> None:
    assert compared(replica, filed(replica, name="dwellings")) == "和定稿时完全一样"


def test_cards_are_compared_by_their_names(replica: Replica) -> None:
    ledger = filed(replica, name="household_card")
    home = replica.get(Household, "h2")
    dwelling = replica.get(Dwelling, "d2")
    assert home is not None
    assert dwelling is not None
    dwelling.tenure = "03"
    replica.save(dwelling)

    found = differences(replica, ledger, home=COMMUNITY, today=AT.date())

    assert not found.added
    assert not found.gone
    assert [one.before.name for one in found.changed] == [f"{home.number} {home.head_name}"]
