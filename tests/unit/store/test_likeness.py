"""Who is here already: found by number, nearly the number, name and telephone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridclient.records import Resident
from gridclient.rules.duplicates import Person
from gridclient.store.likeness import alike
from sync.replica import Replica
from tests.support import people


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    folder: Path = tmp_path_factory.mktemp("likeness")
    desk = people.desk_at(folder)
    yield desk.replica
    desk.close()


def known(replica: Replica) -> Resident:
    return next(person for person in replica.all(Resident) if person.phones and person.id_number)


def test_the_same_number_is_found_first_and_tells_where_he_lives(replica: Replica) -> None:
    one = known(replica)

    found = alike(replica, Person("new", "", one.id_number))

    assert (found[0].id, found[0].likeness.score) == (one.id, 100)
    assert "单元" in found[0].place
    assert repr(found[0]) == f"<Like {one.id}>"


@pytest.mark.parametrize("place", [0, 5, 9, 13, 16])
def test_a_number_with_any_digit_wrong_is_found(replica: Replica, place: int) -> None:
    one = known(replica)
    digit = str((int(one.id_number[place]) + 1) % 10)

    found = alike(replica, Person("new", "", one.id_number[:place] + digit + one.id_number[place + 1 :]))

    assert one.id in [like.id for like in found]


def test_an_old_number_of_fifteen_is_found_by_the_new_one_and_the_other_way_round(replica: Replica) -> None:
    one = next(p for p in replica.all(Resident) if p.id_number[6:8] == "19")
    old = one.id_number[:6] + one.id_number[8:17]

    assert alike(replica, Person("new", "", old))[0].likeness.why == "15 位旧号和 18 位新号是同一个号码"


def test_nobody_is_like_himself_or_like_somebody_of_whom_little_is_known(replica: Replica) -> None:
    one = known(replica)

    assert one.id not in [like.id for like in alike(replica, Person(one.id, one.name, one.id_number))]
    assert alike(replica, Person("new", one.name)) == []
    assert alike(replica, Person("new", "", "519901")) == []


def test_name_and_telephone_are_enough_and_at_most_three_are_told(replica: Replica) -> None:
    one = known(replica)

    found = alike(replica, Person("new", one.name, phones=(one.phones[0],)))

    assert found[0].id == one.id
    assert len(found) <= 3
