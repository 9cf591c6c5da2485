"""What of a saved edit may go back, decided without a database."""

from typing import Any

from gridclient.rules.undoing import Part, Reach, reach

GROUPS = {"phone": "phone", "note": "note", "head": "head", "head_name": "head", "removed_at": "life"}
MINE = {"here"}
NOW: dict[str, Any] = {"phone": "2", "note": "b", "head": "h", "head_name": "n", "removed_at": None}


def part(**now: Any) -> Part:
    return Part("toy", "1", dict.fromkeys(now, ""), now)


def reached(of: Part, stamps: dict[str, Any] | None = None, **current: Any) -> Reach:
    return reach(of, NOW | current, stamps or {"": ["here", 1, 1]}, MINE, GROUPS)


def test_what_reads_as_it_was_left_goes_back() -> None:
    assert reached(part(phone="2", note="b")) == Reach(("phone", "note"))


def test_what_was_changed_since_stays() -> None:
    assert reached(part(phone="1", note="b")) == Reach(("note",), ("phone",))


def test_a_value_others_wrote_stays_even_if_it_is_the_same() -> None:
    assert reached(part(phone="2"), {"": ["here", 1, 1], "phone": ["there", 9, 9]}) == Reach((), ("phone",))


def test_fields_that_only_make_sense_together_go_back_together() -> None:
    assert reached(part(head="h", head_name="x")) == Reach((), ("head", "head_name"))


def test_nothing_but_the_removal_of_a_removed_record_goes_back() -> None:
    assert reached(part(phone="2"), removed_at=5) == Reach((), ("phone",))
    assert reached(part(removed_at=5), removed_at=5) == Reach(("removed_at",))


def test_a_record_made_goes_only_while_it_is_as_it_was_made() -> None:
    made = Part("toy", "1", {}, {"phone": "2"}, made=True)

    assert reached(made).free == ("removed_at",)
    assert reached(made, phone="3") == Reach((), ("phone",))
    assert reached(made, {"": ["here", 1, 1], "note": ["there", 2, 2]}) == Reach((), ("phone",))


def test_two_edits_of_a_record_are_one_from_the_first_value_to_the_last() -> None:
    first = Part("toy", "1", {"phone": "1"}, {"phone": "2"})
    second = Part("toy", "1", {"phone": "2", "note": ""}, {"phone": "3", "note": "b"})

    both = first.then(second)

    assert (both.was, both.now) == ({"phone": "1", "note": ""}, {"phone": "3", "note": "b"})
