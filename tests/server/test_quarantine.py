"""What a withdrawn laptop hands in is kept whole and unread, and settled only when the office says so."""

from typing import Any

import pytest
from sqlalchemy import select, update

from sync.clock import wall_millis
from sync.errors import Garbled, Refused, SignInNeeded
from sync.protocol import Change, Exchange, HandIn, Have, Stamp, Verdict
from sync.server import quarantine, tables
from sync.server.audit import acts
from sync.server.database import reading, writing
from sync.server.hub import SqlHub
from sync.server.rights import Role
from tests.server.centre import COMMUNITY, GRID, OTHER, add, ask, counts, made, sign_in


def lost(hub: SqlHub, *sent: Change) -> str:
    """The token of a laptop that sent these changes, and then was withdrawn."""
    token = sign_in(hub, "wang").token
    ask(hub, token, *sent)
    hub.accounts().revoke(next(d.id for d in hub.accounts().devices("wang") if not d.revoked))
    return token


def hand_in(hub: SqlHub, token: str, *changes: Change, origin: str = "laptop-one") -> int:
    return hub.hand_in(token, HandIn(origin=origin, now=wall_millis(), changes=list(changes))).upto


def edit(record: Change, mseq: int, base: Stamp | None = None, **values: Any) -> Change:
    known = {name: getattr(record, name) for name in Change.__struct_fields__}
    groups = {name: {name: value} for name, value in values.items()}
    bases = dict.fromkeys(groups, base) if base else {}
    return Change(**known | {"mseq": mseq, "tx": mseq, "groups": groups, "made": False, "base": bases})


def rooms(hub: SqlHub) -> list[str]:
    """What a clerk's laptop reads, sorted."""
    if "clerk" not in {account.name for account in hub.accounts().all()}:
        add(hub, "clerk", COMMUNITY, Role.CLERK)
    streams = ask(hub, sign_in(hub, "clerk").token, origin="office").streams
    return sorted(record.body["room"] for stream in streams for record in stream.records)


def test_what_was_handed_in_is_kept_raw_and_merged_by_nobody(either_hub: SqlHub) -> None:
    token = lost(either_hub)
    before = counts(either_hub)

    assert hand_in(either_hub, token, made(1), made(2)) == 2

    assert counts(either_hub) == before
    (parcel,) = either_hub.quarantine().all()
    assert (parcel.account, parcel.open, parcel.settled) == ("wang", 2, 0)
    assert parcel.device_name == "网格一号电脑"


def test_a_repeat_is_kept_once_and_another_content_beside_it(either_hub: SqlHub) -> None:
    token, first = lost(either_hub), made(1)

    told = [hand_in(either_hub, token, *some) for some in ([first], [first], [first, made(2)], [made(1)], [])]

    assert told == [1, 1, 2, 1, 2]
    (parcel,) = either_hub.quarantine().all()
    assert parcel.open == 3


def test_what_is_sealed_is_not_found_in_the_database(either_hub: SqlHub) -> None:
    hand_in(either_hub, lost(either_hub), made(1, phone="19900001111"))

    with reading(either_hub.engine) as db:
        (row,) = db.execute(select(tables.sealed)).all()

    assert b"19900001111" not in bytes(row.body)
    assert b"phone" not in bytes(row.body)
    assert [c.groups["phone"] for c in either_hub.quarantine().changes(1)] == [{"phone": "19900001111"}]


def test_what_was_altered_under_the_seal_does_not_open(either_hub: SqlHub) -> None:
    hand_in(either_hub, lost(either_hub), made(1), made(2))
    with writing(either_hub.engine) as db:
        swapped = db.execute(select(tables.sealed.c.body).where(tables.sealed.c.mseq == 2)).scalar_one()
        db.execute(update(tables.sealed).where(tables.sealed.c.mseq == 1).values(body=swapped))

    with pytest.raises(Refused, match="打不开"):
        either_hub.quarantine().accept(1)

    assert counts(either_hub)["record"] == 0


