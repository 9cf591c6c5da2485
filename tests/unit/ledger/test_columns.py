"""How wide columns become, and what is never broken."""

from gridclient.ledger.columns import Fitted, fit
from gridclient.ledger.flow import grouped
from gridclient.ledger.sheet import CellKind, Column, Row, Sheet
from gridclient.ledger.words import Ruler, plain_measure

BOXES = "☑自住 □出租 □空置 □商铺 □集体宿舍 □其他"
NUMBERS = [f"199{n:08d}" for n in range(40)]


def sheet(*columns: tuple[Column, list[str]]) -> Sheet:
    rows = [Row(cells) for cells in zip(*(texts for _column, texts in columns), strict=True)]
    return Sheet("册", columns=tuple(column for column, _texts in columns), rows=tuple(rows))


def fitted(width: float, *columns: tuple[Column, list[str]]) -> Fitted:
    return fit(sheet(*columns), plain_measure, width)


def lines(found: Fitted, index: int, text: str) -> tuple[str, ...]:
    return found.body.wrap(text, found.inner(index))


def long(words: str, kind: CellKind = "text") -> tuple[Column, list[str]]:
    return Column("说明", kind=kind), [words] * len(NUMBERS)


def test_a_smaller_size_is_taken_before_a_number_is_broken() -> None:
    phones = [(Column(f"电话{n}"), NUMBERS) for n in range(8)]
    found = [fitted(float(width), *phones) for width in range(162, 240, 2)]

    assert {one.body.size for one in found} > {8.0, 8.5, 9.0}
    assert all(
        lines(one, n, number) == (number,) for one in found for n in range(8) for number in NUMBERS[:3]
    )


def test_an_answer_stays_beside_its_box_and_two_stand_on_a_line_at_least() -> None:
    boxes = Column("使用情况", kind="tick"), [BOXES] * len(NUMBERS)
    found = fitted(110.0, boxes, *[long("很长的说明" * 9)] * 6)
    broken = lines(found, 0, BOXES)

    assert all(answer in " ".join(broken) for answer in BOXES.split())
    assert [answer for line in broken for answer in line.split()] == BOXES.split()
    assert all(len(line.split()) >= 2 for line in broken)


def test_a_list_with_boxes_is_broken_between_answers_in_the_narrowest_cell() -> None:
    ruler = Ruler(plain_measure, 9.0)

    assert ruler.wrap("☑集体宿舍 □其他", ruler.width("☑集体宿舍 □其")) == ("☑集体宿舍", "□其他")
    assert "".join(ruler.wrap("☑集体宿舍", ruler.width("☑集"))) == "☑集体宿舍"


def test_a_column_that_is_empty_in_every_row_has_room_for_the_pen() -> None:
    empty = [""] * len(NUMBERS)
    columns = (Column("甲", weight=1.0), empty), (Column("乙"), empty)
    found = fitted(120.0, *columns, *[long("很长的说明" * 9)] * 3)

    assert found.widths[0] > 1.3 * found.widths[1]


def test_a_sum_that_is_wider_than_its_numbers_is_not_broken() -> None:
    column = Column("人数", kind="number", summed=True)
    found = fitted(60.0, (column, ["99999"] * len(NUMBERS)), long("很长的说明" * 9))

    assert Ruler(plain_measure, found.body.size, bold=True).width(str(99999 * len(NUMBERS))) <= found.inner(0)


def test_what_is_empty_in_all_rows_of_a_group_stays_a_cell_of_each() -> None:
    rows = [(("同",), (), ("甲",)), (("同",), (), ("乙",))]
    group = grouped(rows, 0, once=frozenset({0, 1, 2}), line=4.0, least=6.0, room=100.0)

    assert group.once == {0}
