"""Whoever asks gets what is theirs, may write what is theirs, and changes nothing else."""

from pathlib import Path

import pytest
from sqlalchemy import select

from sync.clock import pack, wall_millis
from sync.errors import Forked, Garbled, Refused, Revoked, SignInNeeded
from sync.protocol import BucketQuery, Change, Verdict
from sync.server import tables
from sync.server.database import reading
from sync.server.hub import SqlHub
from sync.server.rights import LATE_MS, Role
from tests.server.centre import (
    BESIDE,
    COMMUNITY,
    GRID,
    OTHER,
    PASSWORD,
    add,
    ask,
    counts,
    made,
    opened,
    sign_in,
)


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


@pytest.mark.parametrize(
    ("role", "verdict"),
    [(Role.GRID_WORKER, Verdict.REFUSED), (Role.CLERK, Verdict.APPLIED), (Role.ADMIN, Verdict.APPLIED)],
)
def test_what_everyone_shares_is_written_by_the_office_only(
    hub: SqlHub, role: Role, verdict: Verdict
) -> None:
    add(hub, "someone", COMMUNITY, role)

    answer = ask(hub, sign_in(hub, "someone").token, made(1, area="*", by="someone"), origin="s")

    assert answer.receipts[0].verdict is verdict


def test_the_subdistrict_reads_and_does_not_write(hub: SqlHub) -> None:
    add(hub, "street", "510001001", Role.SUBDISTRICT)
    ask(hub, sign_in(hub, "wang").token, made(1))

    answer = ask(hub, sign_in(hub, "street").token, made(1, by="street"), origin="street-pc")

    assert answer.receipts[0].verdict is Verdict.REFUSED
    assert [len(stream.records) for stream in answer.streams] == [1]


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
    office.revoke(office.devices()[0].id)
    office.disable("wang")

    with reading(hub.engine) as db:
        acts = db.execute(select(tables.audit.c.actor, tables.audit.c.act).order_by(tables.audit.c.no)).all()

    assert [tuple(act) for act in acts] == [
        ("console", "account.create"),
        ("li", "account.reset"),
        ("li", "account.assign"),
        ("li", "device.revoke"),
        ("li", "account.disable"),
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
