"""What a laptop is handed: everything that is its own, once, in order, within what it asked for."""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
import threading

import pytest
from sqlalchemy import event, select

from sync.clock import pack, wall_millis
from sync.digest import area_digest, to_text
from sync.errors import Forked, Gap, Refused
from sync.protocol import BucketQuery, Change, Document, Stream
from sync.server import tables
from sync.server.database import reading
from sync.server.hub import SqlHub
from sync.server.rights import Role
from tests.server.centre import BESIDE, COMMUNITY, GRID, OTHER, add, ask, counts, made, opened, sign_in


@pytest.fixture
def hub(either_hub: SqlHub) -> SqlHub:
    return either_hub


def pull(
    hub: SqlHub, token: str, *, origin: str = "reader", budget: int = 1, cursor: int = 0
) -> list[Stream]:
    """One area read to its end, a small budget at a time."""
    told = []
    while streams := ask(hub, token, origin=origin, budget=budget, have={GRID: cursor}).streams:
        told += streams
        assert streams[0].to > cursor
        cursor = streams[0].to
    return told


def edit(mseq: int, id_: str, **values: object) -> Change:
    groups = {name: {name: value} for name, value in values.items()}
    return Change(
        mseq=mseq,
        tx=mseq,
        kind="household",
        id=id_,
        area=GRID,
        groups=groups,
        at=pack(wall_millis()),
        by="wang",
    )


