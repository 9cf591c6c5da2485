"""Whoever means harm, with a laptop's token, a withdrawn one's or none, is refused in words and changes nothing."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from sync.clock import AHEAD_MS, pack, wall_millis
from sync.conflict import CONFLICT, conflict_id
from sync.errors import Refused, Revoked, SignInNeeded, SyncError
from sync.protocol import BucketQuery, Change, HandIn, Receipt, SignIn, Stamp, Verdict, Written
from sync.record import new_id
from sync.server import quarantine, shelf, tables
from sync.server.database import reading
from sync.server.hub import SqlHub
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
    served,
    sign_in,
)
from tests.server.console import run
from tests.server.knocking import everything, post
from tests.server.photos import of, photo, send, standing, store_in

SECRET_ROOM = "only-zhao-reads-this"
TAKEN_DOWN = ("journal", "taken", "receipt", "history", "origin")  # what is kept of any push, refused or not


def edit(id_: str, groups: dict[str, dict[str, Any]], **more: Any) -> Change:
    told: dict[str, Any] = {"kind": "household", "area": GRID, "at": pack(wall_millis()), "by": "wang"} | more
    return Change(mseq=1, tx=1, id=id_, groups=groups, **told)


def numbered(*changes: Change) -> list[Change]:
    return [msgspec.structs.replace(one, mseq=n, tx=n) for n, one in enumerate(changes, 1)]


@pytest.fixture
def hers(hub: SqlHub) -> Change:
    """A record of somebody in another community."""
    add(hub, "zhao", OTHER)
    change = made(1, area=OTHER, by="zhao", room=SECRET_ROOM)
    ask(hub, sign_in(hub, "zhao").token, change, origin="zhao-laptop")
    return change


@pytest.fixture
def token(hub: SqlHub) -> str:
    return sign_in(hub, "wang").token


@pytest.fixture
def address(hub: SqlHub, tmp_path: Path) -> Iterator[str]:
    with store_in("folder", tmp_path) as store, served(hub, blobs=hub.blobs(store)) as address:
        yield address


def test_no_forged_change_touches_what_is_anothers(hub: SqlHub, token: str, hers: Change) -> None:
    room, stolen, gone = {"room": {"room": "x"}}, {"area": {"area": GRID}}, {"life": {"removed_at": 1}}
    known, told = {"": Stamp("zhao-laptop", 1)}, {"": Written("zhao-laptop", 9, pack(wall_millis()))}
    asks = conflict_id(hers.id, "room", ("zhao-laptop", 1), ("laptop-one", 1))
    about = {"record_id": {"record_id": hers.id}, "kept": {"kept": {"room": "x"}}}
    forged = [
        edit(hers.id, {**groups}, area=area, base=known, by=by, **more)
        for groups in (room, stolen, gone, room | stolen)
        for area, by in ((GRID, "wang"), (OTHER, "zhao"), ("*", "zhao"), (OTHER[:6], "admin"))
        for more in ({}, {"made": True}, {"written": told}, {"at": 0}, {"made": True, "written": told})
    ]
    forged += [
        edit(asks, about, kind=CONFLICT, made=True, **more) for more in ({}, {"written": told}, {"by": "hub"})
    ]
    forged += [
        edit(new_id(), room, made=True, area=area) for area in ("*", OTHER, COMMUNITY, OTHER[:12], "5")
    ]
    ask(hub, token, made(1), origin="laptop-two")
    before = everything(hub, *TAKEN_DOWN)

    receipts = ask(hub, token, *numbered(*forged)).receipts

    assert {receipt.verdict for receipt in receipts} == {Verdict.REFUSED}
    assert all(receipt.title and receipt.advice for receipt in receipts)
    assert everything(hub, *TAKEN_DOWN) == before


def test_a_conflict_is_not_settled_by_who_may_not_see_it(hub: SqlHub, token: str, hers: Change) -> None:
    add(hub, "qian", OTHER)
    theirs = edit(hers.id, {"room": {"room": "another"}}, area=OTHER, by="qian")
    answer = ask(hub, sign_in(hub, "qian").token, theirs, origin="qian-laptop")
    (asked,) = [record for record in answer.streams[0].records if record.kind == CONFLICT]
    chosen = {"settlement": {"settled_at": 1, "choice": "lost"}}
    ask(hub, token, made(1), origin="laptop-two")
    before = everything(hub, *TAKEN_DOWN)

    receipts = ask(
        hub,
        token,
        *numbered(
            edit(asked.id, chosen, kind=CONFLICT), edit(asked.id, {"area": {"area": GRID}}, kind=CONFLICT)
        ),
    ).receipts

    assert [receipt.verdict for receipt in receipts] == [Verdict.REFUSED] * 2
    assert everything(hub, *TAKEN_DOWN) == before


def test_who_lost_a_grid_carries_no_record_off_by_setting_the_clock_back(hub: SqlHub, token: str) -> None:
    record = made(1)
    ask(hub, token, record)
    hub.accounts().assign("wang", [OTHER])
    early = pack(wall_millis() - 3_600_000)
    moves = [edit(record.id, {"area": {"area": to}}, at=early) for to in (OTHER, OTHER[:12], GRID[:9], "*")]

    receipts = ask(hub, token, *numbered(*moves), origin="laptop-two").receipts

    assert [receipt.verdict for receipt in receipts] == [Verdict.REFUSED] * 4
    with reading(hub.engine) as db:
        assert db.execute(select(tables.record.c.area)).scalar_one() == GRID


def test_whatever_a_change_claims_the_history_names_the_laptop_that_sent_it(
    hub: SqlHub, token: str, hers: Change
) -> None:
    (device,) = hub.accounts().devices("wang")
    record, told = made(1), {"": Written("zhao-laptop", 1, 0), "room": Written("zhao-laptop", 1, 0)}
    claims = [
        edit(record.id, {"room": {"room": "2"}}, by="zhao"),
        edit(record.id, {"room": {"room": "3"}}, written=told),
        edit(record.id, {"made": {"created_by": "zhao"}}, base={"": Stamp("laptop-one", 1)}),
        edit(hers.id, {"room": {"room": "4"}}, by="zhao", area=OTHER),
    ]

    ask(hub, token, *numbered(record, *claims))

    with reading(hub.engine) as db:
        lines = db.execute(select(tables.history.c.device)).scalars().all()
    assert len(lines) >= len(claims)
    assert set(lines) == {device.id}


def test_no_time_whatever_is_believed_beyond_a_minute_ahead(hub: SqlHub, token: str, address: str) -> None:
    times = [0, -1, 1 << 48, 1 << 62, (1 << 63) - 1, 1 << 63, -(1 << 63), 1 << 64, 1 << 200]
    before = wall_millis()

    for n, (at, now) in enumerate((at, now) for at in times for now in (*times, before)):
        change = json.loads(msgspec.json.encode(made(1))) | {"at": at}
        answer = post(address, "exchange", {"origin": f"o{n}", "now": now, "changes": [change]}, token)
        assert answer.status_code in (200, 400), (at, now)

    with reading(hub.engine) as db:
        stamps = [json.loads(told)[""] for told in db.execute(select(tables.record.c.stamps)).scalars()]
    assert len(stamps) > len(times)
    assert all(0 <= hlc >> 16 <= wall_millis() + AHEAD_MS for _origin, _mseq, hlc in stamps)


def test_no_question_brings_what_is_anothers(hub: SqlHub, token: str, address: str, hers: Change) -> None:
    zhao = sign_in(hub, "zhao").token
    image, _data = photo(hub, zhao, of(40), area=OTHER)
    epoch = ask(hub, token).epoch
    codes = [OTHER, OTHER[:12], "*", "", "%", "_" * 15, "5100010010%", "5' OR '1'='1", "\x00", OTHER + "\x00"]
    asked: list[tuple[str, object]] = [("repair", {"area": code}) for code in codes]
    asked += [("repair", {"area": code, "buckets": [*range(256)]}) for code in codes]
    asked += [
        ("exchange", {"origin": "laptop-one", "now": 1, "epoch": epoch, "have": {code: [cursor, "f" * 16]}})
        for code in (OTHER, "*", "%")
        for cursor in (0, -1, -(1 << 63), 1)
    ]
    asked += [("exchange", {"origin": "zhao-laptop", "now": 1})]
    asked += [("blobs", {"blobs": [{"record": image.record, "sha256": image.sha256, "size": 40}]})]
    asked += [("hand-in", {"origin": "zhao-laptop", "now": 1, "changes": []})]
    before = everything(hub)

    answers = [post(address, door, message, token) for door, message in asked]

    assert [answer.status_code for answer in answers if answer.status_code not in (200, 400, 422)] == []
    told = " ".join(answer.text for answer in answers)
    assert not [secret for secret in (SECRET_ROOM, hers.id, image.record, "zhao") if secret in told]
    assert everything(hub) == before


def test_what_exists_elsewhere_and_what_does_not_sound_alike(hub: SqlHub, token: str, hers: Change) -> None:
    def told(id_: str, **more: Any) -> Receipt:
        change = edit(id_, {"room": {"room": "x"}}, area=OTHER, **more)
        return ask(hub, token, change, origin=new_id()).receipts[0]

    for more in ({}, {"kind": "resident"}, {"made": True}, {"kind": CONFLICT, "made": True}):
        assert told(hers.id, **more) == told(new_id(), **more), more

    with pytest.raises(Refused) as foreign:
        hub.repair(token, BucketQuery(area=OTHER))
    with pytest.raises(Refused) as absent:
        hub.repair(token, BucketQuery(area=OTHER + "9"))
    assert foreign.value.title == absent.value.title


@pytest.mark.parametrize("shut", ["revoke", "disable"])
def test_a_token_kept_after_its_laptop_was_shut_out_opens_nothing(
    hub: SqlHub, token: str, tmp_path: Path, shut: str
) -> None:
    with store_in("folder", tmp_path) as store:
        kept = hub.blobs(store)
        image, data = photo(hub, token, of(40))
        begun, _ = photo(hub, token, of(50))
        send(kept, token, (image, data))
        standing(kept, token, begun)
        if shut == "revoke":
            hub.accounts().revoke(hub.accounts().devices("wang")[0].id)
        else:
            hub.accounts().disable("wang")
        hub.accounts().reset("wang", password="another-password")
        before = everything(hub)
        error = Revoked if shut == "revoke" else SignInNeeded
        for act in (
            lambda: ask(hub, token, made(1), origin="laptop-nine"),
            lambda: ask(hub, token),
            lambda: hub.repair(token, BucketQuery(area=GRID)),
            lambda: standing(kept, token, begun),
            lambda: kept.put_chunk(token, begun, 0, of(50)),
            lambda: kept.chunk(token, image, 0),
        ):
            with pytest.raises(error) as no:
                act()
            assert no.value.title
        assert everything(hub) == before


def test_a_new_token_brings_no_withdrawn_one_back(hub: SqlHub, token: str) -> None:
    hub.accounts().revoke(hub.accounts().devices("wang")[0].id)

    fresh = sign_in(hub, "wang").token
    ask(hub, fresh, made(1))

    with pytest.raises(Revoked):
        ask(hub, token)
    with pytest.raises(Refused, match="没有停用"):
        hub.hand_in(fresh, HandIn(origin="laptop-one", now=1, changes=[]))


def test_a_withdrawn_laptop_leaves_no_end_of_parcels(
    hub: SqlHub, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "PARCELS_MOST", 3)
    hub.accounts().revoke(hub.accounts().devices("wang")[0].id)
    for n in range(3):
        hub.hand_in(token, HandIn(origin=f"o{n}", now=1, changes=[]))

    with pytest.raises(Refused, match="太多"):
        hub.hand_in(token, HandIn(origin="o3", now=1, changes=[made(1)]))

    assert hub.hand_in(token, HandIn(origin="o1", now=1, changes=[made(1)])).upto == 1
    assert len(hub.quarantine().all()) == 3


def test_areas_made_up_without_end_are_refused_and_the_grids_there_are_go_on(
    hub: SqlHub, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "AREAS_MOST", 5)
    ask(hub, token, made(1))
    invented = [made(n, area=f"{GRID}{n:02d}") for n in range(2, 12)]
    moved = edit(invented[0].id, {"area": {"area": f"{BESIDE}99"}}, area=invented[0].area)

    receipts = ask(hub, token, *invented, msgspec.structs.replace(moved, mseq=12, tx=12), made(13)).receipts

    verdicts = [receipt.verdict for receipt in receipts]
    assert verdicts == [Verdict.APPLIED] * 4 + [Verdict.REFUSED] * 7 + [Verdict.APPLIED]
    assert counts(hub)["area"] == 5


LOOK_ALIKES = [
    "\uff37\uff21\uff2e\uff27",
    "w\u0430ng",
    "Wang",
    "wang ",
    "wang\u200b",
    "\u202egnaw",
    "w%",
    "_ang",
    "wang'--",
    "' OR 1=1 --",
    "",
]


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_no_name_that_only_looks_like_an_account_opens_it(hub: SqlHub, name: str) -> None:
    before = everything(hub, "knock")

    with pytest.raises(SignInNeeded, match="账号或密码不对"):
        hub.sign_in(SignIn(account=name, password=PASSWORD, device="'; DROP TABLE device; --"))

    assert everything(hub, "knock") == before


ESCAPES = "\x1b[2J\x1b]0;x\x07\u202egnaw\nwang\tadmin\u2066"


def test_a_laptop_called_as_it_likes_commands_no_terminal(
    hub: SqlHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDHUB_SECRET", SECRET)
    token = hub.sign_in(SignIn(account="wang", password=PASSWORD, device=ESCAPES)).token
    for _try in range(6):
        with pytest.raises(SyncError):
            hub.sign_in(SignIn(account=ESCAPES, password="wrong-password", device="x"))
    hub.accounts().revoke(hub.accounts().devices("wang")[0].id)
    odd = msgspec.structs.replace(made(1, room=ESCAPES, kind=ESCAPES), at=1 << 100, area=ESCAPES)
    hub.hand_in(token, HandIn(origin="laptop-one", now=1, changes=[odd]))

    for words in ("device list", "audit list", "quarantine list", "quarantine show 1"):
        told = run(*words.split(), "--database", str(tmp_path / "hub.db"))
        assert told.exit_code == 0, words
        assert told.output
        assert not {*"\x1b\x07\u202e\u2066"} & {*told.output}, words
        assert not any(line.startswith("wang") for line in told.output.splitlines()), words
