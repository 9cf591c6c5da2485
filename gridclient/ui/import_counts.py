"""What an import would do and has done, in words: rows, columns, records."""

from collections import Counter
from collections.abc import Sequence

from gridclient.exchange.rehearsal import UNWANTED, Rehearsal, known_titles, titles
from gridclient.exchange.writing import Report
from gridclient.ui.saying import Tone

EACH = 7  # forms named in a line


def known_words() -> list[str]:
    """Which forms can be brought in, in lines."""
    titles = known_titles()
    named = ["、".join(titles[at : at + EACH]) for at in range(0, len(titles), EACH)]
    return ["同一份表导入两次不会重复。能导入的表：", *named]


def counts_words(found: Rehearsal) -> str:
    """How many rows of what sort."""
    counts = found.counts
    unwanted = sum(row.why == UNWANTED for row in found.skipped)
    passed = counts.rows_skipped - unwanted
    parts = [
        f"读到 {counts.rows_read} 行",
        f"可导入 {counts.importable} 行",
        f"有错误、不导入 {counts.rows_with_errors} 行" if counts.rows_with_errors else "",
        f"请核对 {counts.rows_with_warnings} 行" if counts.rows_with_warnings else "",
        f"自动规整 {counts.rows_fixed_only} 行" if counts.rows_fixed_only else "",
        f"您不导入 {unwanted} 行" if unwanted else "",
        f"跳过 {passed} 行（空行、合计等）" if passed else "",
    ]
    return "　".join(part for part in parts if part)


def columns_words(found: Rehearsal) -> str:
    """Which columns and sheets are left out for a reason of their own."""
    lines = [
        "不采集的列：" + "、".join(f"{c.header}（{c.why}）" for c in found.left_out)
        if found.left_out
        else "",
        "不是已知的表，没有读：" + "、".join(found.sheets) if found.sheets else "",
        "隐藏的工作表，没有读：" + "、".join(found.hidden) if found.hidden else "",
    ]
    return "\n".join(line for line in lines if line)


def would_words(found: Sequence[Rehearsal], asking: int) -> str:
    """What 导入 would do with these, once somebody has said what becomes of so many people."""
    acts = _acts([one.created for one in found], [one.updated for one in found])
    most = "最多" if len(found) > 1 else ""  # what two files bring is counted with each
    first = f"先定 {asking} 人怎么办。" if asking else ""
    if not acts:
        return f"还没有写入。{first}" if first else "没有要写入的内容"
    return f"还没有写入。{first}导入后{most}：{'　'.join(acts)}"


def report_words(reports: Sequence[Report]) -> str:
    """What an import did: new, changed, kept as it was, left out."""
    kept, wrong = sum(one.passed for one in reports), sum(one.skipped for one in reports)
    parts = _acts([one.created for one in reports], [one.updated for one in reports])
    parts += [f"保留 {kept} 处（核对之后有人改过，没有覆盖）"] if kept else []
    parts += [f"{wrong} 行有错误，没有导入"] if wrong else []
    rest = sum(one.rest for one in reports)
    parts += [f"停下时还有 {rest} 条没有写"] if rest else []
    return "　".join(parts) or "没有变化：这些内容本机已经有了"


def done_words(reports: Sequence[Report]) -> tuple[str, str, Tone]:
    """That an import is done, or was stopped, what a person may do now, and how that sounds."""
    if any(one.stopped for one in reports):
        told = "再导入同一份表，会补上没写的；不要的话，已写的可以整批撤回。"
        return "已停下，写了一部分", told, Tone.WARN
    if any(one.skipped for one in reports):
        return "导入完成", "有错误的行请在原表里改好，再导入一次；已经导入的不会重复。", Tone.GOOD
    return "导入完成", "内容已存本机，联网后会自动上传。", Tone.GOOD


def _acts(created: Sequence[dict[str, int]], updated: Sequence[dict[str, int]]) -> list[str]:
    sums = (("新增", _sum(created)), ("更新", _sum(updated)))
    return [f"{act} {titles(counts)}" for act, counts in sums if counts]


def _sum(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)
