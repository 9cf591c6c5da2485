"""An import that was made, and what taking it back does, in plain words."""

from collections import Counter
from collections.abc import Sequence

from gridclient.exchange.rehearsal import titles
from gridclient.exchange.taking_back import Left, Taken
from gridclient.fields import RECORDS
from gridclient.store.imports import Batch
from gridclient.ui.edit_words import FEW, field_words, kind_words
from gridclient.ui.edits_page import when
from gridclient.ui.lines import line_of
from gridclient.ui.rows import Told
from sync.replica import Replica

HEADS = ("时间", "文件", "表", "谁", "新增", "更新", "能不能撤回")
LETTERS = (7, 14, 10, 4, 16, 10, 12)


def batch_row(batch: Batch) -> Told:
    """One import in a row, with whether it can be taken back."""
    created, updated = titles(batch.created) or "—", titles(batch.updated) or "—"
    state, tone = batch_state(batch)
    texts = (when(batch.at), batch.file, batch.form, batch.who, created, updated, state)
    return Told(texts, tone, batch, toned=len(texts) - 1)


def batch_state(batch: Batch) -> tuple[str, str]:
    """Whether an import can be taken back, in words, and the tone of that."""
    if not batch.over:
        return ("撤回了一部分，可以接着撤", "warn") if batch.taken else ("可以撤回", "good")
    rest = f"，{batch.left} 条没有动" if batch.left else ""
    return (f"已撤回 {batch.back} 条{rest}" if batch.back else f"没有可撤的{rest}"), "quiet"


def foreseen_words(replica: Replica, taken: Taken) -> str:
    """What taking an import back would do."""
    if not taken:
        return "没有可以撤回的：" + (left_words(replica, taken.left) or "带来的记录都已经不在了。")
    binned = f"放进回收站：{titles(taken.binned)}。" if taken.binned else ""
    restored = f"改回导入前的样子：{titles(taken.restored)}。" if taken.restored else ""
    return "".join((binned, restored, left_words(replica, taken.left)))


def taken_words(replica: Replica, taken: Taken) -> str:
    """What taking an import back has done."""
    return foreseen_words(replica, taken) if taken else "没有要撤的了。"


def left_words(replica: Replica, left: Sequence[Left]) -> str:
    """What stays as it is and why, a few by name and the others counted; empty when nothing does."""
    if not left:
        return ""
    changed = [one for one in left if not one.leaned]
    named = "；".join(_left(replica, one) for one in changed[:FEW])
    more = len(changed) - FEW
    told = [f"后来改过的：{named}" + (f"，等 {len(changed)} 条" if more > 0 else "")] if changed else []
    leaned = Counter(one.kind for one in left if one.leaned)
    told += [f"还有留下的记录要用的：{titles(dict(leaned))}"] if leaned else []
    return f"有 {len(left)} 条不动——{'；'.join(told)}。"


def _left(replica: Replica, left: Left) -> str:
    line = line_of(replica, left.kind, left.id) if left.kind in RECORDS else ""
    about = line or kind_words(left.kind)
    if left.why:
        return f"{about}（{left.why}）"
    if not left.by and not left.fields:
        return f"{about}（已不在本机）"
    which = f" 的{field_words(left.kind, left.fields)}" if left.fields else ""
    who = "您自己" if left.by == replica.author else left.by or "中心"
    return f"{about}{which}（{who}）"