def test_accepted_changes_are_ordinary_ones_of_their_author(either_hub: SqlHub) -> None:
    first = made(1, room="101")
    token = lost(either_hub, first)
    hand_in(either_hub, token, edit(first, 2, Stamp("laptop-one", 1), room="102"), made(3, room="103"))

    receipts = either_hub.quarantine(actor="li").accept(1)

    assert [(r.mseq, r.verdict.name) for r in receipts] == [(2, "APPLIED"), (3, "APPLIED")]
    assert rooms(either_hub) == ["102", "103"]
    (parcel,) = either_hub.quarantine().all()
    assert (parcel.open, parcel.settled) == (0, 2)
    with reading(either_hub.engine) as db:
        assert {bytes(row.body) for row in db.execute(select(tables.sealed))} == {b""}
        assert {row.by for row in db.execute(select(tables.history))} <= {"wang"}


def test_the_laptop_that_is_let_in_again_repeats_what_was_accepted_and_changes_nothing(
    either_hub: SqlHub,
) -> None:
    first, second = made(1, room="101"), made(2, room="102")
    hand_in(either_hub, lost(either_hub, first), second)
    either_hub.quarantine().accept(1)

    answer = ask(either_hub, sign_in(either_hub, "wang").token, first, second, made(3, room="103"))

    assert (answer.acked, [r.verdict.name for r in answer.receipts]) == (3, ["APPLIED"] * 3)
    assert rooms(either_hub) == ["101", "102", "103"]


def test_what_the_centre_had_taken_already_is_a_repeat(either_hub: SqlHub) -> None:
    known, new = made(1, room="101"), made(2, room="102")
    hand_in(either_hub, lost(either_hub, known), known, new)
    colleague = edit(known, 1, Stamp("laptop-one", 1), room="999")
    add(either_hub, "li")
    ask(either_hub, sign_in(either_hub, "li").token, colleague, origin="li")

    receipts = either_hub.quarantine().accept(1)

    assert [r.verdict for r in receipts] == [Verdict.AGREED, Verdict.APPLIED]
    assert rooms(either_hub) == ["102", "999"]


def test_numbers_that_do_not_follow_are_taken_as_those_of_another_laptop(either_hub: SqlHub) -> None:
    later = made(21, room="101")
    hand_in(either_hub, lost(either_hub), later, edit(later, 23, Stamp("laptop-one", 21), room="102"))

    receipts = either_hub.quarantine().accept(1)

    assert [(r.mseq, r.verdict.name) for r in receipts] == [(21, "APPLIED"), (23, "APPLIED")]
    assert rooms(either_hub) == ["102"]
    assert ask(either_hub, sign_in(either_hub, "wang").token, origin="laptop-one").acked == 0


def test_what_was_refused_before_does_not_keep_the_rest_from_being_repeats(either_hub: SqlHub) -> None:
    first, refused = made(1, room="101"), made(2, area=OTHER, room="201")
    pending = [made(3, room="102"), edit(first, 4, Stamp("laptop-one", 1), room="103")]
    hand_in(either_hub, lost(either_hub, first, refused), refused, *pending)

    receipts = either_hub.quarantine().accept(1, as_office=True)
    later = edit(pending[1], 5, Stamp("laptop-one", 4), room="104")
    answer = ask(either_hub, sign_in(either_hub, "wang").token, *pending, later)

    assert [(r.mseq, r.verdict.name) for r in receipts] == [(n, "APPLIED") for n in (2, 3, 4)]
    assert [r.verdict.name for r in answer.receipts] == ["APPLIED"] * 3
    assert rooms(either_hub) == ["102", "104"]


def test_an_origin_of_somebody_else_is_not_taken_over(either_hub: SqlHub) -> None:
    add(either_hub, "li")
    hers = made(1, by="li", room="201")
    ask(either_hub, sign_in(either_hub, "li").token, hers, origin="her-laptop")
    hand_in(either_hub, lost(either_hub), made(2, room="101"), origin="her-laptop")

    assert [r.verdict for r in either_hub.quarantine().accept(1)] == [Verdict.APPLIED]

    assert ask(either_hub, sign_in(either_hub, "li").token, origin="her-laptop").acked == 1


