"""A PostgreSQL of the tests' own: one cluster per session, one database per test, nothing left afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
import os
from pathlib import Path
import pwd
import shutil
import subprocess
import tempfile
import time
from typing import Any

import psycopg
import pytest

# Debian keeps them out of the way of those who only need a client.
_WHERE = os.pathsep.join([os.environ.get("PATH", ""), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))])
_NUMBERS = count(1)
_ALWAYS = ("max_connections=60", "listen_addresses=")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


# Standing input is what ties the two: it ends when whoever holds the other end does, even by a kill.
_TIED = 'folder=$1; shift; "$@" & read -r _; kill -QUIT $!; wait $!; rm -rf "$folder"'


@dataclass(frozen=True)
class Cluster:
    """A running server, reached through the socket in ``folder``; ``program`` ends with the session."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of a database as ``gridhub serve --database`` takes it."""
        return f"postgresql://gridhub@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a new, empty database; dropped at the end, whoever is still connected."""
        name = f"hub_{next(_NUMBERS)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(statement.encode())


@contextmanager
def running(*, durable: bool = False) -> Iterator[Cluster]:
    """A new cluster in a folder of its own; stopped and removed at the end. Skips where there is no PostgreSQL.

    ``durable`` writes through to the disk, as a centre's own does: for what is timed.
    """
    initdb, server = (shutil.which(name, path=_WHERE) for name in ("initdb", "postgres"))
    if initdb is None or server is None:
        pytest.skip("no PostgreSQL on this machine: initdb or postgres not found")
    # A short path of its own: a socket's name is limited, and pytest's folders are closed to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="gridhub-pg-"))
    try:
        who = _dropped(folder)
        founding = [
            initdb,
            *("-U", "gridhub", "-A", "trust", "-E", "UTF8"),
            "--locale=C",
            "--no-sync",
            str(folder / "data"),
        ]
        subprocess.run(founding, check=True, capture_output=True, cwd=folder, **who)
        with _program(server, folder, who, () if durable else _FAST) as program:
            cluster = Cluster(folder)
            _wait(program, cluster, folder / "log")
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _program(
    server: str, folder: Path, who: dict[str, Any], settings: tuple[str, ...]
) -> Iterator["subprocess.Popen[bytes]"]:
    """The server beneath a shell that ends it, and clears up, as soon as these tests are no more."""
    options = [
        part for one in (*_ALWAYS, *settings, f"unix_socket_directories={folder}") for part in ("-c", one)
    ]
    command = ["sh", "-c", _TIED, "sh", str(folder), server, "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", **who)
    try:
        yield program
    finally:
        assert program.stdin is not None
        program.stdin.close()
        program.wait(20)


def _dropped(folder: Path) -> dict[str, Any]:
    """How to start a program that will not run as root; the folder becomes its user's."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait(program: "subprocess.Popen[bytes]", cluster: Cluster, log: Path) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(cluster.url("postgres")).close()
        except psycopg.OperationalError:
            if program.poll() is not None or time.monotonic() > until:
                pytest.fail(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        else:
            return
