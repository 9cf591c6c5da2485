"""What a person settled about a sheet: its form, its columns, its odd words; kept by its head and shared as a file."""

from pathlib import Path

import pytest

from gridclient.errors import Unfit
from gridclient.exchange.mapping import (
    Mapping,
    Matched,
    Word,
    choices_of,
    from_file,
    mappings_in,
    matched,
    offers,
    recalled,
    remember,
    to_file,
)
from gridclient.exchange.moved import Terms
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import rehearse
from gridclient.exchange.writing import commit
from gridclient.records import Resident
from sync.replica import Replica
from tests.unit.exchange.conftest import TODAY, rehearsed
from tests.unit.exchange.workbooks import HOME, book, numbered

HEADS = ["家庭成员", "证号", "住哪里", "手机号", "读到几年级"]
FIRST, SECOND, THIRD = numbered(11), numbered(12, "19820305"), numbered(13, "20100607")
PEOPLE = [
    ["赵某", FIRST, "桃苑1栋1单元101室", "19900000001", "大学生"],
    ["钱某", SECOND, "桃苑1栋1单元102室", "19900000002", "大学生"],
    ["孙某", THIRD, "桃苑1栋1单元103室", "", "初中"],
]


def odd(path: Path, *, heads: list[str] | None = None, rows: list[list[str]] | None = None) -> Path:
    """A sheet whose heads nobody here knows."""
    return book(path, {"摸排": [["桃溪社区摸排"], heads or HEADS, *(rows or PEOPLE)]})


def sheet(path: Path, mappings: dict[str, Mapping] | None = None) -> Matched:
    (found,) = matched(read(path), mappings)
    return found


def settled(path: Path) -> dict[str, Mapping]:
    """The sheet as a list of residents, its five columns matched by hand."""
    mapping = Mapping("people")
    slots = ("resident.name", "resident.id_number", "address", "resident.phones", "resident.education")
    for head, slot in zip(HEADS, slots, strict=True):
        mapping = mapping.with_column(head, slot)
    return {sheet(path).digest: mapping}


def test_a_sheet_nobody_knows_shows_its_columns_and_is_refused_until_they_are_matched(
    replica: Replica, tmp_path: Path
) -> None:
    path = odd(tmp_path / "a.xlsx")
    found = sheet(path)

    assert (found.form, found.usable) == (None, False)
    assert found.head is not None
    assert [(c.letter, c.head, c.slot) for c in found.head.columns][:2] == [
        ("A", "家庭成员", ""),
        ("B", "证号", ""),
    ]
    with pytest.raises(Unfit, match="认不出"):
        rehearsed(replica, path)

    commit(replica, rehearsed(replica, path, Terms(settled(path))))

    kept = {r.name: r for r in replica.all(Resident)}
    assert [kept[name].id_number for name in ("赵某", "钱某", "孙某")] == [FIRST, SECOND, THIRD]
    assert kept["钱某"].phones == ["19900000002"]


def test_a_form_says_which_columns_it_cannot_be_without(tmp_path: Path) -> None:
    path = odd(tmp_path / "a.xlsx")
    mapping = Mapping("people").with_column("家庭成员", "resident.name")

    found = sheet(path, {sheet(path).digest: mapping})

    assert (found.usable, found.settled, found.lacking) == (False, True, ("身份证号",))


def test_a_head_that_is_known_keeps_its_meaning_beside_one_matched_by_hand(
    replica: Replica, tmp_path: Path
) -> None:
    heads = ["姓名", "身份证号码", "现住址", "称呼", "联系电话"]
    rows = [["赵某", FIRST, "桃苑1栋1单元101室", "户主", "19900000001"]]
    path = odd(tmp_path / "a.xlsx", heads=heads, rows=rows)
    plain = rehearsed(replica, path)
    assert plain.unknown == [("摸排", "D", "称呼")]

    digest = sheet(path).digest
    by_hand = rehearsed(
        replica,
        path,
        Terms({digest: Mapping("people").with_column("称呼", "resident.relation")}),
    )

    assert by_hand.unknown == []
    (entry,) = [e for e in by_hand.batch if e.table is Resident]
    assert (entry["relation"], entry["phones"]) == ("02", ["19900000001"])


def test_a_column_that_is_not_wanted_is_not_read_and_said_so(replica: Replica, tmp_path: Path) -> None:
    path = odd(tmp_path / "a.xlsx")
    (digest, mapping), *_ = settled(path).items()

    found = rehearsed(replica, path, Terms({digest: mapping.with_column("手机号", "")}))

    assert [(c.header, c.why) for c in found.left_out] == [("手机号", "您选了不读这一列")]
    assert not any(e["phones"] for e in found.batch if e.table is Resident)


def test_a_word_no_list_has_is_counted_and_settled_once_for_all_its_rows(
    replica: Replica, tmp_path: Path
) -> None:
    path = odd(tmp_path / "a.xlsx")
    (digest, mapping), *_ = settled(path).items()
    before = rehearsed(replica, path, Terms({digest: mapping}))
    slot = "resident.education"
    assert before.words == [Word(digest, slot, "读到几年级", "大学生", 2)]
    assert (before.open_words, before.counts.rows_with_warnings) == (1, 2)

    code = next(code for code, words in choices_of(slot).items() if words == "大学本科")
    after = rehearsed(replica, path, Terms({digest: mapping.with_word(slot, "大学生", code)}))

    assert after.words == [Word(digest, slot, "读到几年级", "大学生", 2, code)]
    assert (after.open_words, after.counts.rows_with_warnings, after.counts.rows_fixed_only) == (0, 0, 2)
    assert [e["education"] for e in after.batch if e.table is Resident] == [code, code, "70"]


