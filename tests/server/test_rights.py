"""Whoever asks gets what is theirs, may write what is theirs, and changes nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from argon2 import PasswordHasher
import pytest

from sync.clock import pack, wall_millis
from sync.errors import Forked, Garbled, Refused, Revoked, SignInNeeded
from sync.protocol import BucketQuery, Change, SignIn, Stamp, Verdict
from sync.server import limits
from sync.server.audit import acts
from sync.server.hub import SqlHub
from sync.server.rights import LATE_MS, Role
from tests.server.centre import (
    BESIDE,
    COMMUNITY,
    GRID,
    OTHER,
    PASSWORD,
    SECRET,
    add,
    ask,
    counts,
    made,
    opened,
    sign_in,
)

ABOVE = "510001001"  # the subdistrict, above the community


def test_a_change_in_a_foreign_area_is_refused_in_words_and_blocks_nothing(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token

    answer = ask(hub, token, made(1, area=OTHER), made(2))

    refused, applied = answer.receipts
    assert (refused.verdict, applied.verdict) == (Verdict.REFUSED, Verdict.APPLIED)
    assert "权限" in refused.title
    assert answer.acked == 2
    assert counts(hub)["record"] == 1


def test_a_forged_area_does_not_open_a_record_that_stands_elsewhere(hub: SqlHub) -> None:
    add(hub, "zhao", OTHER)
    hers = made(1, area=OTHER, by="zhao", room="301")
    ask(hub, sign_in(hub, "zhao").token, hers, origin="zhao-laptop")
    forged = Change(
        mseq=1,
        tx=1,
        kind="household",
        id=hers.id,
        area=GRID,
        groups={"room": {"room": "999"}},
        at=pack(wall_millis()),
        by="wang",
    )

    answer = ask(hub, sign_in(hub, "wang").token, forged)

    assert answer.receipts[0].verdict is Verdict.REFUSED
    stream = ask(hub, sign_in(hub, "zhao").token, origin="zhao-two").streams[0]
    assert [record.body["room"] for record in stream.records] == ["301"]


def test_a_token_speaks_for_its_owner_whatever_name_a_change_carries(hub: SqlHub) -> None:
    add(hub, "clerk", COMMUNITY, Role.CLERK)

    ask(hub, sign_in(hub, "wang").token, made(1, by="clerk"))

    stream = ask(hub, sign_in(hub, "clerk").token, origin="clerk-laptop").streams[0]
    assert [record.body["updated_by"] for record in stream.records] == ["wang"]


def test_the_author_of_a_forged_name_is_sent_the_record_as_it_is(hub: SqlHub) -> None:
    answer = ask(hub, sign_in(hub, "wang").token, made(1, by="clerk"))

    assert answer.streams[0].echo == []
    assert answer.streams[0].records[0].body["updated_by"] == "wang"


def test_a_code_gives_everything_beneath_it_and_shows_what_is_above(hub: SqlHub) -> None:
    add(hub, "clerk", f"{COMMUNITY},5100010010", Role.CLERK)
    ask(
        hub,
        sign_in(hub, "clerk").token,
        made(1, area="5100010010", by="clerk"),
        made(2, area=OTHER, by="clerk"),
        origin="c",
    )
    token = sign_in(hub, "wang").token

    seen = {stream.area for stream in ask(hub, token).streams}
    above = ask(hub, token, made(1, area="5100010010")).receipts[0]

    assert seen == {"5100010010"}
    assert above.verdict is Verdict.REFUSED


READ = {  # what each role reads when it is given the community: the area of a record → whether it is shown
    GRID: True,
    COMMUNITY: True,
    ABOVE: True,
    "*": True,
    OTHER: False,
}
WRITE: dict[Role, dict[tuple[str, str], bool]] = {  # (kind, area) → whether a change of it is taken
    Role.GRID_WORKER: {
        ("household", GRID): True,
        ("household", COMMUNITY): True,
        ("household", ABOVE): False,
        ("household", "*"): False,
        ("household", OTHER): False,
        ("matter", GRID): True,
        ("matter", OTHER): False,
        ("conflict", GRID): True,
    },
    Role.CLERK: {
        ("household", GRID): True,
        ("household", COMMUNITY): True,
        ("household", ABOVE): False,
        ("household", "*"): True,
        ("household", OTHER): False,
        ("matter", GRID): True,
        ("matter", OTHER): False,
        ("conflict", GRID): True,
    },
    Role.SUBDISTRICT: {
        ("household", GRID): False,
        ("household", COMMUNITY): False,
        ("household", ABOVE): False,
        ("household", "*"): False,
        ("household", OTHER): False,
        ("matter", GRID): True,
        ("matter_step", GRID): True,
        ("matter", ABOVE): False,
        ("matter", "*"): False,
        ("matter", OTHER): False,
        ("conflict", GRID): False,
    },
    Role.ADMIN: {
        ("household", GRID): True,
        ("household", COMMUNITY): True,
        ("household", ABOVE): False,
        ("household", "*"): True,
        ("household", OTHER): False,
        ("matter", GRID): True,
        ("matter", OTHER): False,
        ("conflict", GRID): True,
    },
}
ACTS = [(role, kind, area, may) for role, acts in WRITE.items() for (kind, area), may in acts.items()]


@pytest.fixture
def staffed(hub: SqlHub) -> SqlHub:
    """One account of each role, all given the community, and somebody above everything."""
    for role in Role:
        add(hub, role.value, COMMUNITY, role)
    add(hub, "above", "5100", Role.ADMIN)
    return hub


def _of(change: Change, **more: Any) -> Change:
    return Change(**{name: getattr(change, name) for name in Change.__struct_fields__} | more)


@pytest.mark.parametrize(("role", "kind", "area", "may"), ACTS)
def test_each_role_makes_edits_moves_and_removes_only_what_is_its_own(
    staffed: SqlHub, role: Role, kind: str, area: str, may: bool
) -> None:
    above, token = (sign_in(staffed, name).token for name in ("above", role.value))
    held = _of(made(1, area=area, by="above", room="1"), kind=kind)
    ask(staffed, above, held, origin="above")
    edit = _of(held, mseq=2, tx=2, made=False, groups={"room": {"room": "2"}}, by=role.value)
    removal = {"life": {"removed_at": 1, "removed_why": "重复"}}
    turns = [
        _of(made(1, area=area, by=role.value), kind=kind),
        edit,
        _of(edit, mseq=3, tx=3, groups={"area": {"area": BESIDE}}),
        _of(edit, mseq=4, tx=4, groups=removal, base={"": Stamp("above", 1)}),
    ]

    receipts = ask(staffed, token, *turns, origin=role.value).receipts

    taken = [receipt.verdict in (Verdict.APPLIED, Verdict.CLASHED) for receipt in receipts]
    assert taken == [may] * 4
    assert all(receipt.title for receipt in receipts if receipt.verdict is Verdict.REFUSED)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("area", READ)
def test_each_role_is_shown_its_areas_what_is_above_and_what_is_everyones(
    staffed: SqlHub, role: Role, area: str
) -> None:
    ask(staffed, sign_in(staffed, "above").token, made(1, area=area, by="above"), origin="above")
    token = sign_in(staffed, role.value).token

    streams = ask(staffed, token, have={area: 0}, origin=role.value).streams

    assert [stream.area for stream in streams] == [area] * READ[area]
    if READ[area]:
        assert staffed.repair(token, BucketQuery(area=area)).head == 1
    else:
        with pytest.raises(Refused, match="权限"):
            staffed.repair(token, BucketQuery(area=area))


def test_the_subdistrict_passes_a_matter_on_within_its_own_area(staffed: SqlHub) -> None:
    token = sign_in(staffed, "subdistrict").token
    matter = _of(made(1, by="subdistrict"), kind="matter")
    moves = [
        _of(matter, mseq=n, tx=n, made=False, groups={"area": {"area": to}})
        for n, to in ((2, BESIDE), (3, OTHER))
    ]

    receipts = ask(staffed, token, matter, *moves).receipts

    assert [r.verdict.name for r in receipts] == ["APPLIED", "APPLIED", "REFUSED"]


def test_a_role_counts_from_the_next_request_on(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    first = ask(hub, token, made(1))
    hub.accounts().change_role("wang", Role.SUBDISTRICT)

    second = ask(hub, token, made(2))

    assert (first.receipts[0].verdict, second.receipts[0].verdict) == (Verdict.APPLIED, Verdict.REFUSED)
    assert second.scope.gen == first.scope.gen + 1


def test_an_edit_made_while_an_area_was_held_is_taken_and_a_later_one_kept_aside(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    before = made(1)
    hub.accounts().assign("wang", [OTHER])
    after = Change(
        mseq=2,
        tx=2,
        kind="household",
        id=before.id,
        area=GRID,
        groups={"room": {"room": "2"}},
        at=pack(wall_millis() + 5000),
        by="wang",
    )

    first = ask(hub, token, before)
    second = ask(hub, token, after)

    assert first.receipts[0].verdict is Verdict.APPLIED
    assert second.receipts[0].verdict is Verdict.LATE
    assert first.scope.areas == [OTHER]
    assert not first.streams


def test_a_withdrawn_area_is_not_entered_under_the_name_of_another(hub: SqlHub) -> None:
    token, record = sign_in(hub, "wang").token, made(1)
    ask(hub, token, record)
    hub.accounts().assign("wang", [BESIDE])
    known = {name: getattr(record, name) for name in Change.__struct_fields__} | {"made": False}
    later = {"mseq": 2, "tx": 2, "area": BESIDE, "groups": {"room": {"room": "999"}}}

    answer = ask(hub, token, Change(**known | later))

    assert answer.receipts[0].verdict is Verdict.REFUSED
    add(hub, "clerk", COMMUNITY, Role.CLERK)
    (stream,) = ask(hub, sign_in(hub, "clerk").token, origin="office").streams
    assert [held.body["room"] for held in stream.records] == ["1室"]


def test_a_clock_is_not_believed_for_ever(tmp_path: Path) -> None:
    now = [wall_millis()]
    with opened(tmp_path, wall=lambda: now[0]) as hub:
        add(hub, "wang")
        token = sign_in(hub, "wang").token
        backdated = [made(1), made(2)]
        hub.accounts().assign("wang", [BESIDE])

        taken = ask(hub, token, backdated[0]).receipts[0]
        now[0] += LATE_MS + 60_000
        late = ask(hub, token, *backdated).receipts[1]

    assert (taken.verdict, late.verdict) == (Verdict.APPLIED, Verdict.LATE)


def test_a_revoked_laptop_is_told_so_and_changes_nothing(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    ask(hub, token, made(1))
    before = counts(hub)
    (device,) = hub.accounts().devices("wang")
    hub.accounts().revoke(device.id)

    with pytest.raises(Revoked, match="停用"):
        ask(hub, token, made(2))

    assert counts(hub) == before


def test_a_disabled_account_is_answered_no_more(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    hub.accounts().disable("wang")

    with pytest.raises(SignInNeeded, match="停用"):
        ask(hub, token)
    with pytest.raises(SignInNeeded, match="停用"):
        sign_in(hub, "wang")


def test_an_enabled_account_goes_on_and_its_lost_laptop_does_not(hub: SqlHub) -> None:
    lost, kept = sign_in(hub, "wang").token, sign_in(hub, "wang").token
    first = next(d.id for d in reversed(hub.accounts().devices("wang")))
    hub.accounts().revoke(first)
    hub.accounts().disable("wang")
    hub.accounts().enable("wang")

    outcomes = []
    for token in (lost, kept):
        try:
            outcomes.append(ask(hub, token).acked)
        except Revoked:
            outcomes.append("revoked")

    assert sorted(map(str, outcomes)) == ["0", "revoked"]
    with pytest.raises(Refused, match="没有停用"):
        hub.accounts().enable("wang")


def test_another_accounts_identity_is_not_taken_over(hub: SqlHub) -> None:
    add(hub, "zhao", GRID)
    first = made(1)
    ask(hub, sign_in(hub, "wang").token, first)

    with pytest.raises(Forked):
        ask(hub, sign_in(hub, "zhao").token, first, made(2, by="zhao"))

    assert ask(hub, sign_in(hub, "zhao").token).acked == 0
    assert counts(hub)["record"] == 1


def test_the_contents_of_a_foreign_area_are_not_repaired(hub: SqlHub) -> None:
    with pytest.raises(Refused):
        hub.repair(sign_in(hub, "wang").token, BucketQuery(area=OTHER))


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


def test_no_laptop_speaks_as_the_centre(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    epoch = ask(hub, token).epoch

    with pytest.raises(Garbled):
        ask(hub, token, made(1), origin=f"hub-{epoch}")


@pytest.mark.parametrize("numbers", [(1, 3), (2, 1), (0, 1), (-1, 0), (1 << 60, (1 << 60) + 1)])
def test_numbers_out_of_row_are_refused_whole(hub: SqlHub, numbers: tuple[int, int]) -> None:
    token = sign_in(hub, "wang").token

    with pytest.raises(Garbled):
        ask(hub, token, *[made(n) for n in numbers])

    assert counts(hub)["record"] == 0
