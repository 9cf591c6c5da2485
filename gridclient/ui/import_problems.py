"""The problems of a file: in the order one looks at them, as rows of the screen, and as a workbook."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from gridclient.exchange.lines import Issue
from gridclient.exchange.telling import SEVERITY
from gridclient.ledger.outfile import put
from gridclient.store.trail import Step, Trail
from gridclient.ui.rows import Told

HEADS = ("类别", "表", "行", "列", "表头", "内容", "原因")
WIDTHS = (10, 14, 7, 6, 16, 26, 60)  # in characters, of the workbook's columns
LOOKS = {"error": ("bad", "✕"), "warning": ("warn", "!"), "fixed": ("good", "✓"), "left": ("quiet", "–")}
RANK = {severity: rank for rank, severity in enumerate(LOOKS)}
SHOWN = 2000  # issues listed; a file with more is broken in a way that the first ones tell


def ordered(issues: Sequence[Issue], severity: str = "") -> list[Issue]:
    """Issues of a severity, all without one; errors first, each in the order of the file."""
    kept = [issue for issue in issues if not severity or issue.severity == severity]
    return sorted(kept, key=lambda issue: RANK.get(issue.severity, len(RANK)))


def covers(issues: Sequence[Issue]) -> bool:
    """True when something is starred out in the issues."""
    return any(issue.masked().raw != issue.raw for issue in issues)


def persons(issues: Sequence[Issue]) -> int:
    """How many persons' private values stand in the issues: the rows in which something is starred out."""
    return len({(issue.sheet, issue.row) for issue in issues if issue.masked().raw != issue.raw})


def covered(slot: str, text: str) -> str:
    """A text of a slot with its personal part starred out."""
    return Issue("", 0, "", "", "", "", "", text, slot).masked().raw


def issue_texts(issue: Issue) -> tuple[str, ...]:
    """One issue under ``HEADS``: of what sort, where, what stood there and why."""
    word = SEVERITY.get(issue.severity, "不导入")
    return word, issue.sheet, str(issue.row), issue.column, issue.header, issue.raw, issue.why


def issue_row(issue: Issue) -> Told:
    """One issue as a row of the screen."""
    tone, sign = LOOKS.get(issue.severity, ("quiet", ""))
    word, *rest = issue_texts(issue)
    return Told((f"{sign} {word}", *rest), tone, issue)


def export(issues: Sequence[Issue], path: Path, trail: Trail, step: Step) -> None:
    """Note it in the trail, then write the issues as a workbook; NoSpace or Unfit when it cannot be."""
    content = workbook_bytes(issues)
    trail.add(step)
    put(path, content)


def workbook_bytes(issues: Sequence[Issue]) -> bytes:
    """The issues as they stand, one a row under a head that can be filtered."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    tab = book.add_worksheet("问题清单")
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@", "text_wrap": True})
    for column, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        tab.set_column(column, column, width)
        tab.write_string(0, column, head, bold)
    for row, issue in enumerate(issues, 1):
        _write_issue(tab, row, issue, text)
    tab.freeze_panes(1, 0)
    tab.autofilter(0, 0, len(issues), len(HEADS) - 1)
    book.close()
    return buffer.getvalue()


def _write_issue(tab: Any, row: int, issue: Issue, text: Any) -> None:
    for column, words in enumerate(issue_texts(issue)):
        if HEADS[column] == "行":
            tab.write_number(row, column, issue.row)
        else:
            tab.write_string(row, column, words, text)
