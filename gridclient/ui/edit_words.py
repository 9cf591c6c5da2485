"""A saved edit in plain words: what it did to which record, and what became of taking it back."""

from collections.abc import Collection, Sequence

from gridclient.fields import RECORDS
from gridclient.rules.undoing import Part
from gridclient.store.edits import Edit
from gridclient.ui.lines import line_of
from gridclient.ui.past import Left, Outcome
from gridclient.ui.saying import Message, Tone
from sync.conflict import CONFLICT
from sync.record import PLACE
from sync.replica import Replica

FEW = 3  # fields named before the rest is counted
AWAY = "（已不在本机）"


def edit_words(edit: Edit) -> str:
    """What a step was: its name, or the act on its first record, and how many more there were."""
    first = edit.first[0]
    more = f"，共 {len(edit.first)} 条" if len(edit.first) > 1 else ""
    return edit.what or f"{act_words(first)}{more}"


def act_words(part: Part) -> str:
    """新增居民, 删除房屋, 修改居民：联系电话、备注."""
    title = kind_words(part.kind)
    if part.kind == CONFLICT:
        return "选定冲突的值"
    if part.made:
        return f"新增{title}"
    if "removed_at" in part.now:
        return f"{'删除' if part.now['removed_at'] else '恢复'}{title}"
    changed = [name for name in part.now if part.now[name] != part.was.get(name)]
    return f"修改{title}：{field_words(part.kind, changed)}"


def kind_words(kind: str) -> str:
    return RECORDS[kind].title if kind in RECORDS else "记录"


def field_words(kind: str, names: Collection[str]) -> str:
    """Fields as the form names them, a few of them."""
    known = RECORDS[kind].by_name if kind in RECORDS else {}
    told = [
        "所属网格" if name == PLACE else known[name].label for name in names if name in known or name == PLACE
    ]
    rest = f"等 {len(told)} 项" if len(told) > FEW else ""
    return "、".join(told[:FEW]) + rest or "内容"


def about_words(replica: Replica, edit: Edit) -> str:
    """Whom or what a step was about: the line of its first record that is here."""
    for part in edit.first:
        if part.kind in RECORDS and (line := line_of(replica, part.kind, part.id)):
            return line
    return "" if edit.first[0].kind == CONFLICT else AWAY


def left_words(replica: Replica, left: Sequence[Left]) -> str:
    """What stayed as it is, and why: 王建国 的 联系电话 后来由 李四 改过."""
    told = [_left(replica, one) for one in left[:FEW]]
    more = f"；另有 {len(left) - FEW} 条同样没有动" if len(left) > FEW else ""
    return "；".join(told) + more + "。" if told else ""


def outcome_message(replica: Replica, outcome: Outcome, *, again: bool = False) -> Message:
    """What to say after a step was taken back, or done again."""
    verb = "重做" if again else "撤回"
    if outcome.edit is None:
        return Message(f"没有可以{verb}的修改")
    what, about = edit_words(outcome.edit), about_words(replica, outcome.edit)
    why = left_words(replica, outcome.left)
    if not outcome:
        return Message(f"没有{verb}：{what}", why, Tone.WARN)
    hint = "" if again else "按 Ctrl+Y 可以重做。"
    told = f"已{verb}：{what}" + (f"（{about}）" if about and about not in what else "")
    return Message(told, f"其中有没动的：{why}" if why else hint, Tone.WARN if why else Tone.GOOD)


def _left(replica: Replica, left: Left) -> str:
    line = line_of(replica, left.part.kind, left.part.id) if left.part.kind in RECORDS else ""
    if left.why:
        return f"{line or kind_words(left.part.kind)} 不能再是原来的样子（{left.why}）"
    if left.leaned:
        return f"{line or kind_words(left.part.kind)} 后来又登了别的记录"
    if left.refused:
        return f"{line or kind_words(left.part.kind)}{_fields(left)} 中心没有收下，按 F9 处理"
    if left.gone:
        return f"{line or kind_words(left.part.kind)}{'已在回收站' if left.fields else '已不在本机'}"
    who = "您自己" if left.by == replica.author else left.by or "中心"
    return f"{line or kind_words(left.part.kind)}{_fields(left)} 后来由{who}改过"


def _fields(left: Left) -> str:
    return "" if left.part.made else f" 的{field_words(left.part.kind, left.fields)}"
