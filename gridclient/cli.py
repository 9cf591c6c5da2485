"""The command line: the same core as the window, for scripts and for machines without a screen.

Exit codes: 0 done, 1 done with rows or changes that need a person, 2 an expected failure told in one sentence.
"""

import gc
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gridclient import __version__, cli_books, paths, settings
from gridclient.console import AsJson, PassphraseFile, ScopeName, VaultPath, app, desk_of, now, secret, tell
from gridclient.errors import GridError, Unfit
from sync.errors import Revoked, SyncError

if TYPE_CHECKING:
    from gridclient.desk import Desk
    from sync.engine import Round

# Importing it makes the commands for workbooks part of the program.
__all__ = ["app", "cli_books", "main"]
COLLECT_AT = 100_000  # objects made since the last collection: an import makes millions that all stay


def main() -> None:
    """Run the command line; every expected failure ends in a sentence on standard error, never in a traceback."""
    gc.set_threshold(COLLECT_AT)
    try:
        app()
    except (GridError, SyncError) as error:
        typer.echo(
            "。".join(part.rstrip("。") for part in (error.title, error.advice) if part) + "。", err=True
        )
        sys.exit(2)


@app.callback(invoke_without_command=True, help="网格员工作台：不带命令时打开窗口。")
def window(
    context: typer.Context,
    vault: VaultPath = None,
    version: Annotated[bool, typer.Option("--version", help="显示版本。")] = False,
) -> None:
    """Open the window when no command is given."""
    if version:
        typer.echo(__version__)
    elif context.invoked_subcommand is None:
        from gridclient.app import run

        raise typer.Exit(run(vault))


