"""The figures of a month over a real vault, counted by hand beside it."""

from datetime import date, datetime

from gridclient.records import Care, CentreActivity, Matter, OrgUnit, PartyCentreHousehold, Resident
from gridclient.records.people import LeftHow
from gridclient.rules.household_life import Note, found, join, leave
from gridclient.rules.months import Told, spans_of
from gridclient.store import families
from gridclient.store.months import WHOLE, Part, told
from sync.replica import Replica
from tests.unit.store.conftest import AREA, building, family, flat, visit

OCTOBER = spans_of(date(2026, 10, 1), date(2026, 10, 31))
OTHER = AREA[:-1] + "8"


def note(day: int) -> Note:
    return Note(date(2026, 10, day), "张敏", datetime(2026, 10, day, 9))


def figures(replica: Replica, part: Part = WHOLE) -> dict[str, Told]:
    return {one.measure.name: one for one in told(replica.rows, OCTOBER, part)}


def now(replica: Replica, *names: str, part: Part = WHOLE) -> list[str]:
    found = figures(replica, part)
    return [found[name].cells["now"].words for name in names]


def test_a_month_of_comings_and_goings_is_counted_as_by_hand(replica: Replica) -> None:
    house = building(replica, "杏花苑2栋")
    stays = family(replica, flat(replica, house, "1", "101"), "王建国", "李秀英")
    goes = family(replica, flat(replica, house, "1", "102"), "赵德明")
    empty = flat(replica, house, "2", "201", tenure="03")
    child = Resident(name="王小宝", area=AREA)
    replica.save(*join(families.family(replica, stays.id), [child], note(6), born=True))
    gone = families.family(replica, goes.id)
    replica.save(*leave(gone, [m.id for m in gone.members], LeftHow.MOVED.value, note(9), to="外地"))
    tenants = [Resident(name="周远", population="floating", area=AREA, relation="02")]
    home = type(stays)(kind_of_household="floating", area=AREA)
    replica.save(*found(empty, "杏花苑2栋2单元201", home, tenants, note(20)))

    counted = figures(replica)

    def cells(name: str) -> tuple[int, int]:
        return counted[name].cells["now"].number, counted[name].cells["before"].number

    assert (cells("homes"), cells("homes_new"), cells("homes_gone")) == ((2, 2), (1, 0), (1, 0))
    assert (cells("people"), cells("people_new"), cells("people_gone")) == ((4, 3), (2, 0), (1, 0))
    assert (cells("born"), cells("died"), cells("floating")) == ((1, 0), (0, 0), (1, 0))
    assert (cells("rented"), cells("rented_new"), cells("rented_ended")) == ((1, 0), (1, 0), (0, 0))
    assert counted["homes_gone"].cells["now"].ids == (goes.id,)


def test_visits_matters_centres_and_care_are_counted_as_by_hand(replica: Replica) -> None:
    house = building(replica, "杏花苑2栋")
    one = family(replica, flat(replica, house, "1", "101"), "王建国")
    two = family(replica, flat(replica, house, "1", "102"), "赵德明")
    for home, day, outcome in ((one, 2, "nobody"), (one, 3, "met"), (one, 30, "phoned"), (two, 4, "refused")):
        visit(replica, home, date(2026, 10, day), outcome)
    visit(replica, two, date(2026, 9, 30))
    heard = {"kind_of_matter": "dispute", "area": AREA, "household": one.id, "title": "漏水"}
    centre = PartyCentreHousehold(
        household=one.id, head_name="王建国", approved_on=date(2026, 3, 1), area=AREA
    )
    replica.save(
        Matter(heard_on=date(2026, 9, 2), state="done", closed_on=date(2026, 10, 5), **heard),
        Matter(heard_on=date(2026, 10, 2), due=date(2026, 10, 9), **heard),
        Matter(heard_on=date(2025, 10, 2), state="done", closed_on=date(2025, 10, 3), **heard),
        centre,
        CentreActivity(centre=centre.id, held_on=date(2026, 10, 9), theme="议事", opinions=3, settled=2, area=AREA),
        Care(resident=one.head, household=one.id, what="送药", given_on=date(2026, 10, 1), area=AREA),
        Care(resident=one.head, household=one.id, what="量血压", given_on=date(2026, 10, 8), area=AREA),
    )  # fmt: skip

    assert now(replica, "visits", "visits_met", "visits_refused", "visited", "visited_share") == [
        "4", "1", "1", "1", "50%",
    ]  # fmt: skip
    assert now(replica, "dispute_new", "dispute_closed", "dispute_share", "dispute_open", "dispute_late") == [
        "1", "1", "50%", "1", "1",
    ]  # fmt: skip
    assert now(replica, "centres", "activities", "opinions", "settled") == ["1", "1", "3", "2"]
    assert now(replica, "care", "cared_for") == ["2", "1"]
    dispute = figures(replica)["dispute_new"]
    assert (dispute.cells["year"].words, dispute.cells["last"].words, dispute.against_last) == ("2", "1", "0")


def test_figures_are_those_of_one_area_or_one_building(replica: Replica) -> None:
    here, there = building(replica, "杏花苑2栋"), building(replica, "柳溪1栋", area=OTHER)
    replica.save(OrgUnit(name="第八网格", level="grid", code=OTHER, area=OTHER))
    for house, heads in ((here, ("王建国", "赵德明")), (there, ("周远",))):
        for door, head in enumerate(heads, 101):
            home = family(replica, flat(replica, house, "1", str(door)), head)
            visit(replica, home, date(2026, 10, 3))

    names = ("homes", "people", "visits", "visited_share")
    assert now(replica, *names) == ["3", "3", "3", "100%"]
    assert now(replica, *names, part=Part(area=OTHER)) == ["1", "1", "1", "100%"]
    assert now(replica, *names, part=Part(building=here.id)) == ["2", "2", "2", "100%"]


def test_what_is_in_the_recycle_bin_counts_in_no_month(replica: Replica) -> None:
    home = family(replica, flat(replica, building(replica, "杏花苑2栋"), "1", "101"), "王建国")
    seen = visit(replica, home, date(2026, 10, 3))

    replica.remove(seen)
    replica.remove(home)

    assert now(replica, "visits", "homes", "visited_share") == ["0", "0", "—"]
