from hypothesis import given, strategies as st
import pytest

from gridclient.rules import doors
from gridclient.rules.doors import Address


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3-2-501", ("", "3", "2", "501")),
        ("2-501", ("", "", "2", "501")),
        ("3－2—501室", ("", "3", "2", "501")),  # noqa: RUF001
        ("3栋2单元501", ("", "3", "2", "501")),
        ("3号楼2单元501室", ("", "3", "2", "501")),
        ("3#2单元501", ("", "3", "2", "501")),
        ("３幢 二单元 ５０１", ("", "3", "2", "501")),  # noqa: RUF001
        ("十二栋一单元101", ("", "12", "1", "101")),
        ("A座1203室", ("", "A", "", "1203")),
        ("杏花苑1栋1单元502室", ("杏花苑", "1", "1", "502")),
        ("银杏路18号3栋2单元501室", ("银杏路18号", "3", "2", "501")),
        ("3栋2单元5楼501", ("", "3", "2", "501")),
        ("杏花苑10栋", ("杏花苑", "10", "", "")),
        ("槐荫苑商业街11号", ("槐荫苑商业街", "", "", "11")),
        ("柳溪院落1组2号", ("柳溪院落", "", "1组", "2")),
        ("柳溪院落一组附2号", ("柳溪院落", "", "1组", "附2")),
    ],
)
def test_an_address_is_read_in_any_usual_spelling(text: str, parts: tuple[str, str, str, str]) -> None:
    assert doors.parse(text) == Address(*parts)


@pytest.mark.parametrize("text", ["", "  ", "王建国", "501", "199-0001-2345", "wjg", "3-", "-", "1-2-3-4-5"])
def test_what_is_no_address_is_not_taken_for_one(text: str) -> None:
    assert doors.parse(text) is None


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    doors.parse(text)
    doors.natural(text)
    doors.floor_of(text)


@given(
    st.integers(1, 99),
    st.integers(1, 9),
    st.integers(1, 60),
    st.integers(1, 12),
    st.sampled_from(["", "杏花苑"]),
)
def test_a_label_is_read_back_as_it_was(number: int, unit: int, floor: int, place: int, estate: str) -> None:
    door = f"{floor}{place:02d}"
    written = doors.label(f"{estate}{number}栋", str(unit), door)
    address = doors.parse(written)
    assert address == Address(estate, str(number), str(unit), door)
    assert doors.parse(address.short) == Address("", str(number), str(unit), door)
    assert doors.floor_of(door) == floor


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("杏花苑1栋", "1", "502"), "杏花苑1栋1单元502"),
        (("柳溪院落", "1组", "2"), "柳溪院落1组2号"),
        (("槐荫苑商业街", "", "11"), "槐荫苑商业街11号"),
        (("3栋", "", "501"), "3栋501"),
        (("柳溪院落", "1组", "附2"), "柳溪院落1组附2"),
    ],
)
def test_a_door_is_written_as_people_write_it(parts: tuple[str, str, str], words: str) -> None:
    assert doors.label(*parts) == words


@pytest.mark.parametrize(
    ("door", "floor"),
    [("501", 5), ("3302", 33), ("2-302", 3), ("B101", -1), ("12", None), ("附2", None), ("", None)],
)
def test_a_room_number_tells_its_floor(door: str, floor: int | None) -> None:
    assert doors.floor_of(door) == floor


@pytest.mark.parametrize(
    ("order", "walked"),
    [
        ("down", ["302", "303", "201", "202", "101"]),
        ("up", ["101", "201", "202", "302", "303"]),
        ("snake", ["302", "303", "202", "201", "101"]),
    ],
)
def test_a_stairwell_is_walked_in_three_ways(order: str, walked: list[str]) -> None:
    rooms = ["101", "202", "201", "303", "302"]
    assert sorted(rooms, key=lambda room: doors.stair_key("1", None, room, order)) == walked


def test_courtyards_and_shops_are_walked_by_their_numbers() -> None:
    rooms = ["10", "9", "附1", "1"]
    assert sorted(rooms, key=lambda room: doors.stair_key("", None, room)) == ["1", "9", "10", "附1"]


def test_names_with_numbers_sort_as_numbers() -> None:
    assert sorted(["10栋", "9栋", "杏花苑2栋", "杏花苑12栋"], key=doors.natural) == [
        "9栋",
        "10栋",
        "杏花苑2栋",
        "杏花苑12栋",
    ]
