"""The commands for workbooks: taking them in and back again, filling a department's form, everything as one book."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gridclient.console import (
    AsJson,
    PassphraseFile,
    ScopeName,
    VaultPath,
    app,
    desk_of,
    echo_json,
    now,
    tell,
)
from gridclient.errors import Unfit, UnreadableFile

if TYPE_CHECKING:
    from gridclient.desk import Desk
    from gridclient.exchange.mapping import Mapping
    from gridclient.exchange.rehearsal import Rehearsal

Elsewhere = Literal["overwrite", "compare", "keep"]


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
        echo_json(told if len(told) != 1 else told[0])
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
            tell(as_json, [batch_data(one) for one in known], "\n".join(map(batch_line, known)) or "没有导入")
            return
        last = [one for one in known if not one.over][:1] if undo == "last" else []
        chosen = next((one for one in known if one in last or undo == str(one.n)), None)
        if chosen is None:
            raise Unfit(f"没有可以撤回的导入 {undo}", "用 gridclient imports 可列出三十天内的导入。")
        done = take_back(desk.replica, kept, chosen)
    tell(as_json, taken_data(chosen, done), taken_line(chosen, done))
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
        wanted = placed(Wanted(why, desk.who, now(), desk.unit_name), scope, desk.replica)
        made = put_whole(desk.replica, desk.trail, wanted, out)
    tell(as_json, {"file": str(out), "counts": made.counts}, f"{counted(made.counts)} → {out}")


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
        told = fill_wanted(wanted, desk.replica, desk.trail, desk.who, now())
    lines = [f"{gap['letter']} 列“{gap['head']}”：{gap['why']}（{gap['cells']} 格）" for gap in told["gaps"]]
    lines += [f"没有对应的列：{'、'.join(told['open'])}"] if told["open"] else []
    tell(as_json, told, "\n".join([f"填了 {told['rows']} 行，{told['persons']} 人 → {out}", *lines]))


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
    return rehearse(desk.replica, book, home=desk.home, who=desk.who, today=now().date(), terms=terms)
