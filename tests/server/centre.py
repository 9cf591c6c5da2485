"""A real centre for tests: on a file, and on loopback behind a real web server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import threading
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Table, func, select
import uvicorn

from sync.clock import pack, wall_millis
from sync.protocol import Answer, Change, Exchange, Have, Signed, SignIn
from sync.record import new_id
from sync.server import tables
from sync.server.app import create_app, listen
from sync.server.database import open_database, reading
from sync.server.hub import SqlHub
from sync.server.rights import Role

SECRET = "3fY0pUq8wZ-vR5nK2xTb7LcJ9aHd4GmE"  # invented for tests
PASSWORD = "tong-guo-2026"
COMMUNITY = "510001001001"
GRID = "510001001001003"
BESIDE = "510001001001004"
OTHER = "510001001002001"


@contextmanager
def opened(folder: Path, *, url: str = "", **options: Any) -> Iterator[SqlHub]:
    """A hub on a new SQLite file or the database at ``url``, with the cheapest password hashing there is."""
    engine = open_database(url or f"sqlite:///{folder / 'hub.db'}", SECRET)
    try:
        yield SqlHub(
            engine, SECRET, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), **options
        )
    finally:
        engine.dispose()


@contextmanager
def served(hub: Any, **options: Any) -> Iterator[str]:
    """The address of a hub behind HTTP; stopped and joined at the end."""
    ready = threading.Event()
    with listen("127.0.0.1", 0) as door:
        app = create_app(hub, blobs=options.pop("blobs", None), on_ready=ready.set)
        config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", **options)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, name="centre")
        thread.start()
        try:
            assert ready.wait(10)
            scheme = "https" if options.get("ssl_certfile") else "http"
            yield f"{scheme}://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def add(hub: SqlHub, name: str, areas: str = GRID, role: Role = Role.GRID_WORKER) -> None:
    hub.accounts().create(
        name, password=PASSWORD, role=role, areas=areas.split(","), display_name=name.title()
    )


def sign_in(hub: Any, name: str, password: str = PASSWORD) -> Signed:
    return hub.sign_in(SignIn(account=name, password=password, device="网格一号电脑"))


def made(mseq: int, *, area: str = GRID, by: str = "wang", id_: str = "", **values: Any) -> Change:
    """A new household, as a laptop would send it."""
    return Change(
        mseq=mseq,
        tx=mseq,
        kind="household",
        id=id_ or new_id(),
        area=area,
        groups={name: {name: value} for name, value in (values or {"room": f"{mseq}室"}).items()},
        at=pack(wall_millis()),
        by=by,
        made=True,
    )


def ask(hub: Any, token: str, *changes: Change, origin: str = "laptop-one", **more: Any) -> Answer:
    have = {area: Have(cursor) for area, cursor in more.pop("have", {}).items()}
    request = Exchange(origin=origin, now=wall_millis(), changes=list(changes), have=have, **more)
    return hub.exchange(token, request)


def counts(hub: SqlHub) -> dict[str, int]:
    """How many rows each table holds that a laptop could have written to, and how many changes have a receipt."""
    watched: list[Table] = [tables.record, tables.journal, tables.history, tables.area]
    run = tables.taken.c
    with reading(hub.engine) as db:
        held = {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one() for table in watched
        }
        return held | {"receipt": db.execute(select(func.sum(run.last - run.first + 1))).scalar() or 0}
