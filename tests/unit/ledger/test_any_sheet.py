"""Whatever an office puts on a sheet is printed whole: long labels, marks that hang, codes, figures, any paper."""

from itertools import pairwise
from random import Random

from hypothesis import given, settings, strategies as st
import pytest

from gridclient.errors import Unfit
from gridclient.ledger.layout import layout, places
from gridclient.ledger.sheet import CellKind, Column, Paper, Row, Sheet, Tally
from tests.unit.ledger.test_layout import (
    assert_no_line_through_words,
    assert_nothing_outside,
    assert_nothing_overlaps,
)

SIGNS = "甲乙丙丁，。（）、 12-·𠮷𣲗☑□abcW："
USUAL = ("一\n二\n三\n四\n五", "丁" * 50, "519901********1234", "")
KINDS: tuple[CellKind, ...] = (*("text", "id", "number", "tick") * 5, "code")
FEW = 4  # rows of a household that fit on any page together, when none is higher than three lines


def words(chance: Random, most: int) -> str:
    return "".join(chance.choice(SIGNS) for _ in range(chance.randint(0, most)))


def column(chance: Random) -> Column:
    kind = chance.choice(KINDS)
    return Column(
        words(chance, chance.choice([2, 4, 8, 20])),
        chance.choice(["", "", "合一", words(chance, 12)]),
        chance.choice([0.0, 1.0, 2.0]),
        chance.choice(["left", "center", "right"]),
        kind,
        once=kind == "code" or chance.random() < 0.4,
        summed=chance.random() < 0.2,
    )


def cell(chance: Random, column: Column, household: int, pool: list[str]) -> str:
    if column.kind == "code":
        return f"{household:09}"
    return str(chance.randint(0, 9999)) if column.kind == "number" else chance.choice(pool)


def sheet(chance: Random) -> Sheet:
    columns = tuple(column(chance) for _ in range(chance.choice([1, 2, 3, 5, 8, 12, 20, 30, 40])))
    pool = [words(chance, chance.choice([4, 10, 60])) for _ in range(8)] + list(USUAL)
    rows = tuple(
        Row(tuple(cell(chance, c, home, pool) for c in columns), str(home), (1,), role)
        for home in range(chance.choice([0, 1, 2, 12]))
        for role in chance.choices(("body", "subtotal"), (6, 1), k=chance.randint(1, 6))
    )
    return Sheet(
        words(chance, chance.choice([8, 40, 90])),
        tuple(words(chance, 70) for _ in range(chance.randint(0, 2))),
        tuple(words(chance, 50) for _ in range(chance.randint(0, 4))),
        columns,
        rows,
        tallies=(Tally("{} 户"), Tally("{} 人没有走访到", quiet=True)),
        total=chance.random() < 0.7,
        page_total=chance.random() < 0.4,
        signatures=tuple(words(chance, 25) for _ in range(chance.randint(0, 5))),
        sign_every_page=chance.random() < 0.3,
        fill_blank_rows=chance.random() < 0.3,
        paper=Paper(chance.choice(["A4", "A3"]), chance.random() < 0.5, binding=chance.choice([0.0, 8.0, 15.0])),
        mark=words(chance, 60),
        pen=chance.random() < 0.2,
    )  # fmt: skip


@given(st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_nothing_is_clipped_and_nothing_overlaps_or_it_is_refused_in_words(chance: Random) -> None:
    made = sheet(chance)
    try:
        pages = layout(made)
    except Unfit:
        return

    assert [n for page in pages for n in page.rows] == list(range(len(made.rows)))
    assert [page.rows[0] for page in pages if page.rows][1:] == list(places(made).begins)
    for page in (pages[0], pages[len(pages) // 2], pages[-1]):
        assert_nothing_outside(page)
        assert_nothing_overlaps(page)
        assert_no_line_through_words(page)


@given(st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_a_household_that_fits_on_a_page_is_never_parted(chance: Random) -> None:
    homes = [home for home in range(40) for _ in range(chance.randint(1, FEW))]
    texts = ("甲", "乙\n丙", "一\n二\n三")
    rows = tuple(Row((f"{n}", chance.choice(texts)), str(home)) for n, home in enumerate(homes))
    columns = (Column("序号"), Column("备注", once=chance.random() < 0.5))
    pages = layout(Sheet("册", columns=columns, rows=rows, signatures=("制表人：",)))
    on = [{homes[n] for n in page.rows} for page in pages]

    assert not any(one & other for one, other in pairwise(on))


def test_a_head_that_leaves_no_room_for_a_row_is_refused() -> None:
    columns = tuple(Column("是否属于需要重点关怀的独居空巢老人" * 5) for _ in range(45))

    with pytest.raises(Unfit, match="表头"):
        layout(Sheet("册", columns=columns, paper=Paper(landscape=True)))


def test_a_code_is_never_squeezed_by_forty_columns() -> None:
    columns = (Column("二维码", kind="code"), *(Column("甲乙丙丁") for _ in range(35)))
    page = layout(
        Sheet(
            "册", columns=columns, rows=(Row(("010100001", *["一二三"] * 35)),), paper=Paper(landscape=True)
        )
    )[0]

    assert_no_line_through_words(page)
