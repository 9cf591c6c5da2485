"""The command line of the centre, for whoever runs it: ``gridhub serve``, and one command for each act of the office."""

import logging
from pathlib import Path
import signal
from typing import Annotated

import typer

from sync.errors import Refused
from sync.server.console import data, people, sealed
from sync.server.console.options import Database, opened, settings_of

READY = "gridhub 已启动："

app = typer.Typer(
    name="gridhub", no_args_is_help=True, add_completion=False, help="网格中心：让各台电脑的数据一致。"
)
app.add_typer(people.account, name="account")
app.add_typer(people.device, name="device")
app.add_typer(people.audit, name="audit")
app.add_typer(sealed.quarantine, name="quarantine")
app.command("backup")(data.backup_command)
app.command("restore")(data.restore_command)
app.command("new-epoch")(data.new_epoch)
app.command("views")(data.views_command)


@app.command()
def serve(
    database: Database = "",
    host: Annotated[str, typer.Option(help="监听的地址；0.0.0.0 表示所有网卡。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口；0 表示任选一个空闲的。")] = 8765,
    certificate: Annotated[Path | None, typer.Option(help="TLS 证书文件（PEM）。")] = None,
    key: Annotated[Path | None, typer.Option(help="TLS 私钥文件（PEM）。")] = None,
) -> None:
    """启动中心，直到按 Ctrl+C。"""
    # Imported here: the other commands need no web server.
    import uvicorn

    from sync.server.app import create_app, listen
    from sync.server.blob_store import BlobStore

    with opened(database) as hub:
        if (certificate is None) != (key is None):
            raise Refused("证书和私钥要一起给出", "请同时写 --certificate 和 --key。")
        door = listen(host, port)
        url = f"{'https' if certificate else 'http'}://{host}:{door.getsockname()[1]}"
        photos = hub.blobs(BlobStore(settings_of(database).photo_store))
        application = create_app(hub, blobs=photos, on_ready=lambda: typer.echo(f"{READY}{url}"))
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        config = uvicorn.Config(
            application,
            log_config=None,
            log_level="warning",
            access_log=False,
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=10,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        # The server raises the signal that ended it once more; answered here, the database is closed properly.
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, _leave)
        with door:
            uvicorn.Server(config).run(sockets=[door])


def main() -> None:
    """Run the command line."""
    app()


def _leave(_signal: int, _frame: object) -> None:
    raise typer.Exit(0)


if __name__ == "__main__":
    main()
