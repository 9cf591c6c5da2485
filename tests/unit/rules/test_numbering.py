from hypothesis import given, strategies as st
import pytest

from gridclient.rules import numbering


@pytest.mark.parametrize(
    ("room", "rooms"),
    [
        ("1701-1702", ["1701", "1702"]),
        ("1701-1801", ["1701", "1801"]),
        ("1701-1802", ["1701", "1702", "1801", "1802"]),
        ("2-302-303", ["2-302", "2-303"]),
        ("附1、附2", ["附1", "附2"]),
    ],
)
def test_merged_rooms_bear_the_numbers_of_their_corners_and_are_read_back(
    room: str, rooms: list[str]
) -> None:
    assert numbering.merged(rooms) == room
    assert list(numbering.rooms_of(room)) == rooms
    assert numbering.parted(room) == tuple(rooms)


@pytest.mark.parametrize("room", ["501", "2-302", "附1", "B101", "12", "501A", ""])
def test_an_ordinary_room_is_one(room: str) -> None:
    assert numbering.rooms_of(room) == (room,)


def test_a_door_merged_already_may_be_merged_again() -> None:
    assert numbering.merged(["1701-1702", "1703"]) == "1701-1703"


def test_a_door_of_one_room_is_split_into_two_lettered_ones() -> None:
    assert numbering.parted("501") == ("501A", "501B")


@pytest.mark.parametrize(
    ("rooms", "floor", "following"),
    [
        (["501", "502", "601"], 5, "503"),
        (["2-501"], 5, "2-502"),
        (["501-502"], 5, "503"),
        ([], 7, "701"),
        (["1", "9", "10"], None, "11"),
        (["附1", "附2"], None, "附3"),
    ],
)
def test_the_next_number_follows_the_last_one_taken(
    rooms: list[str], floor: int | None, following: str
) -> None:
    assert numbering.next_room(rooms, floor) == following


@pytest.mark.parametrize(
    ("text", "rooms"),
    [
        ("503 504", ["503", "504"]),
        ("５０３、504室，503", ["503", "504"]),  # noqa: RUF001
        ("601~603 附1至附2", ["601", "602", "603", "附1至附2"]),
        ("附1~3", ["附1", "附2", "附3"]),
        ("1701-1702", ["1701-1702"]),
        ("", []),
    ],
)
def test_doors_are_named_in_one_line(text: str, rooms: list[str]) -> None:
    assert numbering.named(text) == rooms


@pytest.mark.parametrize("text", ["604~601", "1~99999"])
def test_a_range_without_sense_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="起止"):
        numbering.named(text)


def test_numbers_are_read_from_a_line_of_words_and_ranges() -> None:
    assert numbering.numbers("4 13-14、-1") == (4, 13, 14, -1)
    assert numbering.numbers("") == ()
    with pytest.raises(ValueError, match="数字"):
        numbering.numbers("四")


@given(st.text(max_size=12))
def test_no_room_number_breaks_the_reader(room: str) -> None:
    assert numbering.rooms_of(room)
    numbering.merged([room, room])
    numbering.next_room([room], None)
