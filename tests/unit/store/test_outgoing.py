"""What waits is told by building, whatever kind of record it is, and a few statements tell it."""

from datetime import date, datetime

import pytest
from sqlalchemy import event

from gridclient.fields import RECORDS
from gridclient.records import OrgUnit, PartyMember, Resident, Steward
from gridclient.records.people import Household
from gridclient.store.belonging import area_names, buildings_of
from gridclient.store.going import going
from gridclient.store.outgoing import ELSEWHERE, changes_in, groups
from gridclient.store.proof import code, keep, proofs
from gridclient.store.vault import Vault
from sync.errors import Removal
from sync.protocol import Document, Stream, Written
from sync.replica import Replica
from tests.unit.store.conftest import AREA, building, family, flat, visit

AT = datetime(2026, 11, 22, 19, 30)
TABLES = {spec.name: spec.table for spec in RECORDS.values()}


def test_what_waits_is_counted_by_building_in_natural_order(replica: Replica) -> None:
    ten, two = building(replica, "10号楼"), building(replica, "2号楼")
    home = family(replica, flat(replica, two, "1", "101"), "甲", "乙")
    visit(replica, home, date(2026, 11, 1))
    replica.save(OrgUnit(name="第三网格", level="grid", code=AREA, area=AREA))

    told = [(group.name, group.count) for group in groups(replica)]

    assert told == [("2号楼", 6), ("10号楼", 1), (ELSEWHERE, 1)]
    assert [change.kind for change in changes_in(replica, two.id, 99)] == [
        *("building", "dwelling", "household", "resident", "resident", "visit"),
    ]
    assert [change.kind for change in changes_in(replica, "", 99)] == ["org_unit"]
    assert len(changes_in(replica, two.id, 2)) == 2
    assert changes_in(replica, ten.id, 9)[0].id == ten.id


@pytest.mark.parametrize("kind", ["visit", "resident", "steward", "party_member", "visit_task"])
def test_a_record_belongs_to_the_building_its_links_lead_to(replica: Replica, kind: str) -> None:
    house = building(replica, "1号楼")
    home = family(replica, flat(replica, house, "1", "101"), "甲")
    person = replica.all(Resident)[0]
    made = {
        "visit": lambda: visit(replica, home, date(2026, 11, 1), dwelling=""),
        "resident": lambda: person,
        "steward": lambda: Steward(name="丙", resident=person.id, area=AREA),
        "party_member": lambda: PartyMember(name="甲", resident=person.id, area=AREA),
        "visit_task": lambda: TABLES["visit_task"](household=home.id, due=date(2026, 12, 1), area=AREA),
    }[kind]()
    replica.import_many([made])

    assert buildings_of(replica, kind, [made.id]) == {made.id: house.id}


def test_a_household_whose_dwelling_is_gone_leads_nowhere(replica: Replica) -> None:
    lost = Household(dwelling="f" * 32, head_name="甲", area=AREA)
    replica.import_many([lost])

    assert buildings_of(replica, "household", [lost.id, "e" * 32]) == {lost.id: "", "e" * 32: ""}


def test_ten_thousand_changes_are_counted_with_a_statement_for_each_kind(
    replica: Replica, vault: Vault
) -> None:
    house = building(replica, "1号楼")
    home = family(replica, flat(replica, house, "1", "101"), "甲")
    replica.import_many([Resident(household=home.id, name=str(n), area=AREA) for n in range(300)])
    asked: list[str] = []
    event.listen(vault.engine, "before_cursor_execute", lambda _c, _u, sql, *_rest: asked.append(sql))

    found = groups(replica)

    assert [group.count for group in found] == [304]
    assert len(asked) == 2 + 4  # names, kinds, and one for each of four kinds


def arrived(replica: Replica, *ids: str, area: str = AREA) -> None:
    """Records of the centre, as a round brings them."""
    documents = [
        Document(
            id=id_,
            kind="household",
            area=area,
            ver=place,
            body={"head_name": "甲", "created_at": 1},
            stamps={"": Written("hub-1", place, place)},
        )
        for place, id_ in enumerate(ids, 1)
    ]
    replica.apply(Stream(area=area, since=0, to=len(ids), records=documents, digest=""))


def test_a_proof_sets_both_digests_side_by_side(replica: Replica) -> None:
    replica.save(OrgUnit(name="第三网格", level="grid", code=AREA, area=AREA))
    arrived(replica, *(f"{n:032x}" for n in range(3)))
    before = proofs(replica)
    digest = replica.digest(AREA)

    keep(replica, {AREA: digest}, AT)
    after = proofs(replica)
    keep(replica, {AREA: "00ff" * 4}, AT)

    assert [(p.name, p.records, p.same, p.at) for p in before] == [("第三网格", 3, False, None)]
    assert [(p.here, p.there, p.same, p.at) for p in after] == [(digest, digest, True, AT)]
    assert not proofs(replica)[0].same
    assert code(digest) == f"{digest[:4]} {digest[4:8]}".upper()
    assert code("") == ""


def test_the_proof_of_an_area_goes_with_the_area(replica: Replica) -> None:
    arrived(replica, "a" * 32)
    keep(replica, {AREA: replica.digest(AREA)}, AT)
    replica.leave(AREA)

    keep(replica, {}, AT)

    assert proofs(replica) == []
    assert replica.meta("proof") == "{}"


def test_what_would_go_is_counted_by_area_and_building(replica: Replica) -> None:
    other = AREA[:-1] + "4"
    replica.save(OrgUnit(name="第四网格", level="grid", code=other, area=AREA))
    house = building(replica, "1号楼")
    home = flat(replica, house, "1", "101")
    arrived(replica, "a" * 32, "b" * 32)
    arrived(replica, *(f"{n:032x}" for n in range(3)), area=other)
    for id_ in ("a" * 32, "b" * 32):
        found = replica.get(Household, id_)
        assert found is not None
        found.dwelling = home.id
        replica.save(found)

    told = going(replica, Removal(5, 5, frozenset({"a" * 32, "b" * 32}), (other,)))

    assert [(one.area, one.building, one.kind, one.count, one.whole) for one in told] == [
        ("第四网格", ELSEWHERE, "户", 3, True),
        (AREA, "1号楼", "户", 2, False),
    ]


def test_everyones_area_has_a_name(replica: Replica) -> None:
    assert area_names(replica)["*"] == "公用资料"
