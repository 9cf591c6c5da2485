"""What an office may put into a ledger is offered in plain words, and every offer can be printed."""

import pytest

from gridclient.fields import RECORDS
from gridclient.ledger.offered import (
    EMPTY,
    FILLED,
    IS,
    IS_NOT,
    called,
    condition,
    condition_words,
    offered,
    sections,
    with_columns,
)
from gridclient.ledger.reach import check
from gridclient.ledger.template import Column, Condition, Template, named, templates


@pytest.mark.parametrize("kind", RECORDS)
def test_every_offer_leads_somewhere_and_is_offered_once(kind: str) -> None:
    offers = offered(kind)

    for offer in offers:
        check(kind, offer.path)
    assert len({offer.path for offer in offers}) == len(offers)
    assert all(offer.words == called(kind, offer.path) for offer in offers)


def test_a_value_is_named_with_the_way_to_it() -> None:
    words = {offer.path: offer.words for offer in offered("resident")}

    assert words["name"] == "姓名"
    assert words["household.dwelling.door"] == "户 · 房屋 · 室号"
    assert called("resident", "-birth") == "出生日期"
    assert called("org_unit", "=grid") == "grid"


def test_hidden_values_are_not_offered() -> None:
    hidden = {f.name for f in RECORDS["photo"].fields if f.hidden}

    assert hidden
    assert not hidden & {offer.path for offer in offered("photo")}


@pytest.mark.parametrize(
    ("path", "way", "answers", "meant", "words"),
    [
        ("sex", IS, ("女性",), Condition(path="sex", any_of=("2",)), "性别 是 女性"),
        ("sex", IS_NOT, ("女",), Condition(path="sex", none_of=("2",)), "性别 不是 女性"),
        ("permanent", IS, ("是",), Condition(path="permanent", any_of=(True,)), "是否常住：是"),
        ("permanent", IS, ("否",), Condition(path="permanent", any_of=(False,)), "是否常住：否"),
        (
            "name",
            IS,
            ("张三", " 李四 "),
            Condition(path="name", any_of=("张三", "李四")),
            "姓名 是 张三或李四",
        ),
        ("phones", EMPTY, (), Condition(path="phones", blank=True), None),
        ("left_on", FILLED, ("不看",), Condition(path="left_on", blank=False), "离开日期 填了"),
    ],
)
def test_a_condition_is_written_and_told_in_plain_words(
    path: str, way: str, answers: tuple[str, ...], meant: Condition, words: str | None
) -> None:
    made = condition("resident", path, way, answers)

    assert made == meant
    if words:
        assert condition_words("resident", made) == words


def test_a_condition_without_an_answer_is_none() -> None:
    assert condition("resident", "name", IS, (" ", "")) is None


@pytest.mark.parametrize("template", templates(), ids=lambda t: t.name)
def test_every_part_of_every_ledger_can_be_changed_and_only_that_part(template: Template) -> None:
    parts = sections(template)

    assert parts
    for number, part in enumerate(parts):
        changed = with_columns(template, part, (*part.columns, Column(path="", label="新栏")))
        now = sections(changed)
        assert now[number].columns[-1].label == "新栏"
        assert [p.columns for i, p in enumerate(now) if i != number] == [
            p.columns for i, p in enumerate(parts) if i != number
        ]


def test_conditions_of_shipped_ledgers_read_as_sentences() -> None:
    assert [condition_words("resident", one) for one in named("residents").where] == [
        "是否常住：是",
        "离开日期 没填",
    ]
