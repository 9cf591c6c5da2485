"""Passwords are slow to guess, whoever guesses and from wherever, and every act of the office is written down."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher
import pytest

from sync.clock import wall_millis
from sync.errors import Refused, SignInNeeded
from sync.protocol import SignIn
from sync.server import limits
from sync.server.audit import acts
from sync.server.hub import SqlHub
from sync.server.rights import Role
from tests.server.centre import (
    OTHER,
    PASSWORD,
    SECRET,
    add,
    ask,
    opened,
    sign_in,
)


def test_five_wrong_passwords_close_the_door_for_five_minutes(tmp_path: Path) -> None:
    now = [1_000_000]
    with opened(tmp_path, wall=lambda: now[0]) as hub:
        add(hub, "wang")
        for _ in range(5):
            with pytest.raises(SignInNeeded):
                sign_in(hub, "wang", "wrong-password")
        with pytest.raises(Refused, match="太多"):
            sign_in(hub, "wang")

        now[0] += 5 * 60 * 1000

        assert sign_in(hub, "wang").account == "wang"


@pytest.fixture
def later(tmp_path: Path) -> Iterator[tuple[SqlHub, list[int]]]:
    """A centre with ten accounts, and its clock."""
    now = [wall_millis()]
    with opened(tmp_path, wall=lambda: now[0]) as hub:
        for n in range(10):
            add(hub, f"worker-{n}")
        yield hub, now


def guess(hub: SqlHub, account: str, address: str, password: str = "wrong-password") -> str:
    """What becomes of one try to sign in."""
    try:
        hub.sign_in(SignIn(account=account, password=password, device="x"), address=address)
    except (SignInNeeded, Refused) as no:
        return type(no).__name__
    return "in"


def test_a_password_tried_on_many_accounts_from_one_address_is_slowed(
    later: tuple[SqlHub, list[int]],
) -> None:
    hub, now = later
    tried = [f"worker-{n % 10}" if n % 2 else f"nobody-{n}" for n in range(limits.FROM_ONE_ADDRESS)]

    told = [guess(hub, name, "203.0.113.7") for name in tried]

    assert told == ["SignInNeeded"] * limits.FROM_ONE_ADDRESS
    assert guess(hub, "worker-0", "203.0.113.7", PASSWORD) == "Refused"
    assert guess(hub, "worker-0", "203.0.113.8", PASSWORD) == "in"
    now[0] += limits.ATTEMPTS_MS
    assert guess(hub, "worker-0", "203.0.113.7", PASSWORD) == "in"


def test_one_customer_is_one_address_however_many_it_uses(later: tuple[SqlHub, list[int]]) -> None:
    hub, _now = later
    for n in range(limits.FROM_ONE_ADDRESS):
        guess(hub, f"nobody-{n}", f"2001:db8::{n:x}" if n % 2 else f"2001:db8:0:0:ffff::{n:x}")

    assert guess(hub, "worker-0", "2001:db8::1234", PASSWORD) == "Refused"
    assert guess(hub, "worker-0", "2001:db8:0:1::1", PASSWORD) == "in"
    assert guess(hub, "worker-1", "", PASSWORD) == "in"


def test_guessing_from_many_addresses_is_slowed_as_a_whole(
    later: tuple[SqlHub, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, _now = later
    token = sign_in(hub, "worker-1").token
    monkeypatch.setattr(limits, "OVER_ALL", 30)
    told = [guess(hub, f"nobody-{n}", f"198.51.100.{n}") for n in range(40)]

    assert told == ["SignInNeeded"] * 30 + ["Refused"] * 10
    assert guess(hub, "worker-0", "192.0.2.1", PASSWORD) == "Refused"
    assert ask(hub, token).acked == 0


def test_right_passwords_count_against_nobody(later: tuple[SqlHub, list[int]]) -> None:
    hub, _now = later

    told = [guess(hub, f"worker-{n % 10}", "203.0.113.7", PASSWORD) for n in range(30)]

    assert told == ["in"] * 30


def test_a_limit_that_is_reached_is_written_down_once(later: tuple[SqlHub, list[int]]) -> None:
    hub, _now = later
    for _turn in range(12):
        guess(hub, "worker-0", "203.0.113.7")

    lines = [act for act in acts(hub.engine) if act.act == "sign-in.limit"]

    assert [(line.actor, line.subject) for line in lines] == [("gridhub", "worker-0")]
    assert lines[0].detail == "limit=account account=worker-0 address=203.0.113.7"


def test_a_reset_password_opens_the_door_at_once(later: tuple[SqlHub, list[int]]) -> None:
    hub, _now = later
    for _turn in range(8):
        guess(hub, "worker-0", "203.0.113.7")
    assert guess(hub, "worker-0", "203.0.113.7", PASSWORD) == "Refused"

    hub.accounts().reset("worker-0", password=PASSWORD)

    assert guess(hub, "worker-0", "203.0.113.7", PASSWORD) == "in"


def test_an_unknown_account_costs_as_much_as_a_wrong_password(hub: SqlHub) -> None:
    asked: list[str] = []

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            asked.append("hash")
            return super().hash(password, salt=salt)

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            asked.append("verify")
            return super().verify(hash, password)

    costs = {}
    for name in ("wang", "nobody"):
        asked.clear()
        office = SqlHub(hub.engine, SECRET, hasher=Counting(time_cost=1, memory_cost=8, parallelism=1))
        assert guess(office, name, "") == "SignInNeeded"
        costs[name] = list(asked)

    assert costs["wang"] == costs["nobody"]
    assert costs["wang"].count("verify") == 1


def test_an_unknown_account_sounds_like_a_wrong_password(hub: SqlHub) -> None:
    with pytest.raises(SignInNeeded) as unknown:
        sign_in(hub, "nobody")
    with pytest.raises(SignInNeeded) as wrong:
        sign_in(hub, "wang", "wrong-password")

    assert (unknown.value.title, unknown.value.advice) == (wrong.value.title, wrong.value.advice)


def test_every_act_of_the_office_is_written_down_with_who_did_it(hub: SqlHub) -> None:
    sign_in(hub, "wang")
    office = hub.accounts(actor="li")
    office.reset("wang", password=PASSWORD)
    office.assign("wang", [OTHER])
    office.change_role("wang", Role.CLERK)
    office.revoke(office.devices()[0].id)
    office.disable("wang")
    office.enable("wang")

    assert [(act.actor, act.act) for act in acts(hub.engine)] == [
        ("console", "account.create"),
        ("wang", "device.new"),
        ("li", "account.reset"),
        ("li", "account.assign"),
        ("li", "account.role"),
        ("li", "device.revoke"),
        ("li", "account.disable"),
        ("li", "account.enable"),
    ]


def test_passwords_and_tokens_are_not_found_in_the_database(hub: SqlHub, tmp_path: Path) -> None:
    token = sign_in(hub, "wang").token

    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert PASSWORD.encode() not in held
    assert token.encode() not in held
