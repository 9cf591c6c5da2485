"""A laptop behind a bad line, a wrong address or a foreign certificate is told so, and loses nothing."""

from datetime import UTC, datetime, timedelta
import ipaddress
from pathlib import Path
import socket
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import msgspec
import pytest
from sqlalchemy import create_engine
import zstandard

from sync import wire
from sync.digest import to_text
from sync.engine import Engine
from sync.errors import Forked, Gap, Garbled, Offline, Refused, Revoked, SignInNeeded
from sync.remote import RemoteHub
from sync.replica import Replica
from sync.server.hub import SqlHub
from tests.server.centre import GRID, ask, counts, made, served, sign_in
from tests.server.line import line, speaker
from tests.sync.toys import KINDS, ToyPerson


def test_the_same_answers_arrive_over_the_network(hub: SqlHub, address: str) -> None:
    with RemoteHub(address) as remote:
        token = sign_in(remote, "wang").token
        answer = ask(remote, token, made(1), made(2))

        assert answer.acked == 2
        assert len(answer.streams[0].echo) == 2
        assert (
            ask(remote, token, origin="other").streams[0].records
            == ask(hub, token, origin="third").streams[0].records
        )


def test_refusals_arrive_as_what_they_are(hub: SqlHub, address: str) -> None:
    with RemoteHub(address) as remote:
        token = sign_in(remote, "wang").token
        with pytest.raises(SignInNeeded, match="密码不对"):
            sign_in(remote, "wang", "wrong-password")
        with pytest.raises(SignInNeeded, match="重新登录"):
            ask(remote, "no-such-token")
        ask(remote, token, made(1))
        with pytest.raises(Gap) as gap:
            ask(remote, token, made(3))
        assert gap.value.expected == 2
        with pytest.raises(Forked):
            ask(remote, token, made(1))
        hub.accounts().revoke(hub.accounts().devices("wang")[0].id)
        with pytest.raises(Revoked):
            ask(remote, token)


def test_an_unreachable_centre_is_offline_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        free = door.getsockname()[1]

    with RemoteHub(f"http://127.0.0.1:{free}") as remote, pytest.raises(Offline) as offline:
        ask(remote, "token")

    assert offline.value.title == "现在连接不上中心"
    assert "自动上传" in offline.value.advice


@pytest.mark.parametrize("address", ["", "hub", "ftp://hub", "http://", "http://[::1", "http://a b"])
def test_an_address_that_is_none_is_refused_in_words(address: str) -> None:
    with RemoteHub(address) as remote, pytest.raises(Refused, match="地址"):
        ask(remote, "token")


def test_a_token_that_cannot_be_sent_is_no_crash(address: str) -> None:
    with RemoteHub(address) as remote, pytest.raises(Garbled):
        ask(remote, "两行\n")


def test_a_login_page_of_the_network_is_not_taken_for_the_centre() -> None:
    def portal(call: socket.socket) -> None:
        call.recv(65536)
        page = b"<html>please log in</html>"
        call.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page
        )

    with speaker(portal) as address, RemoteHub(address) as remote, pytest.raises(Offline, match="不像"):
        ask(remote, "token")


@pytest.mark.parametrize("body", [b"nonsense", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b""])
def test_a_broken_answer_is_offline(body: bytes) -> None:
    def broken(call: socket.socket) -> None:
        call.recv(65536)
        call.sendall(body)

    with speaker(broken) as address, RemoteHub(address) as remote, pytest.raises(Offline):
        ask(remote, "token")


def test_a_stall_is_given_up() -> None:
    over = threading.Event()

    with speaker(lambda _call: over.wait(20)) as address:
        with RemoteHub(address, stall_s=0.2) as remote, pytest.raises(Offline):
            ask(remote, "token")
        over.set()


