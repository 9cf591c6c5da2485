from pathlib import Path
import re

import pytest

from gridclient.errors import Unfit
from gridclient.fields import RECORDS
from gridclient.ledger.computed import COMPUTED
from gridclient.ledger.reports import REPORTS
from gridclient.ledger.template import (
    Block,
    Column,
    Condition,
    Prefill,
    Sides,
    Tally,
    Template,
    default,
    named,
    parse,
    shipped,
    templates,
)

GUIDE = Path(__file__).parents[3] / "docs" / "ledgers.md"
HEAD = 'kind = "resident"\ntitle = "册"\n'


def test_the_shipped_ledgers_are_valid_and_every_kind_has_one() -> None:
    assert {"residents", "visits", "centres", "centre_card"} <= {t.name for t in shipped()}
    assert {t.kind for t in templates()} == {
        s.name for s in RECORDS.values() if any(not f.hidden for f in s.listed)
    }
    assert all(default(kind).columns for kind in RECORDS)


def test_no_two_ledgers_are_called_the_same_and_none_is_offered_twice() -> None:
    names = [template.called for template in templates()]
    offered = {template.name for template in templates()}

    assert len(names) == len(set(names))
    assert {"党员中心户登记表", "党员中心户登记表（卡片）"} <= set(names)
    assert named("centre_card").title == named("centres").title == "党员中心户登记表"
    assert offered.isdisjoint({"all_resident", "all_visit", "all_party_centre_household", "all_building"})
    assert {"all_org_unit", "all_care"} <= offered, "a report is no register of its kind"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "TOML"),
        ('kind = "resident"', "缺少“title”"),
        ('kind = "nobody"\ntitle = "册"', "没有叫“nobody”的记录"),
        (HEAD + "colour = 1", "没有“colour”这个设置"),
        (HEAD + 'columns = [{ path = "name" }, { path = "nam" }]', "居民没有“nam”这一项"),
        (HEAD + 'columns = [{ path = "name", hight = 2 }]', "columns 第 1 项：没有“hight”这个设置"),
        (HEAD + 'columns = [{ path = "household.dwelling.flor" }]', "flor"),
        (HEAD + 'order = ["-birt"]', "birt"),
        (HEAD + 'total = "yes"', "total：内容不合格式"),
        (HEAD + '[[blocks]]\nlist = "visit.dwelling"', "visit.dwelling"),
        (HEAD + 'columns = [{ path = "=found" }]', "报表里没有“=found”"),
        (HEAD + 'report = "sums"', "没有叫“sums”的报表"),
        (HEAD + 'report = "disputes"\ncolumns = [{ path = "=fund" }]', "报表里没有“=fund”"),
    ],
)
def test_a_wrong_template_is_refused_with_the_place_that_is_wrong(text: str, said: str) -> None:
    with pytest.raises(Unfit) as refused:
        parse(text, "试用")

    assert "试用" in refused.value.title
    assert said in refused.value.advice


def test_a_ledger_nobody_wrote_is_refused_in_words() -> None:
    with pytest.raises(Unfit, match="没有叫"):
        named("nothing")


def test_wide_registers_lie_and_cards_stand() -> None:
    assert named("residents").sheet_paper().landscape
    assert not named("centre_card").sheet_paper().landscape
    assert not parse(HEAD + 'columns = [{ path = "name" }]', "small").sheet_paper().landscape


def test_the_guide_names_every_setting_every_computed_value_and_every_report() -> None:
    words = set(re.findall(r"`@?(\w+)`", GUIDE.read_text("utf-8")))
    structs = (Template, Column, Condition, Tally, Block, Sides, Prefill)
    settings = {field for struct in structs for field in struct.__struct_fields__} - {"name", "path"}
    computed = {name for values in COMPUTED.values() for name in values}

    assert not (settings | computed | set(REPORTS)) - words


def test_the_example_of_the_guide_is_a_ledger() -> None:
    example = GUIDE.read_text("utf-8").split("```toml\n")[1].split("```")[0]

    assert parse(example, "volunteers").sheet_paper().landscape is False