def test_a_small_budget_hands_out_everything_in_pieces(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    ask(hub, token, *[made(n, note="很长的文字" * 200) for n in range(1, 101)])

    pieces = pull(hub, token)

    records = [record for piece in pieces for record in piece.records]
    assert len(pieces) > 3
    assert len({record.id for record in records}) == len(records) == 100
    assert [piece.more for piece in pieces[:-1]] == [True] * (len(pieces) - 1)
    assert pieces[-1].digest == to_text(area_digest((record.id, record.ver) for record in records))


def test_a_record_comes_once_as_it_is_now(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    first = made(1, room="1", unknown_to_us={"a": [1, None, "空\x00"]})
    ask(hub, token, first, made(2))
    ask(hub, token, edit(3, first.id, room="2"))

    records = {record.id: record for piece in pull(hub, token) for record in piece.records}

    assert len(records) == 2
    assert records[first.id].body["room"] == "2"
    assert records[first.id].body["unknown_to_us"] == {"a": [1, None, "空\x00"]}


def test_what_the_author_has_already_is_only_named(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token

    first = ask(hub, token, made(1), made(2)).streams[0]
    ask(hub, token, made(1), origin="second-laptop")
    second = ask(hub, token, made(3), have={GRID: first.to}).streams[0]
    third = ask(hub, token, made(4), have={GRID: second.to}).streams[0]

    assert (len(first.echo), len(first.records), first.digest is not None) == (2, 0, True)
    assert (len(second.echo), len(second.records)) == (0, 2)
    assert (len(third.echo), len(third.records)) == (1, 0)


def test_a_moved_record_leaves_one_area_and_arrives_in_the_other(hub: SqlHub) -> None:
    add(hub, "clerk", COMMUNITY, Role.CLERK)
    token, office = sign_in(hub, "wang").token, sign_in(hub, "clerk").token
    record = made(1)
    ask(hub, token, record, made(2))

    ask(hub, token, edit(3, record.id, area=BESIDE))
    told = {stream.area: stream for stream in ask(hub, office, origin="office").streams}

    assert [departure.id for departure in told[GRID].departures] == [record.id]
    assert [arrived.id for arrived in told[BESIDE].records] == [record.id]
    assert told[GRID].digest == to_text(area_digest((d.id, d.ver) for d in told[GRID].records))

    ask(hub, office, _sent_back(told[BESIDE].records[0]), origin="office")
    back = {stream.area: stream for stream in ask(hub, office, origin="office").streams}

    assert record.id in {arrived.id for arrived in back[GRID].records}
    assert back[GRID].departures == []
    assert [departure.to_area for departure in back[BESIDE].departures] == [GRID]


def _sent_back(document: Document) -> Change:
    written = document.stamps.get("area") or document.stamps[""]
    return Change(
        mseq=1, tx=1, kind=document.kind, id=document.id, area=BESIDE, groups={"area": {"area": GRID}},
        base={"area": written.stamp}, at=pack(wall_millis()), by="clerk",
    )  # fmt: skip


def test_an_edit_made_before_a_record_moved_away_is_taken(hub: SqlHub) -> None:
    add(hub, "clerk", COMMUNITY + "," + OTHER, Role.CLERK)
    token, record = sign_in(hub, "wang").token, made(1)
    ask(hub, token, record)
    written_before = edit(2, record.id, phone="19900012345")
    moved = edit(1, record.id, area=OTHER)
    ask(hub, sign_in(hub, "clerk").token, moved, origin="office")

    verdicts = [ask(hub, token, written_before).receipts[0].verdict.name]
    long_after = Change(**{**{name: getattr(written_before, name) for name in Change.__struct_fields__}, "mseq": 3, "tx": 3, "at": pack(wall_millis() + 50_000)})  # fmt: skip
    verdicts.append(ask(hub, token, long_after).receipts[0].verdict.name)

    assert verdicts == ["APPLIED", "REFUSED"]


def test_a_repeat_gets_the_receipts_it_got_before(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    changes = [made(1), made(2, area=OTHER), made(3)]

    first = ask(hub, token, *changes)
    held = counts(hub)
    again = ask(hub, token, *changes)
    more = ask(hub, token, *changes[1:], made(4))

    assert again.receipts == first.receipts
    assert more.receipts[:2] == first.receipts[1:]
    assert held == counts(hub) | {"record": 2, "journal": 1, "receipt": 3}


def test_what_was_saved_together_is_applied_together(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    good, bad = made(1), made(2, area=OTHER)
    together = Change(**{name: getattr(bad, name) for name in Change.__struct_fields__} | {"tx": 1})

    answer = ask(hub, token, good, together, made(3))

    assert [receipt.verdict.name for receipt in answer.receipts] == ["REFUSED", "REFUSED", "APPLIED"]
    assert counts(hub)["record"] == 1


def test_a_gap_and_a_fork_store_nothing(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    ask(hub, token, made(1))
    held = counts(hub)

    with pytest.raises(Gap) as gap:
        ask(hub, token, made(5))
    with pytest.raises(Forked):
        ask(hub, token, made(1), made(2))

    assert gap.value.expected == 2
    assert counts(hub) == held


def test_the_raw_push_is_kept_before_anything_is_decided(hub: SqlHub) -> None:
    import msgspec
    import zstandard

    pushed = [made(1, by="somebody"), made(2, area=OTHER)]
    ask(hub, sign_in(hub, "wang").token, *pushed)

    with reading(hub.engine) as db:
        row = db.execute(select(tables.journal)).one()
    assert msgspec.json.decode(zstandard.decompress(row.body), type=list[Change]) == pushed


def test_a_database_that_went_back_in_time_is_noticed_and_begins_a_new_epoch(tmp_path: Path) -> None:
    now = [wall_millis()]
    with opened(tmp_path, wall=lambda: now[0]) as hub:
        add(hub, "wang")
        token = sign_in(hub, "wang").token
        epoch = ask(hub, token, made(1)).epoch

        ahead = ask(hub, token, epoch=epoch, have={GRID: 9})
        foreign = ask(hub, token, made(2), epoch=epoch, have={GRID: 9})
        fresh = ask(hub, token, made(2), epoch=ahead.epoch)

        assert ahead.epoch != epoch
        assert (ahead.streams, ahead.acked) == ([], 1)
        assert (foreign.streams, foreign.acked) == ([], 1)
        assert fresh.acked == 2
        with pytest.raises(Refused, match="超过"):
            ask(hub, token, epoch=ahead.epoch, have={GRID: 9})
        now[0] += 10 * 60 * 1000
        assert ask(hub, token, epoch=ahead.epoch, have={GRID: 9}).epoch != ahead.epoch


def _asked(hub: SqlHub) -> list[str]:
    """Every statement the hub sends its database from now on."""
    asked: list[str] = []
    event.listen(hub.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    return asked


def test_an_answer_reads_no_more_than_it_tells(hub: SqlHub) -> None:
    areas = [f"{COMMUNITY}{n:03}" for n in range(1, 31)]
    add(hub, "clerk", COMMUNITY, Role.CLERK)
    token = sign_in(hub, "clerk").token
    news = [made(n, area=area, by="clerk", note="字" * 2000) for n, area in enumerate(areas * 4, start=1)]
    ask(hub, token, *news)
    asked = _asked(hub)

    seen, have, more, most = set[str](), dict[str, int](), True, 0
    while more:
        asked.clear()
        told = ask(hub, token, origin="office", budget=1, have=have).streams
        most = max(most, sum("FROM record" in one for one in asked))
        seen |= {record.id for stream in told for record in stream.records}
        have |= {stream.area: stream.to for stream in told}
        more = any(stream.more for stream in told)

    assert seen == {change.id for change in news}
    assert most <= 5


def test_who_has_everything_is_answered_from_what_was_just_written(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    cursor = ask(hub, token, made(1)).streams[0].to
    asked = _asked(hub)

    (own,) = ask(hub, token, made(2), have={GRID: cursor}).streams

    assert sum("FROM account" in one for one in asked) == 1
    (whole,) = ask(hub, token, origin="reader").streams
    assert (own.since, own.to, own.digest, own.more) == (1, 2, whole.digest, False)
    assert own.echo == [(record.id, record.ver) for record in whole.records[1:]]


def test_the_answer_to_ones_own_changes_brings_the_news_of_other_grids(hub: SqlHub) -> None:
    add(hub, "clerk", COMMUNITY, Role.CLERK)
    clerk, wang = sign_in(hub, "clerk").token, sign_in(hub, "wang").token
    ask(hub, wang, news := made(1))

    told = {s.area: s for s in ask(hub, clerk, made(1, area=BESIDE, by="clerk"), origin="office").streams}

    assert [record.id for record in told[GRID].records] == [news.id]
    assert len(told[BESIDE].echo) == 1


def test_a_round_without_news_asks_the_same_few_things_whatever_is_held(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    told, asked = list[int](), _asked(hub)
    for first in (1, 301):
        cursor = ask(hub, token, *[made(n) for n in range(first, first + 300)]).streams[0].to
        asked.clear()
        assert ask(hub, token, have={GRID: cursor}).streams == []
        told.append(len([one for one in asked if "FROM" in one]))

    assert told == [4, 4]


def test_a_repair_names_what_an_area_holds(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    digest = ask(hub, token, *[made(n) for n in range(1, 40)]).streams[0].digest
    first = ask(hub, token, origin="x").streams[0].records[0]

    sums = hub.repair(token, BucketQuery(area=GRID)).sums
    held = hub.repair(token, BucketQuery(area=GRID, buckets=[int(first.id[-2:], 16)])).records

    assert to_text(sum(int(one, 16) for one in sums) % (1 << 64)) == digest
    assert first in held


def test_eight_laptops_writing_at_once_lose_nothing_and_no_cursor_skips(hub: SqlHub) -> None:
    tokens = [sign_in(hub, "wang").token for _ in range(9)]
    over = threading.Event()

    with ThreadPoolExecutor(9) as pool:
        reading_on = pool.submit(_read_until, over, hub, tokens[8])
        writers = [pool.submit(_write, hub, tokens[n], f"laptop-{n}") for n in range(8)]
        wait(writers)
        over.set()
        pushed = [id_ for writer in writers for id_ in writer.result()]
        seen, cursor = reading_on.result()

    assert sorted(seen) == sorted(pushed)
    assert cursor == counts(hub)["record"] == 8 * 36


def _write(hub: SqlHub, token: str, origin: str) -> list[str]:
    pushed = []
    for n in range(12):
        changes = [made(3 * n + k) for k in (1, 2, 3)]
        ask(hub, token, *changes, origin=origin)
        pushed += [change.id for change in changes]
    return pushed


def _read_until(over: threading.Event, hub: SqlHub, token: str) -> tuple[list[str], int]:
    """What a laptop reads while others write, and once more when they have done."""
    seen, cursor, last = list[str](), 0, False
    while not last:
        last = over.is_set()
        for piece in pull(hub, token, budget=1 << 16, cursor=cursor):
            seen += [record.id for record in piece.records]
            cursor = piece.to
    return seen, cursor
