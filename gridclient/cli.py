"""The command line: the same core as the window, for scripts and for machines without a screen.

Exit codes: 0 done, 1 done with rows or changes that need a person, 2 an expected failure told in one sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
import gc
import json
import os
from pathlib import Path
import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gridclient import __version__, paths, settings
from gridclient.errors import GridError, Unfit, UnreadableFile
from sync.errors import Revoked, SyncError

if TYPE_CHECKING:
    from gridclient.desk import Desk
    from gridclient.ledger.compose import Scope
    from gridclient.ledger.sheet import Sheet
    from gridclient.ledger.template import Template
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
    as_json: AsJson = False,
) -> None:
    """Read workbooks into the vault; every refused row is named."""
    from gridclient.exchange.reader import read
    from gridclient.exchange.rehearsal import commit, rehearse
    from gridclient.exchange.telling import as_data, as_lines, unreadable

    told = []
    with desk_of(vault, passphrase_file, home=home) as desk:
        for file in files:
            try:
                rehearsal = rehearse(
                    desk.replica, read(file), home=desk.home, who=desk.who, today=_now().date()
                )
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
    if any(one["counts"]["rows_with_errors"] or one["refused"] for one in told):
        raise typer.Exit(1)


@app.command(help="把台账印成 PDF 或 Excel；每次都留痕。")
def ledger(
    name: Annotated[str, typer.Argument(help="台账名称，如 常住人口台账；留空列出全部。")] = "",
    vault: VaultPath = None,
    passphrase_file: PassphraseFile = None,
    scope: Annotated[str, typer.Option(help="楼栋名、网格名或区划编码；不填为全部。")] = "",
    period: Annotated[str, typer.Option(help="2026-10、2026 或 2026-09-01..2026-10-31。")] = "",
    out: Annotated[Path | None, typer.Option(help="写到这里：.pdf 或 .xlsx")] = None,
    why: Annotated[str, typer.Option(help="要完整号码时必须写明用途；不写则遮住号码。")] = "",
    form: Annotated[str, typer.Option(help="空白表 或 预填表；不填为按记录填好。")] = "",
    by: Annotated[str, typer.Option("--freeze", help="定稿：编号存档，写明制表人。")] = "",
    frozen: Annotated[str, typer.Option(help="照样重印这个编号的定稿台账，如 TZ2026-7K3F9-0008。")] = "",
    as_json: AsJson = False,
) -> None:
    """Print a ledger, or its form for the pen, to PDF or xlsx; what leaves the vault is logged."""
    from gridclient.ledger.template import templates

    if not name and not frozen:
        known = {one.name: one.called for one in templates()}
        _tell(as_json, known, "\n".join(f"{key}\t{title}" for key, title in known.items()))
        return
    if out is None or out.suffix.lower() not in (".pdf", ".xlsx"):
        raise Unfit("不知道写到哪里", "请用 --out 给出 .pdf 或 .xlsx 文件名。")
    with desk_of(vault, passphrase_file) as desk:
        if frozen:
            sheet, why = _thawed(desk, frozen)
        else:
            sheet = _composed(desk, _template(name), scope, period, masked=not why, form=form)
            sheet = _frozen(desk, sheet, _template(name), scope, period, by, why) if by else sheet
        _log(desk, sheet, why)
        size = _write(sheet, out)
    told = {"title": sheet.title, "file": str(out), "persons": sheet.persons, "masked": sheet.masked, **size}
    words = f"{size['pages']} 页" if "pages" in size else f"{size['rows']} 行"
    _tell(as_json, told, f"{sheet.title}：{words} → {out}")


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


@app.command(help="说出数据文件里有多少。")
def figures(vault: VaultPath = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """Say how much the vault keeps."""
    from gridclient.store.counts import WORDS, figures as counted

    with desk_of(vault, passphrase_file) as desk:
        numbers = counted(desk.replica)
    _tell(as_json, numbers, "\n".join(f"{WORDS[name]}\t{number}" for name, number in numbers.items()))


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


def period_of(text: str) -> tuple[date, date] | None:
    """The first and last day of ``2026``, ``2026-10`` or ``2026-09-01..2026-10-31``; None for an empty text."""
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{4}", text):
            return date(int(text), 1, 1), date(int(text), 12, 31)
        if re.fullmatch(r"\d{4}-\d{2}", text):
            first = date.fromisoformat(f"{text}-01")
            after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
            return first, date.fromordinal(after.toordinal() - 1)
        one, other = (date.fromisoformat(part) for part in text.split(".."))
    except ValueError as error:
        raise Unfit("看不懂这个时段", "请写成 2026-10、2026 或 2026-09-01..2026-10-31。") from error
    return one, other


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


def _composed(
    desk: "Desk", template: "Template", scope: str, period: str, *, masked: bool, form: str
) -> "Sheet":
    from gridclient.ledger.compose import compose
    from gridclient.ledger.forms import FILLS

    fills = {words: fill for fill, words in FILLS.items()} | {"": "full"}
    if form not in fills:
        raise Unfit(f"没有“{form}”这种表", "请写 空白表 或 预填表，或者不写。")
    return compose(
        template,
        desk.replica,
        scope=_scope_of(desk, scope),
        period=period_of(period),
        masked=masked,
        who=desk.who,
        today=_now().date(),
        unit_name=desk.unit_name,
        at=_now(),
        fill=fills[form],
    )


def _template(name: str) -> "Template":
    from gridclient.ledger.template import templates

    for template in templates():
        if name in (template.name, template.called):
            return template
    raise Unfit(f"没有叫“{name}”的台账", "用 gridclient ledger 可列出全部台账。")


def _frozen(
    desk: "Desk", sheet: "Sheet", template: "Template", scope: str, period: str, by: str, why: str
) -> "Sheet":
    """The sheet as it was frozen just now, with its number."""
    from gridclient.app import without_window
    from gridclient.ledger.filing import Origin, Signing, freeze, thaw
    from gridclient.ui.printing import pages_of

    _application = without_window()
    origin, signing = Origin(template, _scope_of(desk, scope), period_of(period)), Signing(by, _now(), why=why)
    ledger = freeze(desk.replica, sheet, origin, signing, home=desk.home, count=lambda one: len(pages_of(one)))
    typer.echo(f"已定稿，编号 {ledger.number}", err=True)
    return thaw(desk.replica, ledger)


def _thawed(desk: "Desk", number: str) -> tuple["Sheet", str]:
    """A frozen ledger as it was, and the reason to note: that it is printed again."""
    from gridclient.ledger.filing import thaw
    from gridclient.store.frozen import numbered

    ledger = numbered(desk.replica, number)
    return thaw(desk.replica, ledger), "，".join(words for words in (f"重印 {ledger.number}", ledger.why) if words)


def _scope_of(desk: "Desk", text: str) -> "Scope":
    from gridclient.ledger.compose import Scope
    from gridclient.records import Building, OrgUnit

    if not text or text.isdigit():
        return Scope(area=text)
    for building in desk.replica.all(Building):
        if building.name == text:
            return Scope(building=building.id)
    for unit in desk.replica.all(OrgUnit):
        if unit.name == text and unit.code:
            return Scope(area=unit.code)
    raise Unfit(f"没有叫“{text}”的楼栋或网格", "请检查名称，或改用区划编码。")


def _log(desk: "Desk", sheet: "Sheet", why: str) -> None:
    from gridclient.store.trail import Act, Step

    desk.trail.add(
        Step(_now(), desk.who, Act.EXPORT, f"《{sheet.title}》", sheet.persons, not sheet.masked, why)
    )


def _write(sheet: "Sheet", out: Path) -> dict[str, int]:
    from gridclient.app import without_window
    from gridclient.ui.printing import pages_of, to_pdf, to_workbook

    _application = without_window()
    if out.suffix.lower() == ".xlsx":
        to_workbook(sheet, out)
        return {"rows": len(sheet.rows) or len(sheet.cards)}
    pages = pages_of(sheet)
    to_pdf(pages, out)
    return {"pages": len(pages)}


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
