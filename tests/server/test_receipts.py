"""A receipt number read out over the telephone tells the office what the centre has, and a slip of the tongue nothing."""

from pathlib import Path

import pytest

from sync.digest import receipt_number
from sync.errors import Refused
from sync.server.console.receipts import look_up
from sync.server.hub import SqlHub
from tests.server import centre
from tests.server.centre import ask, made, sign_in
from tests.server.console import run


@pytest.fixture
def hub(tmp_path: Path) -> SqlHub:
    with centre.opened(tmp_path) as hub:
        centre.add(hub, "wang", centre.COMMUNITY)
        token = sign_in(hub, "wang").token
        ask(hub, token, made(1), made(2), origin="abcdefghij")
        ask(hub, token, made(1), origin="abcd234567")
        yield hub


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "spaces"])
def test_a_number_leads_to_the_laptop_it_was_given_to(hub: SqlHub, written: str) -> None:
    number = receipt_number("abcdefghij", 2)
    told = {"lower": number.lower(), "spaces": number.replace("-", "－")}.get(written, written.format(number))  # noqa: RUF001

    found = look_up(hub.engine, told)

    assert (found.account, found.device, found.acked, found.last) == ("wang", "网格一号电脑", 2, 2)


def test_a_centre_that_went_back_says_how_many_it_lacks(hub: SqlHub) -> None:
    found = look_up(hub.engine, receipt_number("abcdefghij", 9))

    assert found.acked - found.last == 7


@pytest.mark.parametrize("number", ["", "ABCD", "ZZZZ-2-1", "ABCD-2-x", "' OR 1=1-2-3"])
def test_what_is_no_number_of_ours_is_refused(hub: SqlHub, number: str) -> None:
    with pytest.raises(Refused):
        look_up(hub.engine, number)


def test_a_digit_heard_wrongly_does_not_fit(hub: SqlHub) -> None:
    right = {receipt_number(origin, 2)[-1] for origin in ("abcdefghij", "abcd234567")}

    for digit in sorted(set("0123456789") - right):
        with pytest.raises(Refused):
            look_up(hub.engine, f"ABCD-2-{digit}")


def test_the_office_types_it_as_it_hears_it(
    hub: SqlHub, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDHUB_SECRET", centre.SECRET)
    at = ("--database", str(tmp_path / "hub.db"))

    right = run("receipt", receipt_number("abcdefghij", 2), *at)
    lacking = run("receipt", receipt_number("abcdefghij", 3), *at)
    wrong = run("receipt", "ZZZZ-1042-7", *at)

    assert right.output.split("\t") == [
        *("wang", "网格一号电脑", "到第 2 条", "中心现在有 2 条", "收到了，一条不少\n"),
    ]
    assert "少 1 条" in lacking.output
    assert (wrong.exit_code, "没有这个回执号" in wrong.output) == (1, True)
