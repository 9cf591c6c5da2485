"""The command line: the same core as the window, for scripts and for machines without a screen.

Exit codes: 0 done, 1 done with rows or changes that need a person, 2 an expected failure told in one sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
import gc
import json
import os
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gridclient import __version__, paths, settings
from gridclient.errors import GridError, Unfit, UnreadableFile
from sync.errors import Revoked, SyncError

if TYPE_CHECKING:
    from gridclient.desk import Desk
    from gridclient.exchange.mapping import Mapping
    from gridclient.exchange.rehearsal import Rehearsal
    from sync.engine import Round

COLLECT_AT = 100_000  # objects made since the last collection: an import makes millions that all stay

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
Elsewhere = Literal["overwrite", "compare", "keep"]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")]


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


@app.command("import", help="把表格读进数据文件；没有收的行都说明原因。")
def import_(
    files: Annotated[list[Path], typer.Argument(help="表格文件：.xlsx .xls .csv")],
    vault: VaultPath = None,
    passphrase_file: PassphraseFile = None,
    home: Annotated[str, typer.Option(help="本社区12位区划编码；只在新建时需要。")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    full: Annotated[bool, typer.Option("--full", help="问题清单里显示完整内容（默认遮住）。")] = False,
    mapping: Annotated[Path | None, typer.Option(help="同事导出的导入对应（.json）。")] = None,
    elsewhere: Annotated[
        Elsewhere | None, typer.Option(help="登记在别的户的人：overwrite 覆盖、compare 比对修改、keep 保留。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read workbooks into the vault; every refused row is named, and nobody is moved who was not answered for."""
    from gridclient.exchange.mapping import mappings_in
    from gridclient.exchange.telling import as_data, as_lines, unreadable
    from gridclient.exchange.writing import commit

    told, given = [], mappings_in(mapping) if mapping else {}
    with desk_of(vault, passphrase_file, home=home) as desk:
        for file in files:
            try:
                rehearsal = _rehearsed(desk, file, given, elsewhere)
            except (UnreadableFile, Unfit) as error:
                told.append(unreadable(file.name, error))
                if not as_json:
                    typer.echo(f"{file.name}：{error.title}。{error.advice}", err=True)
                continue
            report = None if dry_run else commit(desk.replica, rehearsal)
            told.append(as_data(file.name, rehearsal, report, full=full))
            if not as_json:
                typer.echo("\n".join(as_lines(file.name, rehearsal, report, full=full)))
    if as_json:
        _echo_json(told if len(told) != 1 else told[0])
    if any(one["counts"]["rows_with_errors"] or one["refused"] or one["unanswered"] for one in told):
        raise typer.Exit(1)


@app.command(help="列出三十天内的导入，或整批撤回一次。")
def imports(
    vault: VaultPath = None,
    passphrase_file: PassphraseFile = None,
    undo: Annotated[str, typer.Option(help="撤回哪一次：编号，或 last（最近一次）。")] = "",
    as_json: AsJson = False,
) -> None:
    """List the imports that can be taken back, or take one back whole; 1 when something of it stayed."""
    from gridclient.exchange.taking_back import take_back
    from gridclient.exchange.telling import batch_data, batch_line, taken_data, taken_line
    from gridclient.store.imports import Imports

    with desk_of(vault, passphrase_file) as desk:
        kept = Imports(desk.replica.engine)
        known = kept.all(datetime.now().astimezone())
        if not undo:
            _tell(
                as_json, [batch_data(one) for one in known], "\n".join(map(batch_line, known)) or "没有导入"
            )
            return
        last = [one for one in known if not one.over][:1] if undo == "last" else []
        chosen = next((one for one in known if one in last or undo == str(one.n)), None)
        if chosen is None:
            raise Unfit(f"没有可以撤回的导入 {undo}", "用 gridclient imports 可列出三十天内的导入。")
        done = take_back(desk.replica, kept, chosen)
    _tell(as_json, taken_data(chosen, done), taken_line(chosen, done))
    if done.left:
        raise typer.Exit(1)


@app.command(help="把全部资料存成一个 .xlsx，import 能原样读回；每次都留痕。")
def export(
    out: Annotated[Path, typer.Argument(help="写到这里：.xlsx")],
    vault: VaultPath = None,
    passphrase_file: PassphraseFile = None,
    why: Annotated[str, typer.Option(help="用途，必须写明，记入查看记录。")] = "",
    scope: Annotated[str, typer.Option(help="网格或社区的名称或编码；不填为全部。")] = "",
    as_json: AsJson = False,
) -> None:
    """Write everything into one workbook; what leaves the vault is logged."""
    from gridclient.exchange.whole_out import Wanted
    from gridclient.ui.whole_file import counted, placed, put_whole

    with desk_of(vault, passphrase_file) as desk:
        wanted = placed(Wanted(why, desk.who, _now(), desk.unit_name), scope, desk.replica)
        made = put_whole(desk.replica, desk.trail, wanted, out)
    _tell(as_json, {"file": str(out), "counts": made.counts}, f"{counted(made.counts)} → {out}")


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
        _tell(as_json, known, "\n".join(f"{key}\t{title}" for key, title in known.items()))
        return
    from gridclient.press import Wanted, put

    wanted = Wanted(name, scope, period, form, masked, why, by, frozen)
    with desk_of(vault, passphrase_file) as desk:
        printed = put(desk, wanted, out or [], _now())
    sheet = printed.sheet
    if by:
        typer.echo(f"已定稿，编号 {printed.number}", err=True)
    about = {"title": sheet.title, "persons": sheet.persons, "masked": sheet.masked}
    told = [{**about, "file": str(file), **size} for file, size in printed.files.items()]
    lines = [f"{sheet.title}：{_size(size)} → {file}" for file, size in printed.files.items()]
    _tell(as_json, told if len(told) > 1 else told[0], "\n".join(lines))


