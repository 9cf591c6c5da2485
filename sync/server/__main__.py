"""The command line of the centre, for whoever runs it: serve, accounts, laptops, backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import signal
from typing import Annotated

import msgspec
import typer

from sync.errors import Refused, SyncError
from sync.server.accounts import Accounts
from sync.server.backup import back_up, restore
from sync.server.database import open_database
from sync.server.hub import SqlHub
from sync.server.rights import Role
from sync.server.settings import Settings

READY = "gridhub 已启动："

app = typer.Typer(
    name="gridhub", no_args_is_help=True, add_completion=False, help="网格中心：让各台电脑的数据一致。"
)
account = typer.Typer(no_args_is_help=True, help="账号：谁可以登录，负责哪些网格。")
device = typer.Typer(no_args_is_help=True, help="电脑：哪些电脑登录过，停用丢失的电脑。")
app.add_typer(account, name="account")
app.add_typer(device, name="device")

Database = Annotated[str, typer.Option("--database", help="数据库文件或地址；默认见 GRIDHUB_DATABASE。")]
AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
PasswordFile = Annotated[Path | None, typer.Option("--password-file", help="从文件第一行读取密码。")]
Name = Annotated[str, typer.Argument(help="账号名。", show_default=False)]


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

    with _told(), _hub(database) as hub:
        if (certificate is None) != (key is None):
            raise Refused("证书和私钥要一起给出", "请同时写 --certificate 和 --key。")
        door = listen(host, port)
        url = f"{'https' if certificate else 'http'}://{host}:{door.getsockname()[1]}"
        application = create_app(hub, on_ready=lambda: typer.echo(f"{READY}{url}"))
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


@account.command("add")
def account_add(
    name: Name,
    role: Annotated[
        Role, typer.Option(help="grid_worker 网格员，clerk 内勤，subdistrict 街道，admin 管理员。")
    ],
    areas: Annotated[str, typer.Option(help="区域代码，用逗号隔开；每个代码包含它下面的全部网格。")] = "",
    display_name: Annotated[str, typer.Option(help="显示的姓名。")] = "",
    password_file: PasswordFile = None,
    database: Database = "",
) -> None:
    """新建账号。密码从 --password-file 或环境变量 GRIDHUB_PASSWORD 读取，否则当场输入。"""
    password = _password(password_file)
    with _accounts(database) as accounts:
        accounts.create(name, password=password, role=role, areas=areas.split(","), display_name=display_name)
    typer.echo(f"已新建账号 {name} ({role.label})")


@account.command("list")
def account_list(database: Database = "", as_json: AsJson = False) -> None:
    """列出全部账号。"""
    with _accounts(database) as accounts:
        found = accounts.all()
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        state = "已停用" if one.disabled else "正常"
        typer.echo("\t".join([one.name, one.display_name, one.role.label, ",".join(one.areas) or "-", state]))


@account.command("assign")
def account_assign(
    name: Name,
    areas: Annotated[str, typer.Option(help="区域代码，用逗号隔开；代替原来的。")],
    database: Database = "",
) -> None:
    """改变账号负责的区域。"""
    with _accounts(database) as accounts:
        accounts.assign(name, areas.split(","))
    typer.echo(f"账号 {name} 负责的区域已改变")


@account.command("reset")
def account_reset(name: Name, password_file: PasswordFile = None, database: Database = "") -> None:
    """重设密码，并允许重新登录。"""
    password = _password(password_file)
    with _accounts(database) as accounts:
        accounts.reset(name, password=password)
    typer.echo(f"账号 {name} 的密码已重设")


@account.command("disable")
def account_disable(name: Name, database: Database = "") -> None:
    """停用账号：不能登录，它的电脑也不能再同步。"""
    with _accounts(database) as accounts:
        accounts.disable(name)
    typer.echo(f"账号 {name} 已停用")


@device.command("list")
def device_list(
    owner: Annotated[str, typer.Option("--account", help="只列出这个账号的电脑。")] = "",
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """列出登录过的电脑。"""
    with _accounts(database) as accounts:
        found = accounts.devices(owner)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        state = "已停用" if one.revoked else "正常"
        typer.echo("\t".join([one.id, one.account, one.name, _moment(one.seen_at), state]))


@device.command("revoke")
def device_revoke(
    number: Annotated[str, typer.Argument(help="电脑的编号，见 device list。")], database: Database = ""
) -> None:
    """停用一台丢失或不再使用的电脑。"""
    with _accounts(database) as accounts:
        accounts.revoke(number)
    typer.echo(f"电脑 {number} 已停用")


@app.command("backup")
def backup_command(
    file: Annotated[Path, typer.Argument(help="备份写到哪个文件。")], database: Database = ""
) -> None:
    """备份数据库；中心可以照常运行。"""
    with _told():
        count = back_up(_file(database), file)
    typer.echo(f"已备份 {count} 条记录到 {file}")


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="备份文件。")],
    database: Database = "",
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。")] = False,
) -> None:
    """用备份代替现在的数据；各台电脑会把备份之后的改动再传一次。"""
    with _told():
        target = _file(database)
        if not yes:
            typer.confirm(f"用 {file} 代替 {target} 的全部数据？", abort=True)
        kept = restore(file, target)
    typer.echo("已恢复" + (f"，原来的数据保存在 {kept}" if kept else ""))


@app.command("new-epoch")
def new_epoch(
    database: Database = "", yes: Annotated[bool, typer.Option("--yes", help="不再询问。")] = False
) -> None:
    """用 pg_restore 等办法恢复数据库之后执行：各台电脑会把缺少的改动再传一次。"""
    with _told(), _hub(database) as hub:
        if not yes:
            typer.confirm("各台电脑会重新核对全部数据，确实恢复过数据库吗？", abort=True)
        hub.begin_epoch()
    typer.echo("已开始新的纪元")


def main() -> None:
    """Run the command line."""
    app()


def _leave(_signal: int, _frame: object) -> None:
    raise typer.Exit(0)


@contextmanager
def _told() -> Iterator[None]:
    """Say an expected error in two lines instead of a traceback."""
    try:
        yield
    except SyncError as error:
        typer.echo(error.title, err=True)
        if error.advice:
            typer.echo(error.advice, err=True)
        raise typer.Exit(1) from None


@contextmanager
def _hub(database: str) -> Iterator[SqlHub]:
    settings = _settings(database)
    secret = settings.kept_secret()
    engine = open_database(settings.url, secret)
    try:
        yield SqlHub(engine, secret, name=settings.name)
    finally:
        engine.dispose()


@contextmanager
def _accounts(database: str) -> Iterator[Accounts]:
    with _told(), _hub(database) as hub:
        yield hub.accounts()


def _settings(database: str) -> Settings:
    return Settings(database=database) if database else Settings()


def _file(database: str) -> Path:
    file = _settings(database).file
    if file is None:
        raise Refused("只有 SQLite 数据库用这个命令", "PostgreSQL 请用 pg_dump 和 pg_restore。")
    return file


def _password(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").splitlines()[0]
        except (OSError, UnicodeDecodeError, IndexError) as error:
            typer.echo(f"读不到密码文件 {file}", err=True)
            raise typer.Exit(1) from error
    if given := os.environ.get("GRIDHUB_PASSWORD"):
        return given
    return str(typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次"))


def _moment(millis: int) -> str:
    return datetime.fromtimestamp(millis / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


if __name__ == "__main__":
    main()
