"""The history of records: every change of every field, whoever made it, in the transaction that made it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gridclient.fields import RECORDS
from gridclient.records import OrgUnit, Resident
from gridclient.store.history import History
from gridclient.store.vault import LIGHT, Vault
from sync.engine import Engine
from sync.errors import Invalid
from sync.memory import MemoryHub
from sync.protocol import SignIn
from sync.replica import Replica
from tests.unit.store.conftest import AREA

Meeting = Callable[[], None]


@pytest.fixture
def history(vault: Vault, replica: Replica) -> History:
    return History(vault.engine, replica)


@pytest.fixture
def person(replica: Replica) -> Resident:
    made = Resident(name="王建国", phones=["19900000001"], area=AREA, household="h")
    replica.save(made)
    return made


def test_every_change_of_every_field_is_told_with_who_when_from_and_to(
    replica: Replica, history: History, person: Resident
) -> None:
    person.phones, person.employer = ["19900000002"], "桂花路小学"
    changes = replica.save(person)

    found = {moment.field: moment for moment in history.of([person.id])}

    assert {name: (m.was, m.now) for name, m in found.items()} == {
        "phones": (["19900000001"], ["19900000002"]),
        "employer": ("", "桂花路小学"),
    }
    assert {(m.by, m.here, m.kind) for m in found.values()} == {("tester", True, "resident")}
    assert {int(m.at.timestamp() * 1000) for m in found.values()} == {changes[0].at >> 16}
    assert len({m.edit for m in found.values()}) == 1


def test_the_newest_change_is_told_first(replica: Replica, history: History, person: Resident) -> None:
    for name in ("一", "二", "三"):
        person.employer = name
        replica.save(person)

    assert [moment.now for moment in history.of([person.id])] == ["三", "二", "一"]


def test_a_removal_is_told_with_its_reason(replica: Replica, history: History, person: Resident) -> None:
    replica.remove(person, "重复登记")

    told = history.removals([person.id])[person.id]

    assert (told.by, told.why, told.here) == ("tester", "重复登记", True)


def test_a_save_that_fails_leaves_no_trace(replica: Replica, history: History, person: Resident) -> None:
    person.name = ""

    with pytest.raises(Invalid):
        replica.save(person)

    assert history.of([person.id]) == []


def test_every_kind_has_a_history(replica: Replica, history: History, vault: Vault) -> None:
    with vault.engine.connect() as link:
        names = {
            row[0] for row in link.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        }

    assert {f"{kind}_history_update" for kind in RECORDS} <= names
    assert {f"{kind}_history_delete" for kind in RECORDS} <= names


@pytest.fixture
def meet(replica: Replica, tmp_path: Path) -> Iterator[tuple[Replica, Meeting]]:
    """Another laptop, and a round of both with one centre."""
    hub, vault = MemoryHub(), Vault.create(tmp_path / "there.vault", "a passphrase", LIGHT)
    there = Replica(vault.engine, [spec.table for spec in RECORDS.values()], author="li")
    engines = []
    for one in (replica, there):
        hub.add_account(one.author, "x", [AREA[:12]], everyone=True)
        signed = hub.sign_in(SignIn(account=one.author, password="x", device="d"))
        engines.append(Engine(one, hub, signed.token))

    def both() -> None:
        for engine in (*engines, *engines):
            engine.round()

    yield there, both
    vault.close()


def test_what_arrives_is_told_with_its_author(
    history: History, person: Resident, meet: tuple[Replica, Meeting]
) -> None:
    there, both = meet
    both()
    theirs = there.get(Resident, person.id)
    assert theirs is not None
    theirs.employer = "桂花路中学"
    there.save(theirs)
    both()

    (told,) = history.of([person.id])

    assert (told.field, told.was, told.now) == ("employer", "", "桂花路中学")
    assert (told.by, told.here) == ("li", False)


def test_of_two_edits_that_arrive_as_one_only_the_last_names_its_author(
    replica: Replica, history: History, person: Resident, meet: tuple[Replica, Meeting]
) -> None:
    there, both = meet
    both()
    theirs = there.get(Resident, person.id)
    assert theirs is not None
    theirs.employer = "桂花路中学"
    there.save(theirs)
    there.author = "zhao"
    theirs.occupation = "教师"
    there.save(theirs)
    both()

    assert {m.field: m.by for m in history.of([person.id])} == {"employer": None, "occupation": "zhao"}


def test_an_echo_of_what_is_here_is_no_change(
    replica: Replica, history: History, person: Resident, meet: tuple[Replica, Meeting]
) -> None:
    person.employer = "桂花路小学"
    replica.save(person)
    meet[1]()

    assert [moment.field for moment in history.of([person.id])] == ["employer"]


def test_the_history_of_a_record_leaves_with_it(
    replica: Replica, history: History, person: Resident, meet: tuple[Replica, Meeting]
) -> None:
    person.employer = "桂花路小学"
    replica.save(person)
    meet[1]()

    replica.leave(AREA)

    assert replica.get(Resident, person.id) is None
    assert history.of([person.id]) == []


def test_opening_again_keeps_what_was_noted(
    vault: Vault, replica: Replica, person: Resident, history: History
) -> None:
    person.employer = "桂花路小学"
    replica.save(person)

    again = History(vault.engine, replica)
    person.employer = "桂花路中学"
    replica.save(person)

    assert [moment.was for moment in again.of([person.id])] == ["桂花路小学", ""]


def test_many_records_are_told_in_one_list(replica: Replica, history: History) -> None:
    units = [OrgUnit(name=f"小区{n}", level="estate", code=f"{n:012}", area=AREA) for n in range(900)]
    replica.save(*units)
    for unit in units:
        unit.name += "甲"
    replica.save(*units)

    told = history.of([unit.id for unit in units])

    assert len(told) == 900
    assert [moment.n for moment in told] == sorted((moment.n for moment in told), reverse=True)
