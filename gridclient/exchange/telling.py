"""What an import found, as JSON for programs and as lines for people."""

from typing import Any

from gridclient.errors import Unfit, UnreadableFile
from gridclient.exchange.lines import ERROR, Issue
from gridclient.exchange.rehearsal import Counts, Rehearsal, titles
from gridclient.exchange.taking_back import Taken
from gridclient.exchange.writing import Report
from gridclient.store.imports import Batch

SHOWN = 20  # issues a person is shown at once; the JSON names them all
SEVERITY = {"error": "错误", "warning": "提示", "fixed": "已规整"}


def as_data(file: str, rehearsal: Rehearsal, report: Report | None, *, full: bool = False) -> dict[str, Any]:
    """One file's import: counts, issues (masked unless ``full``), columns left out, and what was written, if anything."""
    counts = rehearsal.counts
    return {
        "file": file,
        "form": rehearsal.title,
        "refused": "",
        "counts": {
            "rows_read": counts.rows_read,
            "importable": counts.importable,
            "rows_with_errors": counts.rows_with_errors,
            "rows_with_warnings": counts.rows_with_warnings,
            "rows_fixed_only": counts.rows_fixed_only,
            "rows_skipped": counts.rows_skipped,
        },
        "issues": [_issue(issue) for issue in (rehearsal.issues if full else rehearsal.masked())],
        "left_out": [
            {"sheet": c.sheet, "column": c.column, "header": c.header, "why": c.why}
            for c in rehearsal.left_out
        ],
        "unknown": [
            {"sheet": sheet, "column": column, "header": header}
            for sheet, column, header in rehearsal.unknown
        ],
        "words": [
            {"header": w.head, "word": w.word, "rows": w.count, "code": w.code} for w in rehearsal.words
        ],
        "elsewhere": [
            {"sheet": m.sheet, "row": m.row, "was": m.was, "now": m.now, "moves": m.leaves}
            for m in rehearsal.moves
        ],
        "unanswered": rehearsal.open_moves,
        "written": None
        if report is None
        else {"created": report.created, "updated": report.updated, "passed": report.passed},
    }


def unreadable(file: str, error: UnreadableFile | Unfit) -> dict[str, Any]:
    """The same for a file that is broken, or carries no form known here: its one issue says why."""
    why = f"{error.title}。{error.advice}"
    kind = "file_broken" if isinstance(error, UnreadableFile) else "unknown_form"
    told = as_data(file, Rehearsal("", ""), None)
    return told | {"refused": why, "issues": [_issue(Issue("", 0, "", "", ERROR, kind, error.title))]}


def as_lines(file: str, rehearsal: Rehearsal, report: Report | None, *, full: bool = False) -> list[str]:
    """The same for a person: at most twenty issues, errors first."""
    counts = rehearsal.counts
    lines = [
        f"{file}：{rehearsal.title}，" + "，".join(f"{word} {number} 行" for word, number in _numbers(counts))
    ]
    if rehearsal.left_out:
        lines.append("  未采集的列：" + "、".join(f"{c.header}（{c.why}）" for c in rehearsal.left_out))
    if rehearsal.unknown:
        lines.append("  不认识的列：" + "、".join(header for _sheet, _column, header in rehearsal.unknown))
    if rehearsal.open_words:
        words = [f"{w.head} {w.word}（{w.count} 行）" for w in rehearsal.words if w.code is None]
        lines.append("  不认识的写法，可在窗口里定一次：" + "、".join(words[:SHOWN]))
    if rehearsal.open_moves:
        lines.append(f"  {rehearsal.open_moves} 人登记在别的户，没有动；用 --elsewhere 说明怎么办")
    issues = rehearsal.issues if full else rehearsal.masked()
    told = sorted((i for i in issues if i.severity != "fixed"), key=lambda i: i.severity != "error")
    lines += [
        f"  {SEVERITY[i.severity]} 第 {i.row} 行 {i.column} 列 {i.header}：{i.why}（{i.raw or '空'}）"
        for i in told[:SHOWN]
    ]
    if len(told) > SHOWN:
        lines.append(f"  还有 {len(told) - SHOWN} 条，用 --json 查看全部")
    if report is not None:
        lines.append(
            f"  新增 {titles(report.created) or '无'}；更新 {titles(report.updated) or '无'}"
            + (f"；{report.passed} 条已被人改过，保留现有内容" if report.passed else "")
        )
    return lines


def batch_data(batch: Batch) -> dict[str, Any]:
    """One import that was made: its number, when, which file, what it made and changed, and what of it was taken back."""
    return {
        "n": batch.n,
        "at": batch.at.isoformat(timespec="seconds"),
        "who": batch.who,
        "file": batch.file,
        "form": batch.form,
        "created": batch.created,
        "updated": batch.updated,
        "taken_back": batch.over,
        "back": batch.back,
        "left": batch.left,
    }


def batch_line(batch: Batch) -> str:
    """The same for a person, in one line."""
    state = f"已撤回 {batch.back} 条，{batch.left} 条没有动" if batch.over else "可以撤回"
    told = f"新增 {titles(batch.created) or '无'}；更新 {titles(batch.updated) or '无'}"
    return f"{batch.n}\t{batch.at:%m-%d %H:%M}\t{batch.file}\t{batch.form}\t{told}\t{state}"


def taken_data(batch: Batch, taken: Taken) -> dict[str, Any]:
    """What taking an import back has done; of what stayed the kind, the id, the fields and whether others lean on it."""
    left = [{"kind": o.kind, "id": o.id, "fields": o.fields, "leaned": o.leaned} for o in taken.left]
    return {"n": batch.n, "binned": taken.binned, "restored": taken.restored, "left": left}


def taken_line(batch: Batch, taken: Taken) -> str:
    """The same for a person, in one line."""
    told = f"放进回收站 {titles(taken.binned) or '无'}；改回原样 {titles(taken.restored) or '无'}"
    leaned = sum(one.leaned for one in taken.left)
    rest = (
        f"；没有动 {len(taken.left)} 条（其中 {leaned} 条还有别的记录要用，其余后来改过）"
        if taken.left
        else ""
    )
    return f"{batch.n} {batch.file}：{told}{rest}"


def _numbers(counts: Counts) -> list[tuple[str, int]]:
    return [
        ("读出", counts.rows_read),
        ("可入库", counts.importable),
        ("有错", counts.rows_with_errors),
        ("有提示", counts.rows_with_warnings),
    ]


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "sheet": issue.sheet,
        "row": issue.row,
        "column": issue.column,
        "header": issue.header,
        "severity": issue.severity,
        "kind": issue.kind,
        "why": issue.why,
        "raw": issue.raw,
    }
