"""Whoever asks gets what is theirs, may write what is theirs, and changes nothing else."""

from pathlib import Path

import pytest

from sync.clock import pack, wall_millis
from sync.errors import Forked, Garbled, Refused, Revoked, SignInNeeded
from sync.protocol import BucketQuery, Change, Verdict
from sync.server.hub import SqlHub
from sync.server.rights import LATE_MS, Role
from tests.server.centre import (
    BESIDE,
    COMMUNITY,
    GRID,
    OTHER,
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
