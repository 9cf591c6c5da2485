"""Somebody who lives here already is written down."""

from gridclient.records import Dwelling, Household, Resident
from gridclient.rules.registering import registered, second_head

DOOR = Dwelling(building="b", door="501", area="519901001001003")


def test_the_first_one_behind_an_empty_door_founds_the_household_and_heads_it() -> None:
    person = Resident(name="王芳", population="floating")

    home, stored = registered(person, None, [], DOOR)

    assert isinstance(home, Household)
    assert stored is person
    assert (home.dwelling, home.head, home.head_name, home.size) == (DOOR.id, person.id, "王芳", 1)
    assert (home.kind_of_household, person.household, person.area) == ("floating", home.id, DOOR.area)


def test_another_one_joins_and_is_counted_and_the_household_given_is_not_altered() -> None:
    head = Resident(name="王强", relation="02")
    home = Household(dwelling=DOOR.id, head=head.id, head_name="王强", size=1)
    child = Resident(name="王芳", relation="30")

    written = registered(child, home, [head], DOOR)

    assert [type(record) for record in written] == [Household, Resident]
    assert written[0].size == 2  # type: ignore[attr-defined]
    assert written[0].head == head.id  # type: ignore[attr-defined]
    assert home.size == 1


def test_a_member_written_again_changes_nothing_but_himself() -> None:
    head = Resident(name="王强", relation="02")
    home = Household(dwelling=DOOR.id, head=head.id, head_name="王强", size=7)

    assert registered(head, home, [head], DOOR) == [head]


def test_a_head_by_another_name_is_called_so_in_the_household() -> None:
    head = Resident(name="王强", relation="02")
    home = Household(dwelling=DOOR.id, head=head.id, head_name="王墙", size=1)

    written = registered(head, home, [head], DOOR)

    assert written[0].head_name == "王强"  # type: ignore[attr-defined]


def test_a_second_head_is_told_and_a_head_s_own_row_is_not() -> None:
    head, other = Resident(name="王强", relation="02"), Resident(name="王芳", relation="02")
    home = Household(dwelling=DOOR.id, head=head.id, head_name="王强", size=1)

    assert second_head(other, home, [head])
    assert not second_head(head, home, [head])
    assert not second_head(other, Household(dwelling=DOOR.id), [])
