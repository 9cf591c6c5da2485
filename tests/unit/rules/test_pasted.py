from hypothesis import given, strategies as st
import pytest

from gridclient.rules.pasted import Door, read


def told(text: str, unit: str = "") -> list[str]:
    return [
        " ".join(str(part) for part in (d.unit, d.floor, d.room, d.head, d.tenure) if part not in ("", None))
        for d in read(text, unit).doors
    ]


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("301\t302\n201\t202", ["3 301", "3 302", "2 201", "2 202"]),
        ("501 502 503", ["5 501", "5 502", "5 503"]),
        ("501\n502", ["5 501", "5 502"]),
        ("\t1单元\t\t2单元\n2层\t201\t202\t201\n", ["1 2 201", "1 2 202", "2 2 201"]),
        ("501 王建国\t502 空置\n401 李敏3人\t402室", ["5 501 王建国", "5 502 03", "4 401 李敏", "4 402"]),
        ('"501\n王建国"\t502', ["5 501 王建国", "5 502"]),
        ("楼层\t01\t02\n3\t张敏\t空置\n2\t\t李强", ["3 301 张敏", "3 302 03", "2 201", "2 202 李强"]),
        ("1701-1702\t1703", ["17 1701-1702", "17 1703"]),
        ("1组1号\t1组2号", ["1组 1", "1组 2"]),
    ],
)
def test_a_block_is_read_as_it_is_drawn(text: str, doors: list[str]) -> None:
    assert told(text) == doors
    assert not read(text).problems


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("501\t王建国\n502\t李敏\n601\t空置", ["5 501 王建国", "5 502 李敏", "6 601 03"]),
        ("序号\t房号\t户主\n1\t1-501\t王建国\n2\t1-502\t", ["1 5 501 王建国", "1 5 502"]),
        ("单元\t室号\t户主姓名\n1单元\t501\t王建国\n\t502\t李敏", ["1 5 501 王建国", "1 5 502 李敏"]),
        ("杏花苑1栋1单元502室\t张敏", ["1 5 502 张敏"]),
        ("房号\t状态\n附1\t出租\n附2\t", ["附1 02", "附2"]),
    ],
)
def test_a_list_of_rooms_is_read_with_who_lives_there(text: str, doors: list[str]) -> None:
    assert told(text) == doors


def test_a_list_may_bring_telephone_numbers() -> None:
    (door,) = read("房号\t户主\t联系电话\n501\t王建国\t199 0000 0001", unit="2").doors

    assert door == Door("2", 5, "501", "王建国", "19900000001")


def test_what_cannot_be_read_is_named_and_a_door_told_twice_is_taken_once() -> None:
    found = read("房号\t户主\n501\t王建国\n物业用房\t\n501\t李敏")

    assert [door.head for door in found.doors] == ["王建国"]
    assert found.problems == ("“物业用房”不像房号", "501 出现两次，只取第一次")


def test_nothing_is_made_of_nothing() -> None:
    assert read("") == read("\n\t\n")
    assert not read("").doors


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for door in read(text).doors:
        assert door.room
