"""What every command shares: the database it opens, the words for its mistakes, who is acting."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
import getpass
import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sync.errors import Refused, SyncError
from sync.server.database import open_database
from sync.server.hub import SqlHub
from sync.server.settings import Settings

Database = Annotated[str, typer.Option("--database", help="数据库文件或地址；默认见 GRIDHUB_DATABASE。")]
AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
Yes = Annotated[bool, typer.Option("--yes", help="不再询问。")]
PasswordFile = Annotated[Path | None, typer.Option("--password-file", help="从文件第一行读取密码。")]


@contextmanager
def told() -> Iterator[None]:
    """Say an expected error in two lines instead of a traceback, and end with 1."""
    try:
        yield
    except SyncError as error:
        typer.echo(error.title, err=True)
        if error.advice:
            typer.echo(error.advice, err=True)
        raise typer.Exit(1) from None


@contextmanager
def opened(database: str) -> Iterator[SqlHub]:
    """The centre on this database; its errors are told in words."""
    with told():
        settings = settings_of(database)
        secret = settings.kept_secret()
        engine = open_database(settings.url, secret)
        try:
            yield SqlHub(engine, secret, name=settings.name)
        finally:
            engine.dispose()


def settings_of(database: str) -> Settings:
    """The settings, with the database named on the command line before that of the environment."""
    return Settings(database=database) if database else Settings()


def actor() -> str:
    """Who types: the console, and the computer's own name for its user."""
    try:
        return f"console/{getpass.getuser()}"
    except (KeyError, OSError):  # a container may have a number for a user and no name
        return f"console/{os.getuid() if hasattr(os, 'getuid') else ''}"


def password(file: Path | None) -> str:
    """The password from a file, the environment, or typed twice."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").splitlines()[0]
        except (OSError, UnicodeDecodeError, IndexError) as error:
            raise Refused(f"读不到密码文件 {file}", "文件的第一行应当是密码，编码为 UTF-8。") from error
    if given := os.environ.get("GRIDHUB_PASSWORD"):
        return given
    return str(typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次"))


def say(rows: Sequence[object], lines: Sequence[Sequence[str]], *, as_json: bool) -> None:
    """A list, as JSON for programs or one line each for people."""
    if as_json:
        typer.echo(msgspec.json.encode(rows).decode())
        return
    for line in lines:
        typer.echo("\t".join(map(_shown, line)))


def moment(millis: int) -> str:
    """A time in milliseconds as the office's clock on the wall shows it; one that no calendar has as a number."""
    try:
        return datetime.fromtimestamp(millis / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return f"{millis} ms"


def _shown(text: str) -> str:
    """A text of whoever sent it, unable to command a terminal: no line ends, no colours, no letters turned about."""
    return "".join(c if c.isprintable() or c == "\u3000" else "\N{REPLACEMENT CHARACTER}" for c in text)


def millis(text: str) -> int:
    """The beginning of a day written ``2026-11-22``, or a moment ``2026-11-22 08:30``, by the clock on the wall."""
    try:
        return int(datetime.fromisoformat(text).astimezone().timestamp() * 1000)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused(f"日期写法不对：{text[:32]}", "例：2026-11-22 或 2026-11-22T08:30") from error
