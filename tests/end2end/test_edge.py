"""The laptop's edge to a centre behind TLS: whom it believes, what it sends when it does not, and how it is let go."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
import socket
import ssl
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from gridclient.desk import Desk
from gridclient.errors import Unfit
from gridclient.records import Building
from gridclient.store.rounds import notes
from gridclient.store.vault import LIGHT
from sync import farewell
from sync.errors import Offline, Refused, Revoked, SignInNeeded, SyncError, Untrusted
from sync.remote import RemoteHub
from sync.server import tables
from sync.server.database import reading
from sync.server.hub import SqlHub
from tests.server import centre
from tests.server.line import speaker
from tests.support import certificates

ROOT = Path(__file__).parents[2]
PASSPHRASE = "一句只在测试里用的口令"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SqlHub]:
    with centre.opened(tmp_path) as hub:
        centre.add(hub, "wang")
        yield hub


@pytest.fixture
def address(hub: SqlHub) -> Iterator[str]:
    with centre.served(hub) as address:
        yield address


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.create(tmp_path / "laptop" / "a.vault", PASSPHRASE, home=centre.COMMUNITY, cost=LIGHT)
    yield made
    made.close()


@contextmanager
def eavesdropped(certificate: tuple[str, str]) -> Iterator[tuple[str, list[bytes]]]:
    """Something with a certificate at an address, and all that is said to it once the line is safe."""
    heard: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def listen(call: socket.socket) -> None:
        with context.wrap_socket(call, server_side=True) as safe:
            heard.append(safe.recv(1000))

    with speaker(listen) as address:
        yield address.replace("http:", "https:"), heard


def edit(desk: Desk, *names: str) -> None:
    for name in names:
        desk.replica.save(Building(name=name, area=centre.GRID))


def test_an_office_with_its_own_authority_is_reached_once_its_certificate_is_named(
    hub: SqlHub, desk: Desk, tmp_path: Path
) -> None:
    office = certificates.office()
    certificate, key = certificates.centre(office, tmp_path)

    with centre.served(hub, ssl_certfile=certificate, ssl_keyfile=key) as address:
        with pytest.raises(Untrusted, match="身份"):
            desk.sign_in(address, "wang", centre.PASSWORD)
        named = desk.trust(office.pem)
        desk.sign_in(address, "wang", centre.PASSWORD)
        edit(desk, "一栋")
        agreed = desk.sync().agreed
        desk.close()
        again = Desk.open(desk.vault.path, PASSPHRASE)
        kept = again.authority
        later = again.sync().agreed
        again.close()

    assert agreed
    assert later
    assert kept == named


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (lambda office, folder: certificates.centre(certificates.office("Somebody else"), folder), "身份"),
        (lambda office, folder: certificates.centre(office, folder, ended=True), "过期"),
        (lambda office, folder: certificates.centre(office, folder, host="hub.example"), "不属于这个地址"),
        (lambda office, folder: certificates.centre(office, folder, host="127.0.0.2"), "不属于这个地址"),
    ],
    ids=["another authority", "expired", "another name", "another address"],
)
def test_a_certificate_that_does_not_hold_is_told_and_nothing_is_sent(
    desk: Desk,
    tmp_path: Path,
    made: Callable[[certificates.Office, Path], tuple[str, str]],
    title: str,
) -> None:
    office = certificates.office()
    desk.trust(office.pem)

    with eavesdropped(made(office, tmp_path)) as (address, heard), pytest.raises(Refused) as told:
        desk.sign_in(address, "wang", centre.PASSWORD)

    assert title in told.value.title
    assert "没有发送任何内容" in told.value.advice
    assert heard == []
    assert not desk.signed_in


def test_the_ear_in_these_tests_hears_what_is_sent(desk: Desk, tmp_path: Path) -> None:
    office = certificates.office()
    desk.trust(office.pem)

    with eavesdropped(certificates.centre(office, tmp_path)) as (address, heard), pytest.raises(Offline):
        desk.sign_in(address, "wang", centre.PASSWORD)

    assert heard[0].startswith(b"POST /sync/v1/sign-in")


def test_a_named_authority_is_the_only_one_believed(desk: Desk) -> None:
    desk.trust(certificates.office().pem)
    hub = desk._reached("https://hub.example")
    context = hub._session.get_adapter("https://hub.example").poolmanager.connection_pool_kw["ssl_context"]

    assert [dict(part[0] for part in ca["subject"])["commonName"] for ca in context.get_ca_certs()] == [
        "Invented office"
    ]
    hub.close()


def test_an_authority_this_computer_trusts_need_not_be_named(
    hub: SqlHub, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, store = certificates.office(), tmp_path / "store.pem"
    store.write_bytes(office.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(store))
    certificate, key = certificates.centre(office, tmp_path)

    with centre.served(hub, ssl_certfile=certificate, ssl_keyfile=key) as address:
        desk.sign_in(address, "wang", centre.PASSWORD)

    assert desk.signed_in


@pytest.mark.expects_log  # the centre is told something that is no request
def test_a_centre_that_does_not_encrypt_is_not_taken_for_one_that_does(address: str, desk: Desk) -> None:
    with pytest.raises(Refused, match="没有用加密"):
        desk.sign_in(address.replace("http:", "https:"), "wang", centre.PASSWORD)


def test_a_line_others_can_read_is_refused_until_somebody_allows_it(desk: Desk) -> None:
    with pytest.raises(Refused, match="没有加密"):
        desk.sign_in("http://192.0.2.1:8765", "wang", centre.PASSWORD)
    for key, value in (("hub", "http://192.0.2.1:8765"), ("token", "a token")):
        desk.replica.set_meta(key, value)
    with pytest.raises(Refused, match="没有加密"):
        desk.sync()

    desk.open_line = True

    assert isinstance(desk.hub(), RemoteHub)
    assert desk.exposed


def test_a_round_tells_its_bytes(desk: Desk, address: str) -> None:
    desk.sign_in(address, "wang", centre.PASSWORD)
    edit(desk, *(f"{n}栋" for n in range(30)))

    desk.sync()
    desk.sync()

    idle, busy = notes(desk.replica)
    assert busy.sent > 1000
    assert busy.received > 100
    assert 0 < idle.sent < 400


@pytest.fixture
def withdrawn(desk: Desk, hub: SqlHub, address: str) -> Desk:
    """A laptop with a change the centre refused and two it never got, withdrawn by the office."""
    desk.sign_in(address, "wang", centre.PASSWORD)
    desk.replica.save(Building(name="不归我管", area=centre.OTHER))
    desk.sync()
    edit(desk, "一栋", "二栋")
    hub.accounts().revoke(hub.accounts().devices("wang")[0].id)
    return desk


def test_a_withdrawn_laptop_hands_in_everything_and_then_nothing_of_it_is_left(withdrawn: Desk) -> None:
    folder = withdrawn.vault.path.parent
    with pytest.raises(Unfit):
        withdrawn.wipe()

    with pytest.raises(Revoked):
        withdrawn.sync()
    owed, marked = withdrawn.owed, withdrawn.withdrawn
    withdrawn.wipe()

    assert (owed, marked) == (0, True)
    assert list(folder.rglob("*")) == []


def test_without_a_line_a_withdrawn_laptop_keeps_everything_until_it_is_handed_in(
    withdrawn: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_request: object) -> None:
        raise Offline("线路中断")

    with monkeypatch.context() as cut:
        cut.setattr(RemoteHub, "hand_in", lost)
        with pytest.raises(Revoked):
            withdrawn.sync()
    owed = withdrawn.owed
    with pytest.raises(Unfit):
        withdrawn.wipe()
    readable = withdrawn.replica.count(Building)
    edit(withdrawn, "三栋")
    with pytest.raises(Revoked):
        withdrawn.sync()

    assert (owed, readable) == (3, 3)
    assert withdrawn.owed == 0


def test_whoever_cannot_prove_to_be_the_centre_wipes_nothing(
    withdrawn: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Revoked):
        withdrawn.sync()
    monkeypatch.setattr("gridclient.desk.exposed", lambda _address: True)

    with pytest.raises(Unfit):
        withdrawn.wipe()

    assert withdrawn.replica.count(Building) == 3


def killed(path: Path, after: str) -> None:
    """Have another process do what a withdrawn laptop does, and end it without warning at a step of it."""
    steps = {
        "handing in": "desk.wipe = die",
        "the mark": "wipe.finish = die",
        "one key": "wipe._overwrite = one_key",
    }
    script = f"""