def test_a_closing_window_ends_a_waiting_call_at_once() -> None:
    over = threading.Event()

    with speaker(lambda _call: over.wait(20)) as address, RemoteHub(address) as remote:
        stopper = threading.Timer(0.2, remote.stop)
        stopper.start()
        begun = time.monotonic()
        with pytest.raises(Offline, match="停止"):
            ask(remote, "token")
        took = time.monotonic() - begun
        with pytest.raises(Offline, match="停止"):
            ask(remote, "token")
        stopper.join()
        over.set()

    assert took < 5


def test_a_line_cut_anywhere_in_the_answer_changes_nothing_when_repeated(hub: SqlHub, address: str) -> None:
    token = sign_in(hub, "wang").token

    for turn, after in enumerate([0, 1, 40, 150, 260, 400], 1):
        origin, changes = f"laptop-{turn}", [made(n) for n in range(1, 31)]
        with line(address, after=after) as cut, RemoteHub(cut) as remote, pytest.raises(Offline):
            ask(remote, token, *changes, origin=origin)
        with line(address, after=None) as whole, RemoteHub(whole) as remote:
            answer = ask(remote, token, *changes, origin=origin)

        held = counts(hub)
        assert answer.acked == 30
        assert [receipt.mseq for receipt in answer.receipts] == list(range(1, 31))
        assert (held["record"], held["receipt"], held["journal"]) == (30 * turn, 30 * turn, turn)


def _certificate(folder: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Invented office")])
    now = datetime.now(UTC)
    made_ = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "hub.pem", folder / "hub.key"
    certificate.write_bytes(made_.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return str(certificate), str(private)


def test_the_offices_own_authority_is_trusted_when_named_and_not_otherwise(
    hub: SqlHub, tmp_path: Path
) -> None:
    certificate, key = _certificate(tmp_path)

    with served(hub, ssl_certfile=certificate, ssl_keyfile=key) as address:
        with RemoteHub(address, verify=certificate) as remote:
            assert sign_in(remote, "wang").account == "wang"
        with RemoteHub(address) as remote, pytest.raises(Refused, match="身份"):
            sign_in(remote, "wang")


def test_an_authority_file_that_is_not_there_is_told(address: str, tmp_path: Path) -> None:
    secure = address.replace("http:", "https:")

    with RemoteHub(secure, verify=str(tmp_path / "none.pem")) as remote, pytest.raises(Refused, match="证书"):
        ask(remote, "token")


def test_what_arrives_may_not_ask_for_much_memory() -> None:
    plain = msgspec.json.encode("测" * 1_000_000)
    wide = zstandard.ZstdCompressionParameters(window_log=27)
    hungry = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    asking = hungry.compress(plain) + hungry.flush()

    with pytest.raises(Garbled):
        wire.inflate(asking, limit=wire.BODY_LIMIT)
    with pytest.raises(wire.Oversized):
        wire.inflate(zstandard.compress(plain), limit=len(plain) - 1)
    assert wire.inflate(zstandard.compress(plain), limit=len(plain)) == plain


@pytest.mark.parametrize("size", [1, wire.WINDOW, wire.BODY_LIMIT // 2])
def test_whatever_this_program_sends_it_also_reads(size: int) -> None:
    message = "x" * size

    assert wire.from_wire(wire.to_wire(message), str, limit=size + 2) == message


def test_a_round_over_the_line_sends_the_queue_as_it_lies(address: str, tmp_path: Path) -> None:
    disks = [create_engine(f"sqlite:///{tmp_path / name}.db") for name in ("one", "other")]
    one, other = (Replica(disk, KINDS, author="wang") for disk in disks)
    one.import_many(ToyPerson(area=GRID, name=f"测试“{n}”\\\n") for n in range(300))
    with RemoteHub(address) as remote:
        token = sign_in(remote, "wang").token
        done = Engine(one, remote, token).round()
        Engine(other, remote, token).round()

    assert (done.up, done.agreed) == (300, True)
    assert [p.name for p in other.all(ToyPerson)] == [p.name for p in one.all(ToyPerson)]
    assert other.digest(GRID) == one.digest(GRID) != to_text(0)
    for disk in disks:
        disk.dispose()