@app.command(help="把台账印成 PDF 或 Excel；每次都留痕。")
def ledger(
    name: Annotated[str, typer.Argument(help="台账名称，如 常住人口台账；留空列出全部。")] = "",
    vault: VaultPath = None,
    passphrase_file: PassphraseFile = None,
    scope: ScopeName = "",
    period: Annotated[str, typer.Option(help="2026-10、2026、2026Q3 或 2026-09-01..2026-10-31。")] = "",
    out: Annotated[
        list[Path] | None,
        typer.Option(help="写到这里：.pdf 或 .xlsx，可给多个；给文件夹时两种各写一份。"),
    ] = None,
    masked: Annotated[
        bool | None, typer.Option("--masked/--full", help="遮住证件号、电话，或写完整号码（须写用途）。")
    ] = None,
    why: Annotated[str, typer.Option(help="用途，记入查看记录；写了用途就是完整号码。")] = "",
    form: Annotated[str, typer.Option(help="空白表 或 预填表；不填为按记录填好。")] = "",
    by: Annotated[str, typer.Option("--freeze", help="定稿：编号存档，写明制表人。")] = "",
    frozen: Annotated[str, typer.Option(help="照样重印这个编号的定稿台账，如 TZ2026-7K3F9-0008。")] = "",
    listed: Annotated[bool, typer.Option("--list", help="列出全部台账。")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a ledger, or its form for the pen, to PDF or xlsx; what leaves the vault is logged."""
    if listed or not (name or frozen):
        from gridclient.ledger.template import templates

        known = {one.name: one.called for one in templates()}
        tell(as_json, known, "\n".join(f"{key}\t{title}" for key, title in known.items()))
        return
    from gridclient.press import Wanted, put

    wanted = Wanted(name, scope, period, form, masked, why, by, frozen)
    with desk_of(vault, passphrase_file) as desk:
        printed = put(desk, wanted, out or [], now())
    sheet = printed.sheet
    if by:
        typer.echo(f"已定稿，编号 {printed.number}", err=True)
    about = {"title": sheet.title, "persons": sheet.persons, "masked": sheet.masked}
    told = [{**about, "file": str(file), **size} for file, size in printed.files.items()]
    lines = [f"{sheet.title}：{_size(size)} → {file}" for file, size in printed.files.items()]
    tell(as_json, told if len(told) > 1 else told[0], "\n".join(lines))


@app.command(help="与中心交换修改，并说明结果。")
def sync(
    vault: VaultPath = None,
    passphrase_file: PassphraseFile = None,
    url: Annotated[str, typer.Option(help="中心地址；第一次或换中心时填写。")] = "",
    account: Annotated[str, typer.Option(help="中心账号；与 --url 一起填写。")] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="从文件第一行读中心密码；也可用 GRIDCLIENT_PASSWORD。")
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option("--ca", envvar="GRIDCLIENT_CA", help="单位自己的证书文件（CA）；给出一次就记住。"),
    ] = None,
    open_line: Annotated[
        bool, typer.Option("--open-line", help="允许不加密的地址；也可在窗口的设置里允许。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Exchange changes with the centre, and say what came of it."""
    from gridclient.trust import address_of

    with desk_of(vault, passphrase_file) as desk:
        desk.open_line = open_line or settings.load(paths.settings_file()).open_line
        trusted = {"authority": desk.trust(_content(ca)).fingerprint} if ca else {}
        if url:
            password = secret(password_file, "GRIDCLIENT_PASSWORD", "中心密码")
            desk.sign_in(address_of(url), account, password)
        told = _moved(desk, _round(desk)) | trusted
    if trusted and not as_json:
        typer.echo(f"证书指纹（SHA-256） {trusted['authority']}")
    agreed = "与中心一致" if told["agreed"] else "与中心还不一致"
    counts = "上传 {up} 条，收到 {down} 条，未被接受 {refused} 条，冲突 {conflicts} 条".format(**told)
    tell(as_json, told, f"{counts}；{agreed}")
    if told["refused"] or not told["agreed"]:
        raise typer.Exit(1)


@app.command(help="说出数据文件里有多少；给出月份时说出这个月的数字。")
def figures(
    vault: VaultPath = None,
    passphrase_file: PassphraseFile = None,
    month: Annotated[str, typer.Option(help="2026-10；也可以是季、年或起止日期。")] = "",
    scope: ScopeName = "",
    as_json: AsJson = False,
) -> None:
    """Say how much the vault keeps, or the figures of a month with what they are compared to."""
    from gridclient.ledger.month_report import as_data, as_lines
    from gridclient.ledger.wanted import period_wanted, scope_named
    from gridclient.rules.months import spans_of
    from gridclient.store.counts import WORDS, figures as counted
    from gridclient.store.months import Part, told

    days = period_wanted(month)
    if scope and days is None:
        raise Unfit("没有说是哪个月", "请加上 --month 2026-10。")
    with desk_of(vault, passphrase_file) as desk:
        if days is None:
            numbers = counted(desk.replica)
            tell(as_json, numbers, "\n".join(f"{WORDS[name]}\t{number}" for name, number in numbers.items()))
            return
        here = scope_named(scope, desk.replica)
        found = told(desk.replica.rows, spans_of(*days), Part(here.area, here.building))
    tell(as_json, as_data(found, spans_of(*days)), "\n".join(as_lines(found)))


@app.command(help="过一遍虚构的走访日：一个中心、两台电脑、三扇门、两份台账。")
def demo(
    folder: Annotated[Path, typer.Option(help="演示用的临时文件夹。")] = Path("build/demo"),
    look: Annotated[bool, typer.Option("--window/--no-window", help="有屏幕时，最后打开窗口。")] = True,
) -> None:
    """Live one invented field day: a centre, two laptops, three doors, two ledgers."""
    from gridclient.demo.day import live

    raise typer.Exit(live(folder, typer.echo, look=look))


def _round(desk: "Desk") -> "Round":
    """One round; of a laptop the office has withdrawn nothing stays once it has handed in what it owed."""
    from gridclient.desk import WIPED

    try:
        return desk.sync()
    except Revoked as error:
        if not desk.done_for:
            raise
        raise Revoked(error.title, WIPED + desk.wipe()) from error


def _moved(desk: "Desk", done: "Round") -> dict[str, object]:
    """What a round moved, bytes on the line included, and what is left to do."""
    from gridclient.store.rounds import notes

    noted = notes(desk.replica)[0]
    return {
        "up": done.up,
        "down": done.down,
        "refused": done.refused,
        "clashes": done.clashes,
        "agreed": done.agreed,
        "waiting": desk.replica.pending(),
        "conflicts": len(desk.replica.conflicts()),
        "sent": noted.sent,
        "received": noted.received,
    }


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unfit("证书文件读不出来", "请检查文件名和路径。") from error


def _size(size: dict[str, int]) -> str:
    return f"{size['pages']} 页" if "pages" in size else f"{size['rows']} 行"