@app.command(help="表格助手：把部门发来的 .xlsx 表填好，另存一份，原表不动；每次都留痕。")
def fill(
    form: Annotated[Path, typer.Argument(help="部门发来的表格：.xlsx")],
    out: Annotated[Path, typer.Option(help="填好的表写到这里：.xlsx")],
    vault: VaultPath = None,
    passphrase_file: PassphraseFile = None,
    ledger: Annotated[str, typer.Option(help="照哪本台账取数；不填为上次的或最像的。")] = "",
    match: Annotated[Path | None, typer.Option(help="同事导出的对应（.json）。")] = None,
    scope: ScopeName = "",
    period: Annotated[str, typer.Option(help="2026-10、2026、2026Q3 或 2026-09-01..2026-10-31。")] = "",
    why: Annotated[str, typer.Option(help="用途，记入查看记录；写了用途就是完整号码。")] = "",
    as_json: AsJson = False,
) -> None:
    """Fill a copy of a department's form; what stayed empty is told with the reason."""
    from gridclient.formfill.wanted import FormWanted, fill_wanted

    with desk_of(vault, passphrase_file) as desk:
        wanted = FormWanted(form, out, ledger, match, scope, period, why)
        told = fill_wanted(wanted, desk.replica, desk.trail, desk.who, _now())
    lines = [f"{gap['letter']} 列“{gap['head']}”：{gap['why']}（{gap['cells']} 格）" for gap in told["gaps"]]
    lines += [f"没有对应的列：{'、'.join(told['open'])}"] if told["open"] else []
    _tell(as_json, told, "\n".join([f"填了 {told['rows']} 行，{told['persons']} 人 → {out}", *lines]))


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
            password = _secret(password_file, "GRIDCLIENT_PASSWORD", "中心密码")
            desk.sign_in(address_of(url), account, password)
        told = _moved(desk, _round(desk)) | trusted
    if trusted and not as_json:
        typer.echo(f"证书指纹（SHA-256） {trusted['authority']}")
    agreed = "与中心一致" if told["agreed"] else "与中心还不一致"
    counts = "上传 {up} 条，收到 {down} 条，未被接受 {refused} 条，冲突 {conflicts} 条".format(**told)
    _tell(as_json, told, f"{counts}；{agreed}")
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
            _tell(as_json, numbers, "\n".join(f"{WORDS[name]}\t{number}" for name, number in numbers.items()))
            return
        here = scope_named(scope, desk.replica)
        found = told(desk.replica.rows, spans_of(*days), Part(here.area, here.building))
    _tell(as_json, as_data(found, spans_of(*days)), "\n".join(as_lines(found)))


@app.command(help="过一遍虚构的走访日：一个中心、两台电脑、三扇门、两份台账。")
def demo(
    folder: Annotated[Path, typer.Option(help="演示用的临时文件夹。")] = Path("build/demo"),
    look: Annotated[bool, typer.Option("--window/--no-window", help="有屏幕时，最后打开窗口。")] = True,
) -> None:
    """Live one invented field day: a centre, two laptops, three doors, two ledgers."""
    from gridclient.demo.day import live

    raise typer.Exit(live(folder, typer.echo, look=look))


@contextmanager
def desk_of(vault: Path | None, passphrase_file: Path | None, *, home: str = "") -> Iterator["Desk"]:
    """Open the vault at a path, or make it there, and close it whatever happens."""
    from gridclient.desk import Desk

    path = vault or paths.vault_file()
    new = not path.exists()
    passphrase = _secret(passphrase_file, "GRIDCLIENT_PASSPHRASE", "口令", confirm=new)
    desk = Desk.create(path, passphrase, home=home) if new else Desk.open(path, passphrase)
    try:
        yield desk
    finally:
        desk.close()


def _rehearsed(
    desk: "Desk", file: Path, given: dict[str, "Mapping"], elsewhere: Elsewhere | None
) -> "Rehearsal":
    """A file gone through with what was settled about its heads before, here or by a colleague."""
    from gridclient.exchange.mapping import recalled
    from gridclient.exchange.moved import Terms
    from gridclient.exchange.reader import read
    from gridclient.exchange.rehearsal import rehearse

    book = read(file)
    terms = Terms(recalled(book, desk.replica) | given, every=elsewhere)
    return rehearse(desk.replica, book, home=desk.home, who=desk.who, today=_now().date(), terms=terms)


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


def _secret(file: Path | None, variable: str, title: str, *, confirm: bool = False) -> str:
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


def _now() -> datetime:
    return datetime.now().astimezone().replace(tzinfo=None)


def _tell(as_json: bool, told: object, words: str) -> None:
    if as_json:
        _echo_json(told)
    else:
        typer.echo(words)


def _echo_json(told: object) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
