"""Photos over a real line: odd addresses, a line cut at every byte, and a laptop that goes on where it was."""

from collections.abc import Iterator
import json
from pathlib import Path
import socket
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
import requests

from sync.blobs import CHUNK
from sync.errors import Garbled, Refused, SignInNeeded
from sync.remote import RemoteHub
from sync.server.hub import SqlHub
from tests.server.centre import served, sign_in
from tests.server.photos import fetched, of, photo, send, store_in


@pytest.fixture
def token(hub: SqlHub) -> str:
    return sign_in(hub, "wang").token


@pytest.fixture
def address(hub: SqlHub, tmp_path: Path) -> Iterator[str]:
    with store_in("folder", tmp_path) as store, served(hub, blobs=hub.blobs(store)) as address:
        yield address


def test_a_photo_goes_up_and_down(hub: SqlHub, address: str, token: str) -> None:
    one = photo(hub, token, of(2 * CHUNK + 3))
    with RemoteHub(address) as remote:
        assert send(remote, token, one).stored
        assert fetched(remote, token, one[0]) == one[1]
        assert remote.sent >= len(one[1])


def test_refusals_arrive_as_what_they_are(hub: SqlHub, address: str, token: str) -> None:
    blob, data = photo(hub, token, of(50))
    with RemoteHub(address) as remote:
        with pytest.raises(Refused, match="没有在等"):
            remote.put_chunk(token, blob, 0, data)
        with pytest.raises(Garbled):
            remote.put_chunk(token, blob, 1, data)
        with pytest.raises(Garbled):
            remote.put_chunk(token, blob, 0, data + b"!")
        with pytest.raises(Refused, match="还没有"):
            remote.chunk(token, blob, 0)
        with pytest.raises(SignInNeeded):
            remote.chunk("nobody", blob, 0)


@pytest.mark.parametrize(
    "place",
    [
        "x/0",
        f"{'0' * 64}/x",
        f"{'0' * 64}/-1",
        f"{'0' * 64}/0?record=%00&size=5",
        f"{'0' * 64}/0?record=..%2F..&size=5",
        f"{'0' * 64}/0?record={'0' * 32}&size=nan",
        f"{'0' * 64}/99999999999999999999?record={'0' * 32}&size=5",
        f"{'0' * 64}/٣?record={'0' * 32}&size=5",
        "%2e%2e%2f%2e%2e/0",
        "a%00b/0",
    ],
)
def test_odd_addresses_are_answered_in_words(address: str, token: str, place: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for method in ("PUT", "GET"):
            url = f"{address}/sync/v1/blobs/{place}"
            headers = {"Authorization": f"Bearer {token}"}
            answer = session.request(method, url, data=b"12345", headers=headers, timeout=20)

            assert answer.status_code in (400, 404, 422), answer.status_code
            assert answer.json()["title"]


def test_a_chunk_that_is_too_large_is_refused(hub: SqlHub, address: str, token: str) -> None:
    blob, _ = photo(hub, token, of(2 * CHUNK))
    with requests.Session() as session:
        session.trust_env = False
        place = f"{address}/sync/v1/blobs/{blob.sha256}/0?record={blob.record}&size={blob.size}"
        headers = {"Authorization": f"Bearer {token}", "Content-Length": str(CHUNK + 1)}
        answer = session.put(place, data=bytes(CHUNK + 1), headers=headers, timeout=20)

    assert answer.status_code == 413


def test_a_stranger_is_sent_away_before_a_chunk_is_read(hub: SqlHub, address: str, token: str) -> None:
    blob, _ = photo(hub, token, of(2 * CHUNK))
    host, port = address.removeprefix("http://").split(":")
    head = (
        f"PUT /sync/v1/blobs/{blob.sha256}/0?record={blob.record}&size={blob.size} HTTP/1.1\r\n"
        f"Host: {host}\r\nAuthorization: Bearer stranger\r\nContent-Length: {CHUNK}\r\n\r\n"
    )

    with socket.create_connection((host, int(port)), timeout=20) as knock:
        knock.sendall(head.encode())
        answer = knock.recv(65536)

    assert answer.startswith(b"HTTP/1.1 401")


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_question_about_photos_makes_the_centre_stumble(
    address: str, token: str, data: st.DataObject
) -> None:
    odd = st.one_of(st.text(max_size=70), st.sampled_from(["0" * 32, "f" * 64, "..", "%2e", "1" * 400]))
    number = st.one_of(st.integers(), st.sampled_from([0, -1, CHUNK, 1 << 62, 1 << 80]))
    blob = st.fixed_dictionaries({"record": odd, "sha256": odd, "size": number})
    body = json.dumps({"blobs": data.draw(st.lists(blob, max_size=4))}).encode()
    place = f"/{quote(data.draw(odd), safe='')}/{quote(str(data.draw(number)), safe='')}"
    asked = urlencode({"record": data.draw(odd), "size": data.draw(number)}, errors="surrogatepass")

    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {token}"}
        answers = [
            session.request(method, f"{address}/sync/v1/blobs{rest}", data=body, headers=headers, timeout=20)
            for method, rest in (("POST", ""), ("PUT", f"{place}?{asked}"), ("GET", f"{place}?{asked}"))
        ]

    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    assert all(answer.headers["content-type"] == "application/json" for answer in answers)
