"""Files on their way in: read and rehearsed, written, told in words, and their problems as a workbook."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any

import xlsxwriter

from gridclient.exchange.book import Book
from gridclient.exchange.lines import Issue
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import Rehearsal, rehearse, titles
from gridclient.exchange.telling import SEVERITY
from gridclient.exchange.writing import Report, commit
from gridclient.ledger.outfile import put
from gridclient.store.trail import Step, Trail
from gridclient.ui.rows import Told
from gridclient.ui.saying import Cancelled
from sync.replica import Replica

HEADS = ("类别", "表", "行", "列", "表头", "内容", "原因")
WIDTHS = (10, 14, 7, 6, 16, 26, 60)  # in characters, of the workbook's columns
LOOKS = {"error": ("bad", "✕"), "warning": ("warn", "!"), "fixed": ("good", "✓")}
RANK = {severity: rank for rank, severity in enumerate(LOOKS)}
SHOWN = 5000  # issues listed; a file with more is broken in a way that the first ones tell
Progress = Callable[[int, int, str], None]


@dataclass(eq=False)
class ImportFile:
    """One chosen file: its ``book`` and what was ``found`` once rehearsed, its ``report`` once written.

    ``problem`` is the sentence that says why it cannot be imported.
    """

    path: Path
    book: Book | None = field(default=None, repr=False)
    found: Rehearsal | None = field(default=None, repr=False)
    report: Report | None = None
    problem: str = ""

    @property
    def waits(self) -> bool:
        """True until it has been rehearsed or turned down."""
        return self.found is None and not self.problem

    @property
    def ready(self) -> bool:
        """True when there is something to write that has not been written."""
        return bool(self.found and self.found.batch and self.report is None)

    @property
    def state(self) -> tuple[str, str]:
        """Its tone and its state in a word or two."""
        if self.waits:
            return "quiet", "… 等待核对"
        if self.found is None:
            return "bad", "✕ 不能导入"
        if self.report is not None:
            return "good", "✓ 已导入"
        if not self.found.batch:
            return ("quiet", "✓ 本机已有") if self.found.counts.importable else ("bad", "✕ 不能导入")
        wrong = self.found.counts.rows_with_errors
        return ("warn", "! 部分可导入") if wrong else ("good", "✓ 可以导入")

    @property
    def told(self) -> str:
        """One sentence about it: why it is turned down, or what stands in it."""
        return self.problem or (counts_words(self.found) if self.found else "正在读取和核对…")


def examine(
    path: Path, replica: Replica, stop: Event, *, progress: Progress, home: str, who: str, today: date
) -> tuple[Book, Rehearsal]:
    """Read and rehearse a file; Cancelled at the next step once ``stop`` is set, UnreadableFile or Unfit in words."""

    def tell(done: int, total: int, text: str) -> None:
        if stop.is_set():
            raise Cancelled
        progress(done, total, text)

    tell(0, 0, f"正在读 {path.name}")
    book = read(path)
    tell(0, 0, f"正在核对 {path.name}")
    return book, rehearse(replica, book, home=home, who=who, today=today, progress=tell)


def write_files(
    files: Sequence[ImportFile], replica: Replica, *, progress: Progress, home: str, who: str, today: date
) -> None:
    """Write what can be written, one file after the other, and keep the report with each.

    Every file but the first is rehearsed again: what an earlier one has brought is not new any more.
    """
    written = False
    for file in files:
        if not file.ready or file.book is None or file.found is None:
            continue
        if written:
            file.found = rehearse(replica, file.book, home=home, who=who, today=today, progress=progress)
        if file.found.batch:
            file.report = commit(replica, file.found, progress)
            written = True


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


def issue_texts(issue: Issue) -> tuple[str, ...]:
    """One issue under ``HEADS``: of what sort, where, what stood there and why."""
    word = SEVERITY.get(issue.severity, issue.severity)
    return word, issue.sheet, str(issue.row), issue.column, issue.header, issue.raw, issue.why


def issue_row(issue: Issue) -> Told:
    """One issue as a row of the screen."""
    tone, sign = LOOKS.get(issue.severity, ("quiet", ""))
    word, *rest = issue_texts(issue)
    return Told((f"{sign} {word}", *rest), tone, issue)


def file_row(file: ImportFile) -> Told:
    """One file as a row: its state, its name, its form and a sentence."""
    tone, state = file.state
    told = report_words([file.report]) if file.report else file.told
    return Told((state, file.path.name, file.found.title if file.found else "", told), tone, file)


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


def counts_words(found: Rehearsal) -> str:
    """How many rows of what sort."""
    counts = found.counts
    parts = [
        f"读到 {counts.rows_read} 行",
        f"可导入 {counts.importable} 行",
        f"有错误、不导入 {counts.rows_with_errors} 行" if counts.rows_with_errors else "",
        f"请核对 {counts.rows_with_warnings} 行" if counts.rows_with_warnings else "",
        f"自动规整 {counts.rows_fixed_only} 行" if counts.rows_fixed_only else "",
        f"跳过 {counts.rows_skipped} 行（空行、合计等）" if counts.rows_skipped else "",
    ]
    return "　".join(part for part in parts if part)


def columns_words(found: Rehearsal) -> str:
    """Which columns and sheets are left out, and why."""
    heads = [header for _sheet, _column, header in found.unknown if header]
    lines = [
        "不采集的列：" + "、".join(f"{c.header}（{c.why}）" for c in found.left_out)
        if found.left_out
        else "",
        "不认识的列，没有读：" + "、".join(heads) if heads else "",
        "不是已知的表，没有读：" + "、".join(found.sheets) if found.sheets else "",
        "隐藏的工作表，没有读：" + "、".join(found.hidden) if found.hidden else "",
    ]
    return "\n".join(line for line in lines if line)


def would_words(files: Sequence[ImportFile]) -> str:
    """What 导入 would do to the files that can be written."""
    found = [file.found for file in files if file.found and file.ready]
    if not found:
        return "" if any(file.waits for file in files) else "没有要写入的内容"
    acts = _acts([one.created for one in found], [one.updated for one in found])
    most = "最多" if len(found) > 1 else ""  # what two files bring is counted with each
    return f"还没有写入。导入后{most}：{'　'.join(acts)}"


def report_words(reports: Sequence[Report]) -> str:
    """What an import did: new, changed, kept as it was, left out."""
    kept, wrong = sum(one.passed for one in reports), sum(one.skipped for one in reports)
    parts = _acts([one.created for one in reports], [one.updated for one in reports])
    parts += [f"保留 {kept} 处（核对之后有人改过，没有覆盖）"] if kept else []
    parts += [f"{wrong} 行有错误，没有导入"] if wrong else []
    return "　".join(parts) or "没有变化：这些内容本机已经有了"


def next_words(reports: Sequence[Report]) -> str:
    """What a person may do after an import."""
    if any(one.skipped for one in reports):
        return "有错误的行请在原表里改好，再导入一次；已经导入的不会重复。"
    return "内容已存本机，联网后会自动上传。"


def _acts(created: Sequence[dict[str, int]], updated: Sequence[dict[str, int]]) -> list[str]:
    sums = (("新增", _sum(created)), ("更新", _sum(updated)))
    return [f"{act} {titles(counts)}" for act, counts in sums if counts]


def _sum(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)
