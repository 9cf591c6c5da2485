"""Nothing that arrives over the network does harm: it is answered in words, and changes nothing."""

import json

import msgspec
import pytest
import requests
import zstandard

from sync import wire
from sync.protocol import HOLDINGS_LIMIT, Exchange, Verdict
from sync.server.hub import SqlHub
from tests.server.centre import ask, counts, made, sign_in

DOORS = ("sign-in", "exchange", "repair")


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


def test_an_unknown_door_is_answered_in_words(address: str) -> None:
    answer = post(address, "no-such-door", b"")

    assert answer.status_code == 404
    assert answer.json()["title"]


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
