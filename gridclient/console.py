"""What every command shares: the program they belong to, their options, the vault they open, how they tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
import json
import os
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gridclient import paths
from gridclient.errors import Unfit

if TYPE_CHECKING:
    from gridclient.desk import Desk

app = typer.Typer(
    help="网格员工作台：不带命令时打开窗口。", add_completion=False, pretty_exceptions_enable=False
)

VaultPath = Annotated[
    Path | None, typer.Option("--vault", help="数据文件；没有时新建。默认放在用户数据文件夹。")
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="从文件第一行读口令；也可用环境变量 GRIDCLIENT_PASSPHRASE。"),
]
ScopeName = Annotated[str, typer.Option("--scope", help="楼栋、网格或社区的名称或编码；不填为全部。")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")]


@contextmanager
def desk_of(vault: Path | None, passphrase_file: Path | None, *, home: str = "") -> Iterator["Desk"]:
    """Open the vault at a path, or make it there, and close it whatever happens."""
    from gridclient.desk import Desk

    path = vault or paths.vault_file()
    new = not path.exists()
    passphrase = secret(passphrase_file, "GRIDCLIENT_PASSPHRASE", "口令", confirm=new)
    desk = Desk.create(path, passphrase, home=home) if new else Desk.open(path, passphrase)
    try:
        yield desk
    finally:
        desk.close()


def secret(file: Path | None, variable: str, title: str, *, confirm: bool = False) -> str:
    """A passphrase from a file, the environment or a prompt, in that order; Unfit when there is none to be had."""
    if file is not None:
        try:
            return file.read_text("utf-8").splitlines()[0]
        except (OSError, UnicodeDecodeError, IndexError) as error:
            raise Unfit(f"{title}文件读不出来", f"请检查文件是否存在、第一行是不是{title}。") from error
    if given := os.environ.get(variable):
        return given
    if not sys.stdin.isatty():
        raise Unfit(f"没有给出{title}", f"请用文件选项给出，或设置环境变量 {variable}。")
    return str(typer.prompt(title, hide_input=True, confirmation_prompt=confirm))


def now() -> datetime:
    """The time on the clock in the room."""
    return datetime.now().astimezone().replace(tzinfo=None)


def tell(as_json: bool, told: object, words: str) -> None:
    """Say it to a program or to a person."""
    if as_json:
        echo_json(told)
    else:
        typer.echo(words)


def echo_json(told: object) -> None:
    """Say it to a program."""
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