import os, sys
from pathlib import Path
from gridclient.desk import Desk
from gridclient.store import wipe
from sync.errors import Revoked
def die(*_told):
    os._exit(9)
def one_key(file, overwrite=wipe._overwrite):
    overwrite(file)
    die()
desk = Desk.open(sys.argv[1], sys.argv[2])
{steps[after]}
try:
    desk.sync()
except Revoked:
    desk.wipe()
"""
    done = subprocess.run([sys.executable, "-c", script, str(path), PASSPHRASE], cwd=ROOT, check=False)
    assert done.returncode == 9


def test_a_kill_between_handing_in_and_wiping_is_finished_at_the_next_start(
    withdrawn: Desk, hub: SqlHub
) -> None:
    path = withdrawn.vault.path
    withdrawn.close()
    killed(path, "handing in")

    again = Desk.open(path, PASSPHRASE)
    owed, marked = again.owed, again.withdrawn
    again.wipe()

    assert (owed, marked) == (0, True)
    assert sealed(hub) == 3
    assert list(path.parent.rglob("*")) == []


@pytest.mark.parametrize("after", ["the mark", "one key"])
def test_a_kill_while_wiping_is_finished_by_whatever_comes_next(
    withdrawn: Desk, hub: SqlHub, after: str
) -> None:
    path = withdrawn.vault.path
    withdrawn.close()
    killed(path, after)

    with pytest.raises(Revoked, match="停用"):
        Desk.open(path, PASSPHRASE)

    assert sealed(hub) == 3
    assert list(path.parent.rglob("*")) == []


def sealed(hub: SqlHub) -> int:
    """How many changes the centre keeps under seal."""
    with reading(hub.engine) as db:
        return int(db.execute(select(func.count()).select_from(tables.sealed)).scalar_one())


def test_a_new_vault_is_not_mistaken_for_one_that_was_being_wiped(desk: Desk) -> None:
    path = desk.vault.path.with_name("new.vault")
    path.with_name("new.vault.wiping").write_bytes(b"\n")

    Desk.create(path, PASSPHRASE, cost=LIGHT).close()

    again = Desk.open(path, PASSPHRASE)
    assert not again.withdrawn
    again.close()


def test_somebody_let_in_again_works_on_with_what_was_handed_in(
    withdrawn: Desk, hub: SqlHub, address: str
) -> None:
    with pytest.raises(Revoked):
        withdrawn.sync()

    withdrawn.sign_in(address, "wang", centre.PASSWORD)
    waiting = withdrawn.replica.pending()
    done = withdrawn.sync()

    assert not withdrawn.withdrawn
    assert (waiting, done.up) == (2, 2)
    assert len(farewell.owed(withdrawn.replica)) == 1  # refused before, and still for a person to look at


def test_an_account_that_ended_loses_nothing(desk: Desk, hub: SqlHub, address: str) -> None:
    desk.sign_in(address, "wang", centre.PASSWORD)
    edit(desk, "一栋")
    hub.accounts().disable("wang")

    with pytest.raises(SignInNeeded) as told:
        desk.sync()

    assert isinstance(told.value, SyncError)
    assert not desk.withdrawn
    assert desk.replica.pending() == 1


def test_the_way_out_of_this_computer_is_told_without_sending_anything(desk: Desk) -> None:
    desk.replica.set_meta("hub", "http://127.0.0.1:9")

    assert desk.way() == "127.0.0.1"
