"""Ledgers put into files without a window: asked for in words, composed, frozen or printed again, logged, written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gridclient.app import without_window
from gridclient.desk import Desk
from gridclient.errors import Unfit
from gridclient.ledger.compose import compose
from gridclient.ledger.filing import Origin, Signing, freeze, reason, thaw
from gridclient.ledger.forms import FILLS
from gridclient.ledger.kept import every
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.wanted import ledger_named, period_wanted, scope_named
from gridclient.store.frozen import numbered
from gridclient.store.trail import Act, Step
from gridclient.ui.printing import pages_of, to_pdf, to_workbook

ENDINGS = (".pdf", ".xlsx")


@dataclass(frozen=True)
class Wanted:
    """A ledger asked for in words, as the command line takes them; ``by`` freezes it, ``frozen`` prints that number again."""

    name: str = ""
    scope: str = ""
    period: str = ""
    form: str = ""
    masked: bool | None = None
    why: str = ""
    by: str = ""
    frozen: str = ""


@dataclass(frozen=True)
class Printed:
    """What came of it: the sheet, its number when it is frozen, and how many pages or rows each file has."""

    sheet: Sheet
    number: str
    files: dict[Path, dict[str, int]]


def put(desk: Desk, wanted: Wanted, outs: Sequence[Path], now: datetime) -> Printed:
    """Make the ledger, note in the trail that it leaves, and write it to every file or folder; Unfit for what is asked wrong."""
    _application = without_window()
    if wanted.frozen:
        ledger = numbered(desk.replica, wanted.frozen)
        sheet, number, why, called = thaw(desk.replica, ledger), ledger.number, reason(ledger), wanted.frozen
        files = files_of(outs, called)
    else:
        called = ledger_named(wanted.name, every(desk.replica)).called
        files = files_of(outs, "_".join(filter(None, (called, wanted.period.replace("..", "至")))))
        sheet, number = _made(desk, wanted, now)
        why = wanted.why
    full = not sheet.masked
    desk.trail.add(Step(now, desk.who, Act.EXPORT, f"《{sheet.title}》", sheet.persons, full, why))
    return Printed(sheet, number, {file: _write(sheet, file) for file in files})


def files_of(outs: Sequence[Path], called: str) -> list[Path]:
    """The files asked for; in a folder a PDF and a workbook called so. Unfit for none and for any other kind."""
    files: list[Path] = []
    for out in outs:
        folder = out.is_dir() or (not out.suffix and not out.exists())
        files += [out / f"{called}{ending}" for ending in ENDINGS] if folder else [out]
    if not files or any(file.suffix.lower() not in ENDINGS for file in files):
        raise Unfit("不知道写到哪里", "请用 --out 给出 .pdf、.xlsx 文件名，或一个文件夹。")
    return list(dict.fromkeys(files))


def _made(desk: Desk, wanted: Wanted, now: datetime) -> tuple[Sheet, str]:
    """The sheet, and its number when it was frozen."""
    fills = {words: fill for fill, words in FILLS.items()} | {"": "full"}
    if wanted.form not in fills:
        raise Unfit(f"没有“{wanted.form}”这种表", "请写 空白表 或 预填表，或者不写。")
    masked = not wanted.why if wanted.masked is None else wanted.masked
    if not masked and not wanted.why:
        raise Unfit("完整号码要写明用途", "请加上 --why 用途；不写则遮住号码。")
    template = ledger_named(wanted.name, every(desk.replica))
    scope, period = scope_named(wanted.scope, desk.replica), period_wanted(wanted.period)
    sheet = compose(
        template,
        desk.replica,
        scope=scope,
        period=period,
        masked=masked,
        who=desk.who,
        today=now.date(),
        unit_name=desk.unit_name,
        at=now,
        fill=fills[wanted.form],
    )
    if not wanted.by:
        return sheet, ""
    signing = Signing(wanted.by, now, why=wanted.why)
    origin = Origin(template, scope, period)
    ledger = freeze(desk.replica, sheet, origin, signing, home=desk.home, count=_pages)
    return thaw(desk.replica, ledger), ledger.number


def _pages(sheet: Sheet) -> int:
    return len(pages_of(sheet))


def _write(sheet: Sheet, file: Path) -> dict[str, int]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unfit(f"文件夹“{file.parent.name}”建不了", "请检查路径和权限，或换一个文件夹。") from error
    if file.suffix.lower() == ".xlsx":
        to_workbook(sheet, file)
        return {"rows": len(sheet.rows) or len(sheet.cards)}
    pages = pages_of(sheet)
    to_pdf(pages, file)
    return {"pages": len(pages)}