def test_two_contents_of_one_number_are_both_taken(either_hub: SqlHub) -> None:
    token = lost(either_hub, made(1, room="101"))
    hand_in(either_hub, token, made(1, room="102"), made(2, room="103"))
    hand_in(either_hub, token, made(2, room="104"))

    receipts = either_hub.quarantine().accept(1)

    assert {r.verdict for r in receipts} == {Verdict.APPLIED}
    assert rooms(either_hub) == ["101", "102", "103", "104"]


def test_rights_are_those_the_account_has_now_unless_the_office_takes_it_on_itself(
    either_hub: SqlHub,
) -> None:
    token = lost(either_hub)
    hand_in(either_hub, token, made(1, room="101"), made(2, area=OTHER, room="201"))
    either_hub.accounts().assign("wang", [OTHER])
    with writing(either_hub.engine) as db:  # long ago: what was written before is not taken on trust any more
        db.execute(update(tables.assignment).where(tables.assignment.c.area == GRID).values(until=1))

    by_account = either_hub.quarantine().accept(1)
    waiting = either_hub.quarantine().all()[0].open
    by_office = either_hub.quarantine(actor="li").accept(1, as_office=True)

    assert [r.verdict.name for r in by_account] == ["LATE", "APPLIED"]
    assert waiting == 1
    assert [(r.mseq, r.verdict.name) for r in by_office] == [(1, "APPLIED")]
    assert rooms(either_hub) == ["101"]
    last = acts(either_hub.engine, kind="quarantine")[-1]
    assert (last.actor, last.act, last.subject) == ("li", "quarantine.accept", "1")
    assert last.detail.endswith("office applied=1")


def test_what_was_discarded_is_gone_and_does_not_come_back(either_hub: SqlHub) -> None:
    token = lost(either_hub)
    hand_in(either_hub, token, made(1), made(2))
    held = either_hub.quarantine().changes(1)

    assert either_hub.quarantine(actor="li").discard(1) == 2
    hand_in(either_hub, token, *held)

    (parcel,) = either_hub.quarantine().all()
    assert (parcel.open, parcel.settled) == (0, 2)
    with pytest.raises(Refused, match="没有待处理"):
        either_hub.quarantine().accept(1)
    assert acts(either_hub.engine, kind="quarantine")[-1].act == "quarantine.discard"


def test_every_look_at_what_is_sealed_is_written_down(hub: SqlHub) -> None:
    hand_in(hub, lost(hub), made(1, phone="19900001111"))

    hub.quarantine(actor="li").changes(1)

    last = acts(hub.engine)[-1]
    assert (last.actor, last.act) == ("li", "quarantine.show")
    assert "19900001111" not in last.detail


def test_the_laptop_of_a_disabled_account_may_hand_in_as_well(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    hub.accounts().disable("wang")

    assert hand_in(hub, token, made(1)) == 1
    with pytest.raises(SignInNeeded):
        hub.exchange(token, Exchange(origin="laptop-one", now=0, have={GRID: Have()}))


def test_a_stolen_laptop_does_not_fill_the_disk(hub: SqlHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "SEALED_MOST", 5000)
    token = lost(hub)

    with pytest.raises(Refused, match="太多"):
        hand_in(hub, token, *[made(n, note="字" * 100) for n in range(1, 30)])
    told = [_turned_away(hub, token, f"origin-{n}") for n in range(30)]
    assert (told[0], told[-1]) == (False, True)


def _turned_away(hub: SqlHub, token: str, origin: str) -> bool:
    try:
        hand_in(hub, token, made(1, note="字" * 100), origin=origin)
    except Refused:
        return True
    return False


@pytest.mark.parametrize("numbers", [(2, 1), (1, 1), (0,), (-1,), (1 << 60,)])
def test_numbers_out_of_row_are_refused_whole(hub: SqlHub, numbers: tuple[int, ...]) -> None:
    token = lost(hub)

    with pytest.raises(Garbled):
        hand_in(hub, token, *map(made, numbers))

    assert hub.quarantine().all() == []


def test_an_unknown_number_is_told_in_words(hub: SqlHub) -> None:
    for act in (hub.quarantine().changes, hub.quarantine().accept, hub.quarantine().discard):
        with pytest.raises(Refused, match="没有第 7 份"):
            act(7)
