"""Nothing that arrives over the network does harm: it is answered in words, and changes nothing."""

from collections.abc import Iterator
from contextlib import suppress
import json
import socket

import msgspec
import pytest
import requests
import zstandard

from sync import wire
from sync.admit import DEPTH_LIMIT
from sync.protocol import HOLDINGS_LIMIT, Exchange, Verdict
from sync.server import bodies
from sync.server.hub import SqlHub
from tests.server.centre import ask, counts, made, sign_in

DOORS = ("sign-in", "exchange", "repair", "hand-in")


def post(address: str, door: str, body: bytes, **headers: str) -> requests.Response:
    """Knock without the courtesy of RemoteHub."""
    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{address}/sync/v1/{door}", data=body, headers=headers, timeout=20)


def zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(body)


NO_MESSAGES = {
    "empty": b"",
    "cut": b"{",
    "null": b"null",
    "a list": b"[]",
    "bytes": b"\xff\xfe",
    "a wrong type": b'{"origin": 1}',
    "deep": b"[" * 10_000,
    "a huge number": b'{"origin":"a","now":1e999}',
    "half a character": b'{"origin":"a","now":"\\ud800"}',
}


@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_message_is_answered_400_in_words(hub: SqlHub, address: str, door: str) -> None:
    token = sign_in(hub, "wang").token

    answers = {
        name: post(address, door, body, Authorization=f"Bearer {token}") for name, body in NO_MESSAGES.items()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(NO_MESSAGES, 400)
    assert all({"error", "title", "advice"} <= answer.json().keys() for answer in answers.values())


def test_what_is_no_zstd_is_answered_400(hub: SqlHub, address: str) -> None:
    headers = {"Authorization": f"Bearer {sign_in(hub, 'wang').token}", "Content-Encoding": "zstd"}

    assert post(address, "exchange", b"{}", **headers).status_code == 400
    assert post(address, "exchange", zstd(b"{}")[:-3], **headers).status_code == 400


def test_a_zip_bomb_is_refused_before_it_unfolds(hub: SqlHub, address: str) -> None:
    headers = {"Authorization": f"Bearer {sign_in(hub, 'wang').token}", "Content-Encoding": "zstd"}
    bomb = zstd(bytes(2_000_000_000 // 8))

    answer = post(address, "exchange", bomb, **headers)

    assert len(bomb) < 100_000
    assert answer.status_code == 413
    assert answer.json()["title"]


def test_a_huge_body_is_refused(hub: SqlHub, address: str) -> None:
    token = sign_in(hub, "wang").token

    try:
        status = post(
            address, "exchange", bytes(HOLDINGS_LIMIT + 1), Authorization=f"Bearer {token}"
        ).status_code
    except requests.ConnectionError:
        status = 413  # The door may close while the body is still being pushed through it.

    assert status == 413
    assert counts(hub)["journal"] == 0


def test_nobody_enters_without_a_token_that_is_known(address: str) -> None:
    body = msgspec.json.encode({"origin": "a", "now": 1, "area": "*"})

    for door in ("exchange", "repair"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic " + "x" * 5000}):
            answer = post(address, door, body, **headers)

            assert answer.status_code == 401
            assert answer.json()["error"] == "SignInNeeded"


BAD_CHANGES: list[dict[str, object]] = [
    {"id": "not-hexadecimal"},
    {"id": "0" * 5000},
    {"kind": "'; drop table record; --"},
    {"area": "../../etc"},
    {"area": "5" * 200},
    {"id": "\x00" * 32},
    {"area": "\x00"},
    {"kind": "\x00"},
    {"groups": {}},
    {"groups": {"area": {"area": "\x00"}}},
    {"groups": {"g": {"id": "x"}}},
    {"groups": {"area": {"area": 5}}},
    {"groups": {"life": {"removed_at": "soon"}}},
]
ODD_CHANGES: list[dict[str, object]] = [
    {"groups": {"g" * 5000: {"f": 1}}},
    {"groups": {"deep": {"deep": json.loads("[" * 900 + "]" * 900)}}},
    {"groups": {"\x00": {"f": "\x00"}}},
    {"written": {"f": ["\x00" * 70, 1 << 63, 1 << 63]}},
    {"at": -(1 << 62)},
    {"at": 1 << 62},
    {"by": "x" * 10_000},
    {"tx": -5},
    {"base": {"g": ["o" * 1000, -1]}},
]


def test_a_malformed_change_gets_a_receipt_and_the_next_one_is_taken(hub: SqlHub, address: str) -> None:
    token = sign_in(hub, "wang").token

    for turn, wrong in enumerate(BAD_CHANGES + ODD_CHANGES):
        bad, good = (json.loads(msgspec.json.encode(made(2 * turn + n))) for n in (1, 2))
        body = {"origin": "laptop-one", "now": 1_790_000_000_000, "changes": [bad | wrong, good]}
        answer = post(address, "exchange", json.dumps(body).encode(), Authorization=f"Bearer {token}")

        assert answer.status_code == 200, (str(wrong)[:80], answer.text)
        refused = answer.json()["receipts"][0].get("verdict") == Verdict.REFUSED
        assert refused or wrong in ODD_CHANGES, str(wrong)[:80]
        assert ask(hub, token).acked == 2 * turn + 2


def test_numbers_out_of_measure_do_no_harm(hub: SqlHub, address: str) -> None:
    token = sign_in(hub, "wang").token
    plain: dict[str, object] = {"origin": "laptop-one", "now": 1, "budget": 1000, "have": {}}

    for value in (1 << 62, -1, 1 << 200):
        for odd in ({"now": value}, {"budget": value}, {"have": {"510001001001003": [value, None]}}):
            body = json.dumps(plain | odd).encode()
            answer = post(address, "exchange", body, Authorization=f"Bearer {token}")

            assert answer.status_code in (200, 400), (odd, answer.text)


def test_a_change_nested_too_deep_for_a_laptop_is_refused_and_blocks_nothing(
    hub: SqlHub, address: str
) -> None:
    token, statuses, mseq = sign_in(hub, "wang").token, set[int](), 0

    for depth in (DEPTH_LIMIT, DEPTH_LIMIT + 1, 500, *range(850, 1010, 10), 5000):
        deep = b'{"deep":{"deep":' + b"[" * depth + b"]" * depth + b"}}"
        bad, good = (msgspec.json.encode(made(mseq + n, deep=0)) for n in (1, 2))
        changes = bad.replace(b'{"deep":{"deep":0}}', deep) + b"," + good
        body = b'{"origin":"laptop-one","now":1790000000000,"changes":[' + changes + b"]}"
        answer = post(address, "exchange", body, Authorization=f"Bearer {token}")
        statuses.add(answer.status_code)
        if answer.status_code == 200:
            mseq += 2
            refused = answer.json()["receipts"][0].get("verdict") == Verdict.REFUSED
            assert refused == (depth > DEPTH_LIMIT), depth
            assert "verdict" not in answer.json()["receipts"][1]

    assert statuses == {200, 400}


MESSAGES: dict[str, dict[str, object]] = {
    "sign-in": {"account": "wang", "password": "wrong-password", "device": "x"},
    "exchange": {
        "origin": "laptop-one",
        "now": 1,
        "epoch": "",
        "protocol": 1,
        "budget": 1,
        "have": {"510001001001003": [0, "0" * 16]},
        "changes": [json.loads(msgspec.json.encode(made(1)))],
    },
    "repair": {"area": "510001001001003", "buckets": [0, 255]},
    "hand-in": {"origin": "laptop-one", "now": 1, "changes": [json.loads(msgspec.json.encode(made(1)))]},
}
ODD_VALUES: list[object] = [
    *(None, True, 0, -1, 1 << 63, 1 << 200, 0.5, "", "x" * 100_000, "\x00", "\x7f' OR 1=1 --"),
    *([], {}, [[]], [None] * 1000, {"": None}, {"a": {"b": {"c": []}}}, [1 << 64, -(1 << 64), 256, -1]),
]


def spoilt(message: object) -> Iterator[object]:
    """The message again and again, each time with one thing in it replaced by something odd, or left out."""
    yield from ODD_VALUES
    inner = (
        message.items()
        if isinstance(message, dict)
        else enumerate(message)
        if isinstance(message, list)
        else ()
    )
    for key, value in inner:
        for odd in spoilt(value):
            copy = message.copy()  # type: ignore[attr-defined]
            copy[key] = odd
            yield copy
    if isinstance(message, dict):
        yield from ({k: v for k, v in message.items() if k != left} for left in message)


@pytest.mark.parametrize("door", DOORS)
def test_a_message_spoilt_anywhere_is_answered_or_refused_in_words(
    hub: SqlHub, address: str, door: str
) -> None:
    token = sign_in(hub, "wang").token
    if door == "hand-in":
        hub.accounts().revoke(hub.accounts().devices("wang")[0].id)
    odd = [json.dumps(one).encode() for one in spoilt(MESSAGES[door])]

    with requests.Session() as session:
        session.trust_env = False
        for body in odd:
            headers = {"Authorization": f"Bearer {token}"}
            answer = session.post(f"{address}/sync/v1/{door}", data=body, headers=headers, timeout=20)
            assert answer.status_code < 500, body[:300]
            told = answer.json()
            assert answer.status_code == 200 or (
                told["error"] and ("title" in told or told["error"] == "Gap")
            )

    assert len(odd) > 50


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "NONSENSE"])
def test_an_unknown_door_is_answered_in_words(address: str, method: str) -> None:
    doors = [f"/sync/v1/{door}" for door in DOORS] + ["/", "/docs", "/sync/v1/exchange/", "/sync/v2/exchange"]
    odd = [
        "/%00",
        "/../../etc/passwd",
        "/sync/v1/" + "x" * 5000,
        "//",
        "/sync/v1/%ff",
        "/sync/v1/exchange?a=%",
    ]
    with requests.Session() as session:
        session.trust_env = False
        for door in doors + odd:
            answer = session.request(method, address + door, data=b"{}", timeout=20, allow_redirects=False)

            assert answer.status_code in (404, 405), (method, door)
            assert answer.json()["title"]


def test_the_kind_of_content_claimed_makes_no_difference(hub: SqlHub, address: str) -> None:
    token = sign_in(hub, "wang").token
    body = b'{"origin":"laptop-one","now":1}'

    for kind in (
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "\x01",
    ):
        told = post(address, "exchange", body, Authorization=f"Bearer {token}", **{"Content-Type": kind})
        assert told.status_code == 200, kind
    for encoding in ("gzip", "br", "zstd, zstd", "x" * 3000):
        told = post(
            address,
            "exchange",
            b"\x1f\x8b",
            Authorization=f"Bearer {token}",
            **{"Content-Encoding": encoding},
        )
        assert told.status_code == 400, encoding


def knock(address: str, head: str) -> socket.socket:
    """A connection on which only the head of a request was sent."""
    host, port = address.removeprefix("http://").split(":")
    call = socket.create_connection((host, int(port)), timeout=20)
    call.sendall(f"POST /sync/v1/{head}\r\n\r\n".encode())
    return call


@pytest.mark.parametrize("length", [f"Content-Length: {HOLDINGS_LIMIT}", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("door", ["exchange", "repair", "hand-in"])
def test_a_stranger_is_sent_away_before_the_body_is_read(address: str, door: str, length: str) -> None:
    head = f"{door} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nobody\r\n{length}"

    with knock(address, head) as call:
        told = call.recv(65536)

    assert told.startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("door", DOORS)
def test_a_body_that_stops_coming_is_ended_in_words(
    hub: SqlHub, address: str, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "STALL_S", 0.05)
    token = sign_in(hub, "wang").token
    head = f"{door} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 500"

    with knock(address, head) as call:
        call.sendall(b'{"origin"')
        told = call.recv(65536)
        while not told.endswith(b"}"):
            told += call.recv(65536)

    assert told.startswith(b"HTTP/1.1 503")
    assert "内容没有传完".encode() in told


def test_a_body_that_only_trickles_is_ended_in_words(
    hub: SqlHub, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SLOWEST", 1_000_000_000)
    monkeypatch.setattr(bodies, "STALL_S", 0.3)
    token = sign_in(hub, "wang").token
    head = f"exchange HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 60000"

    with knock(address, head) as call:
        told = b""
        call.settimeout(0.02)
        for _byte in range(1000):
            with suppress(OSError):
                call.sendall(b" ")
            with suppress(TimeoutError):
                told = call.recv(65536)
                break

    assert told.startswith(b"HTTP/1.1 503")


def test_the_centre_says_that_it_is_there(address: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"{address}/sync/v1/health", timeout=5)

    assert answer.json() == {"ready": True, "protocol": 1}


def test_a_round_without_news_is_small_both_ways(hub: SqlHub, address: str) -> None:
    token = sign_in(hub, "wang").token
    first = ask(hub, token, made(1))
    request = Exchange(origin="laptop-one", epoch=first.epoch, now=first.now)
    have = {"510001001001003": [1, first.streams[0].digest]}
    body = zstd(json.dumps(json.loads(msgspec.json.encode(request)) | {"have": have}).encode())
    headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "zstd", "Accept-Encoding": "zstd"}

    answer = post(address, "exchange", body, **headers)

    assert len(body) <= 400
    assert int(answer.headers["content-length"]) <= 200


def test_an_error_arrives_as_the_error_it_was() -> None:
    from sync.errors import Gap

    gap = wire.error_of(wire.problem_of(Gap(7)))

    assert isinstance(gap, Gap)
    assert gap.expected == 7
