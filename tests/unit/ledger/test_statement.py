"""The statement is paper like the other ledgers: it fits its pages, and both sides sign it."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from gridclient.ledger.layout import layout
from gridclient.ledger.statement import SIGNATURES, size_words, statement_sheet, verdict_words
from gridclient.ledger.workbook import workbook_bytes
from gridclient.store.outgoing import Group
from gridclient.store.proof import Proof
from gridclient.store.rounds import RoundNote
from gridclient.store.statement import Asked, Entered, Statement

DAY = date(2026, 10, 31)
AT = datetime(2026, 10, 31, 19, 40)
SAME = Proof("1", "第三网格", 342, "3f2a91c0" * 2, "3f2a91c0" * 2, AT)


def told(**parts: object) -> Statement:
    empty = dict.fromkeys(("entered", "rounds", "refused", "conflicts", "waiting", "proofs"), ())
    return Statement(DAY, DAY, "张敏", **(empty | parts))  # type: ignore[arg-type]


def texts(statement: Statement) -> str:
    sheet = statement_sheet(statement, unit_name="桂花社区", today=DAY, at=AT)
    return "\n".join(text.text for page in layout(sheet) for text in page.texts)


def full() -> Statement:
    return told(
        entered=(Entered("张敏", "3号楼", "居民", 2, 5, 1, 6, 2, 0),),
        rounds=(RoundNote(AT, "与中心一致", 6, 3, sent=61_200, received=900, receipt="ABCD-42-7"),),
        refused=(Asked("3号楼 居民 甲", "备注", AT, "没有权限；还没有处理", 1),),
        conflicts=(Asked("3号楼 居民 乙", "联系电话", AT, "还没有处理", 1),),
        waiting=(Group("b", "3号楼", 2),),
        proofs=(SAME,),
    )


def test_the_figures_the_receipt_and_the_codes_stand_on_the_paper() -> None:
    words = texts(full())

    for said in ("8 条", "6 条", "2 条", "ABCD-42-7", "60 KB", "3F2A 91C0", "本机与中心逐条一致", "没有权限"):
        assert said in words
    for said in SIGNATURES[:3]:
        assert said in words


def test_an_empty_week_says_so_in_every_part() -> None:
    assert texts(told()).count("无") >= 7


def test_a_long_month_goes_over_several_pages_and_is_signed_on_the_last() -> None:
    rounds = tuple(RoundNote(AT, "与中心一致", n, receipt=f"ABCD-{n}-1") for n in range(1, 200))
    sheet = statement_sheet(told(rounds=rounds), unit_name="桂花社区", today=DAY, at=AT)

    pages = layout(sheet)

    assert len(pages) > 3
    signed = [any(SIGNATURES[0] in text.text for text in page.texts) for page in pages]
    assert signed == [False] * (len(pages) - 1) + [True]


def test_the_workbook_says_the_same() -> None:
    sheet = statement_sheet(full(), unit_name="桂花社区", today=DAY, at=AT)

    book = openpyxl.load_workbook(BytesIO(workbook_bytes(sheet)))

    cells = [cell.value for row in book.active.iter_rows() for cell in row if cell.value]
    assert {"ABCD-42-7", "3F2A 91C0", "3号楼 居民 甲"} <= set(cells)
    assert sheet.persons == 2


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (SAME, "本机与中心逐条一致"),
        (Proof("1", "甲", 3, "aa", "bb", AT), "有不同，下次同步自动补齐"),
        (Proof("1", "甲", 3, "aa"), "还没有和中心核对过"),
        (Proof("1", "甲", 3, "", "bb", AT), "正在接收，收完再核对"),
    ],
)
def test_a_comparison_is_told_in_plain_words(proof: Proof, words: str) -> None:
    assert verdict_words(proof) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, ""), (900, "900 字节"), (61_200, "60 KB"), (3_500_000, "3.3 MB")]
)
def test_sizes_are_told_as_people_say_them(count: int, words: str) -> None:
    assert size_words(count) == words
