"""The command that keeps a centre at work: one process, or several behind one door and on one database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import logging
import multiprocessing
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
import signal
import socket
import ssl
import threading
from typing import Annotated

import typer

from sync.errors import Refused
from sync.server.console.options import Database, opened, settings_of, told
from sync.server.hub import SqlHub

READY = "gridhub 已启动："
KEEP_ALIVE_S = 60  # a laptop of many years takes its time between two exchanges of one round
FAREWELL_S = 10  # how long requests under way may take when the centre is told to end
WORKERS_MOST = 64

log = logging.getLogger("gridhub")


def serve(
    database: Database = "",
    host: Annotated[str, typer.Option(help="监听的地址；0.0.0.0 表示所有网卡。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口；0 表示任选一个空闲的。")] = 8765,
    certificate: Annotated[Path | None, typer.Option(help="TLS 证书文件（PEM）。")] = None,
    key: Annotated[Path | None, typer.Option(help="TLS 私钥文件（PEM）。")] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=WORKERS_MOST, help="进程数；多于一个时必须用 PostgreSQL。")
    ] = 1,
    proxy: Annotated[
        str, typer.Option(help="反向代理的地址，用逗号隔开；只相信它们转告的来访地址。")
    ] = "127.0.0.1",
) -> None:
    """启动中心，直到按 Ctrl+C 或收到 SIGTERM；正在进行的同步会先做完。"""
    # Imported here, as below: the other commands need no web server.
    from sync.server.app import listen

    with told():
        _check_certificate(certificate, key)
        if workers > 1 and settings_of(database).file is not None:
            raise Refused("SQLite 只能用一个进程", "要用多个进程，请换成 PostgreSQL，见 docs/server.md。")
        serving = _Serving(database, str(certificate or ""), str(key or ""), proxy)
        with opened(database) as hub, listen(host, port) as door:
            url = f"{'https' if certificate else 'http'}://{host}:{door.getsockname()[1]}"
            with _until_told():
                if workers == 1:
                    _answer(hub, serving, door, lambda: typer.echo(f"{READY}{url}"))
                else:
                    _answer_with(workers, serving, door, lambda: typer.echo(f"{READY}{url}"))


@dataclass(frozen=True)
class _Serving:
    """What every process of a centre is told: the database as typed, the files of its certificate, its proxies."""

    database: str
    certificate: str
    key: str
    proxy: str


def _check_certificate(certificate: Path | None, key: Path | None) -> None:
    if (certificate is None) != (key is None):
        raise Refused("证书和私钥要一起给出", "请同时写 --certificate 和 --key。")
    if certificate is None or key is None:
        return
    try:
        # A key under a passphrase would be asked for in every process, and nobody sits there.
        ssl.create_default_context().load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:
        raise Refused("证书或私钥用不了", "两者都应是 PEM 文件，互相配对，私钥没有口令。") from error


def _answer(hub: SqlHub, serving: _Serving, door: socket.socket, on_ready: Callable[[], None]) -> None:
    """Answer laptops until a signal; what is under way is finished first."""
    import uvicorn

    from sync.server.app import create_app
    from sync.server.blob_store import BlobStore

    photos = hub.blobs(BlobStore(settings_of(serving.database).photo_store))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    config = uvicorn.Config(
        create_app(hub, blobs=photos, on_ready=on_ready),
        log_config=None,
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=FAREWELL_S,
        forwarded_allow_ips=serving.proxy,
        ssl_certfile=serving.certificate or None,
        ssl_keyfile=serving.key or None,
    )
    uvicorn.Server(config).run(sockets=[door])


def _answer_with(count: int, serving: _Serving, door: socket.socket, on_ready: Callable[[], None]) -> None:
    """Keep so many workers answering at one door; one that dies is replaced, one that cannot begin ends it all."""
    workers = dict[SpawnProcess, Connection]()
    try:
        for _number in range(count):
            _start(workers, serving, door)
        for told_by in workers.values():
            _await(told_by)
        on_ready()
        while True:
            wait([process.sentinel for process in workers])
            for process in [one for one in workers if one.exitcode is not None]:
                log.error("a worker ended with %s; another one takes its place", process.exitcode)
                workers.pop(process).close()
                _await(_start(workers, serving, door))
    finally:
        for process in workers:
            process.terminate()
        for process, told_by in workers.items():
            process.join(FAREWELL_S + 5)
            process.kill()
            process.join()
            told_by.close()


def _start(workers: dict[SpawnProcess, Connection], serving: _Serving, door: socket.socket) -> Connection:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(serving, door, there), name="gridhub worker")
    process.start()
    there.close()
    workers[process] = here
    return here


def _await(told_by: Connection) -> None:
    try:
        told_by.recv()
    except EOFError as error:
        raise Refused("有一个进程没有启动", "原因见上面的说明。") from error


def _work(serving: _Serving, door: socket.socket, tell: Connection) -> None:
    """One worker: answers until it is told to end, or until whoever started it is no more."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - it is what started this process
    threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()
    with opened(serving.database) as hub, _until_told():
        _answer(hub, serving, door, lambda: tell.send("ready"))


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    signal.raise_signal(signal.SIGTERM)


@contextmanager
def _until_told() -> Iterator[None]:
    """Let a signal end the block quietly. The web server raises the one that ended it once more."""
    before = {one: signal.signal(one, _leave) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except _Told:
        pass
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


class _Told(BaseException):
    """Somebody asked the centre to end."""


def _leave(_signal: int, _frame: object) -> None:
    # Whoever asks twice does not end it faster, but might leave workers behind.
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    raise _Told