def test_a_word_may_stand_for_nothing(replica: Replica, tmp_path: Path) -> None:
    path = odd(tmp_path / "a.xlsx")
    (digest, mapping), *_ = settled(path).items()

    found = rehearsed(replica, path, Terms({digest: mapping.with_word("resident.education", "大学生", "")}))

    assert (found.open_words, found.counts.rows_with_warnings) == (0, 0)
    assert [e["education"] for e in found.batch if e.table is Resident] == ["", "", "70"]


def test_one_of_several_answers_in_a_cell_is_settled_and_the_others_stay(
    replica: Replica, tmp_path: Path
) -> None:
    heads = ["姓名", "身份证号码", "现住址", "关怀标签"]
    rows = [["赵某", FIRST, "桃苑1栋1单元101室", "独居老人、老革命"]]
    path = odd(tmp_path / "a.xlsx", heads=heads, rows=rows)
    digest, slot = sheet(path).digest, "resident.labels"
    answers = {words: code for code, words in choices_of(slot).items()}
    before = rehearsed(replica, path)
    mapping = Mapping("people").with_word(slot, "老革命", answers["优抚对象"])
    after = rehearsed(replica, path, Terms({digest: mapping}))

    assert [(word.slot, word.word) for word in before.words] == [(slot, "老革命")]
    (entry,) = [e for e in after.batch if e.table is Resident]
    assert entry["labels"] == [answers["独居老人"], answers["优抚对象"]]


def test_what_was_settled_is_remembered_by_the_head_in_whatever_order(
    replica: Replica, tmp_path: Path
) -> None:
    first = odd(tmp_path / "a.xlsx")
    remember(replica, settled(first))
    turned = odd(
        tmp_path / "b.xlsx",
        heads=[HEADS[at] for at in (4, 1, 0, 3, 2)],
        rows=[[row[at] for at in (4, 1, 0, 3, 2)] for row in PEOPLE],
    )

    known = recalled(read(turned), replica)
    found = rehearsed(replica, turned, Terms(known))

    assert sheet(turned, known).usable
    assert found.counts.importable == 3
    assert recalled(read(odd(tmp_path / "c.xlsx", heads=[*HEADS[:4], "学历"])), replica) == {}


def test_a_colleague_takes_the_mapping_in_as_a_file(tmp_path: Path) -> None:
    path = odd(tmp_path / "a.xlsx")
    told = settled(path)
    file = tmp_path / "对应.json"
    file.write_bytes(to_file(told))

    assert mappings_in(file) == told
    assert not any(name in file.read_text("utf-8") for name in ("赵某", FIRST, "19900000001"))


def test_what_leads_nowhere_here_is_left_out_of_a_colleagues_mapping(tmp_path: Path) -> None:
    strange = Mapping("people", {"家庭成员": "resident.name", "手机号": "resident.blood"})
    told = strange.with_word("resident.education", "大学生", "no such code")

    (mapping,) = from_file(to_file({"x": told, "y": Mapping("no such form")})).values()

    assert mapping == Mapping("people", {"家庭成员": "resident.name"}, {"resident.education": {}})


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"x": {"form": 1}}', b'{"x": {"form": "none"}}'])
def test_a_file_that_is_no_mapping_is_turned_down_in_words(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="对应"):
        from_file(content)
    with pytest.raises(Unfit, match="读不出来"):
        mappings_in(tmp_path / "gone.json")


def test_every_form_offers_what_its_columns_may_be_and_no_two_of_them_read_alike() -> None:
    from gridclient.exchange.forms import FORMS

    for form in FORMS:
        told = offers(form)
        assert form.core <= told.keys()
        assert len(set(told.values())) == len(told)


def test_a_sheet_nobody_wants_is_named_and_passed_over(replica: Replica, tmp_path: Path) -> None:
    heads = ["姓名", "身份证号码", "现住址"]
    path = book(
        tmp_path / "a.xlsx",
        {
            "人员": [heads, ["赵某", FIRST, "桃苑1栋1单元101室"]],
            "去年": [[*heads, "去年备注"], ["钱某", SECOND, "桃苑1栋1单元102室", "无"]],
        },
    )
    unwanted = {matched(read(path))[1].digest: Mapping("")}
    remember(replica, unwanted)

    found = rehearsed(replica, path, Terms(recalled(read(path), replica)))

    assert (found.counts.rows_read, found.sheets) == (1, ["去年"])
    assert from_file(to_file(unwanted)) == unwanted


def test_a_row_nobody_wants_is_passed_over_and_listed(replica: Replica, tmp_path: Path) -> None:
    path = odd(tmp_path / "a.xlsx")
    found = rehearse(
        replica,
        read(path),
        home=HOME,
        who="岑某",
        today=TODAY,
        terms=Terms(settled(path), skipped=frozenset({("摸排", 4)})),
    )

    assert (found.counts.rows_read, found.counts.importable, found.counts.rows_skipped) == (2, 2, 1)
    assert [(s.row, s.why) for s in found.skipped] == [(4, "您选了不导入")]
    commit(replica, found)
    assert sorted(r.name for r in replica.all(Resident)) == ["孙某", "赵某"]
