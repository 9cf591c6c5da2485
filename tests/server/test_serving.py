"""A centre at work ends politely, keeps its workers, and shows a certificate the office trusts."""

from collections.abc import Callable, Iterator
import json
import os
from pathlib import Path
import signal
import socket
import subprocess
import time

import msgspec
import pytest
import requests

from sync.errors import Offline, Refused
from sync.protocol import Exchange
from sync.remote import RemoteHub
from tests.server.centre import PASSWORD, SECRET, ask, made, sign_in
from tests.server.console import run, started
from tests.server.postgres import Cluster
from tests.support import certificates

Running = tuple[str, "subprocess.Popen[str]"]


@pytest.fixture
def district(
    database: Path, password: None, monkeypatch: pytest.MonkeyPatch, cluster: Cluster
) -> Iterator[Running]:
    """A centre of two workers on PostgreSQL."""
    monkeypatch.setenv("GRIDHUB_SECRET", SECRET)
    monkeypatch.setenv("GRIDHUB_PHOTOS", str(database.parent / "photos"))
    with cluster.database() as url, started("--database", url, serve=["--workers", "2"]) as centre:
        yield centre


def workers_of(process: "subprocess.Popen[str]") -> set[int]:
    """The workers a centre has now, by process id."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(child) for child in children if "spawn_main" in _command(child)}


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def until(condition: Callable[[], bool]) -> None:
    """Wait for something another process does."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def begun(address: str, token: str) -> tuple[socket.socket, bytes]:
    """A request of which half has been sent, and the other half."""
    body = msgspec.json.encode(Exchange(origin="laptop-one", now=1, changes=[made(n) for n in range(1, 40)]))
    head = f"POST /sync/v1/exchange HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    host, port = address.removeprefix("http://").split(":")
    call = socket.create_connection((host, int(port)), timeout=20)
    call.sendall(head.encode() + body[:100])
    return call, body[100:]


def shut(address: str) -> bool:
    """True once nobody answers there any more."""
    host, port = address.removeprefix("http://").split(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError:
        return True
    return False


def test_what_is_under_way_is_finished_before_a_centre_ends(database: Path, password: None) -> None:
    with started() as (address, process):
        with RemoteHub(address) as remote:
            token = sign_in(remote, "wang").token
        call, rest = begun(address, token)
        with call:
            time.sleep(0.3)  # the head has reached the server, which must not take it for a call not yet made
            process.send_signal(signal.SIGTERM)
            until(lambda: shut(address))
            call.sendall(rest)
            answer = call.recv(65536)
        out, err = process.communicate(timeout=20)

    assert answer.startswith(b"HTTP/1.1 200")
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.postgres
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="tells processes apart by /proc")
def test_workers_share_one_door_are_replaced_when_they_die_and_end_together(district: Running) -> None:
    address, process = district
    before = workers_of(process)
    with RemoteHub(address) as remote:
        token = sign_in(remote, "wang").token

    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(workers_of(process)) == 2 and workers_of(process) != before)
    for n in range(1, 10):
        with RemoteHub(address) as another:
            assert ask(another, token, made(n)).acked == n
    after = workers_of(process)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)

    assert len(before) == 2
    assert (process.returncode, out) == (0, "")
    assert "another one takes its place" in err
    assert not any(_command(str(worker)) for worker in before | after)


@pytest.mark.postgres
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="tells processes apart by /proc")
def test_workers_do_not_outlive_the_centre_that_started_them(district: Running) -> None:
    address, process = district
    workers = workers_of(process)

    process.kill()

    until(lambda: not any(_command(str(worker)) for worker in workers))
    assert shut(address)


def test_a_certificate_of_the_offices_own_authority_is_shown_when_the_flags_say_so(
    database: Path, password: None, tmp_path: Path
) -> None:
    office = certificates.office()
    (tmp_path / "office.pem").write_bytes(office.pem)
    certificate, key = certificates.centre(office, tmp_path)

    with started(serve=["--certificate", certificate, "--key", key]) as (address, _process):
        with RemoteHub(address, verify=str(tmp_path / "office.pem")) as trusting:
            answer = ask(trusting, sign_in(trusting, "wang").token, made(1))
        with RemoteHub(address) as strange, pytest.raises(Refused, match="身份"):
            sign_in(strange, "wang")
        with RemoteHub(address.replace("https", "http")) as plain, pytest.raises(Offline):
            sign_in(plain, "wang")

    assert address.startswith("https://")
    assert answer.acked == 1


def test_a_certificate_and_a_key_that_do_not_fit_are_told_in_words(
    database: Path, password: None, tmp_path: Path
) -> None:
    office = certificates.office()
    certificate, _key = certificates.centre(office, tmp_path)
    (tmp_path / "other.key").write_bytes(certificates.office().private)

    told = run("serve", "--port", "0", "--certificate", certificate, "--key", str(tmp_path / "other.key"))

    assert told.exit_code == 1
    assert "证书或私钥用不了" in told.stderr
    assert not database.exists()


def test_an_address_told_by_a_stranger_is_not_believed(database: Path, password: None) -> None:
    signing = {"account": "wang", "password": PASSWORD, "device": "x"}
    claimed = {"X-Forwarded-For": "198.51.100.7"}

    with started(serve=["--proxy", "192.0.2.1"]) as (address, _process), requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{address}/sync/v1/sign-in", json=signing, headers=claimed, timeout=20)

    assert answer.status_code == 200
    (line,) = json.loads(run("audit", "list", "--act", "device.new", "--json").stdout)
    assert line["detail"] == "address=127.0.0.1"
