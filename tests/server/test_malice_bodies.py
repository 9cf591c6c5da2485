"""Bodies made to do harm are refused in words, whatever their head says of them, and change nothing."""

from collections.abc import Iterator
from contextlib import ExitStack
import json
import socket

import msgspec
import pytest
import requests
import zstandard

from sync.protocol import Verdict
from sync.server import bodies
from sync.server.hub import SqlHub
from tests.server.centre import counts, made, served, sign_in
from tests.server.knocking import everything, post, said


@pytest.fixture
def token(hub: SqlHub) -> str:
    return sign_in(hub, "wang").token


BODY = b'{"origin":"laptop-one","now":1}'
CHUNKED = b"Transfer-Encoding: chunked\r\n"
HEADS: dict[str, tuple[bytes, bytes]] = {  # what is claimed of a body, and what comes
    "two lengths": (b"Content-Length: 5\r\nContent-Length: 31\r\n", BODY),
    "less than nothing": (b"Content-Length: -5\r\n", BODY),
    "a length without end": (b"Content-Length: " + b"9" * 40 + b"\r\n", BODY),
    "no length": (b"", BODY),
    "both ways": (b"Content-Length: 3\r\n" + CHUNKED, b"1f\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "an unknown way": (b"Transfer-Encoding: xchunked\r\n", BODY),
    "no size": (CHUNKED, b"zz\r\n" + BODY),
    "a size without end": (CHUNKED, b"F" * 30 + b"\r\n" + BODY),
    "a second token": (b"Authorization: Bearer nobody\r\nContent-Length: 31\r\n", BODY),
    "a second message": (
        b"Content-Length: 31\r\nConnection: close\r\n",
        BODY + b"POST /sync/v1/exchange HTTP/1.1\r\n",
    ),
    "an odd byte": (b"X: \x00\r\nContent-Length: 31\r\n", BODY),
    "a long head": (b"X: " + b"a" * 300_000 + b"\r\nContent-Length: 31\r\n", BODY),
    "another method": (b"X-HTTP-Method-Override: DELETE\r\nContent-Length: 31\r\n", BODY),
    "another protocol": (b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 31\r\n", BODY),
}


@pytest.mark.expects_log  # the web server notes what is no request
@pytest.mark.parametrize("claim", HEADS)
def test_a_body_that_is_not_what_its_head_says_is_answered_once_at_most(
    hub: SqlHub, token: str, address: str, claim: str
) -> None:
    claimed, body = HEADS[claim]
    head = b"POST /sync/v1/exchange HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token.encode() + b"\r\n"
    before = everything(hub)

    told = said(address, head + claimed + b"\r\n" + body)

    assert told.count(b"HTTP/1.1 ") <= 1
    assert not told.startswith(b"HTTP/1.1 5")
    assert everything(hub) == before


def test_those_who_never_finish_a_sentence_keep_nobody_waiting(hub: SqlHub, token: str, address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with ExitStack() as calls:
        for n in range(100):
            call = calls.enter_context(socket.create_connection((host, int(port)), timeout=5))
            call.sendall(b"POST /sync/v1/exchange HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x"[: 20 + n])
        answer = post(address, "exchange", BODY, token)

    assert answer.status_code == 200


def test_a_body_in_pieces_without_end_is_ended(hub: SqlHub, token: str, address: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield BODY[:-1] + b',"schema":"'
        for _n in range(100):
            yield b"x" * 100_000

    try:
        status = post(address, "exchange", pieces(), token).status_code
    except requests.ConnectionError:
        status = 413  # The door may close while the rest is still being pushed through it.

    assert status == 413


def packed(data: bytes, **how: int) -> bytes:
    found = zstandard.ZstdCompressionParameters(**how) if how else None
    return zstandard.ZstdCompressor(compression_params=found).compress(data)


BOMBS = {
    "a wide window": packed(bytes(1 << 28), window_log=27),
    "a bomb in a bomb": packed(packed(bytes(1 << 28))),
    "nothing, often": packed(b"") * 200_000,
    "nothing to read": b"\x50\x2a\x4d\x18" + (1 << 31).to_bytes(4, "little"),
    "nothing to read, often": b"\x50\x2a\x4d\x18\x00\x00\x00\x00" * 100_000,
    "a number without end": packed(b'{"origin":"a","now":' + b"9" * 4_000_000 + b"}"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_unfolds_without_measure_is_refused(hub: SqlHub, token: str, address: str, bomb: str) -> None:
    before = everything(hub)

    answer = post(address, "exchange", BOMBS[bomb], token, **{"Content-Encoding": "zstd"})

    assert answer.status_code in (400, 413)
    assert answer.json()["title"]
    assert everything(hub) == before


def test_what_a_stranger_sends_is_not_taken_apart_once_it_unfolds(
    hub: SqlHub, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    plain = bodies.wire.from_json
    monkeypatch.setattr(
        bodies.wire, "from_json", lambda data, shape: read.append(len(data)) or plain(data, shape)
    )
    large = packed(b'{"origin":"laptop-one","now":1,"schema":"' + b"x" * 3_000_000 + b'"}')

    answer = post(address, "exchange", large, "nobody", **{"Content-Encoding": "zstd"})

    assert (answer.status_code, read) == (401, [])


SMALL_AND_MANY = {
    "groups": {"groups": {f"g{n}": {} for n in range(100_000)}},
    "fields": {"groups": {"g": {f"f{n}": 0 for n in range(100_000)}}},
    "bases": {"base": {f"g{n}": ["o", n] for n in range(100_000)}, "id": "no id"},
    "writers": {"written": {f"g{n}": ["o", n, n] for n in range(100_000)}},
    "seen": {"was": {f"g{n}": {"f": "x" * 20} for n in range(50_000)}},
    "a long name": {"groups": {"g" * 1_000_000: {"f": 0}}},
    "a long field": {"groups": {"g": {"f" * 1_000_000: 0}}},
    "a statement": {"groups": {"g'); DROP TABLE record; --": {"f": 0}}},
}


@pytest.mark.parametrize("what", SMALL_AND_MANY)
def test_a_change_of_very_many_or_very_long_parts_is_refused_and_blocks_nothing(
    hub: SqlHub, token: str, address: str, what: str
) -> None:
    bad, good = (json.loads(msgspec.json.encode(made(n))) for n in (1, 2))
    message = {"origin": "laptop-one", "now": 1, "changes": [bad | SMALL_AND_MANY[what], good]}

    told = post(address, "exchange", message, token).json()

    assert told["receipts"][0]["verdict"] == Verdict.REFUSED
    assert "verdict" not in told["receipts"][1]
    assert counts(hub)["record"] == 1


@pytest.mark.expects_log
def test_an_error_nobody_expected_is_told_and_logged_without_what_it_says(
    hub: SqlHub, token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_args: object) -> None:
        raise RuntimeError("某某 19900012345")

    monkeypatch.setattr(hub, "exchange_json", stumble)
    with served(hub) as address:
        answer = post(address, "exchange", BODY, token)

    assert answer.status_code == 500
    assert answer.json()["error"] == "Offline"
    assert "unexpected RuntimeError" in caplog.text
    assert "19900012345" not in caplog.text + answer.text
    assert "Traceback" not in caplog.text
