"""What ledgers say of matters that no single record holds: who took which step and when, how long it took, what came of it."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from gridclient.ledger.computing import Computed, Formed, Found, Gathered, Reader, When, alive, columns_of
from gridclient.records import MatterStep, Visit
from gridclient.records.matter import MatterAct, MatterState
from gridclient.rules.disputes import result_words

ASIDE = frozenset({MatterAct.COLLECTED.value, MatterAct.CALLED_BACK.value, MatterAct.RATED.value})
FOUND = ("changes", "needs", "disputes", "hazards", "hazard_note")
UNCHANGED = ("无变化", "无")
GROUNDS = {"needs": "诉求", "disputes": "矛盾", "hazards": "隐患", "hazard_note": "隐患", "changes": "变化"}


def _steps(reader: Reader, _when: When) -> Found:
    """The last step of each act (``sent``, ``sent_by``, ``sent_on``), and the words of all in the order of their days,
    those aside that have columns of their own.
    """
    step = columns_of(MatterStep)
    wanted = select(step.matter, step.act, step.done_by, step.at, step.told).where(alive(step))
    found: defaultdict[str, dict[str, Any]] = defaultdict(lambda: {"course": ""})
    for matter, act, by, at, told in reader.rows(wanted.order_by(step.at, step.id)):
        steps = found[matter]
        day = at.date() if isinstance(at, datetime) else None
        steps |= {act: told, f"{act}_by": by, f"{act}_on": day}
        if told and act not in ASIDE:
            steps["course"] = "\n".join(line for line in (steps["course"], _line(act, at, told)) if line)
    return found


def _line(act: str, at: datetime | None, told: str) -> str:
    """``09-05 办理：联系楼上住户``."""
    day = f"{at:%m-%d} " if at else ""
    return f"{day}{MatterAct.words(act)}：{told}"


def _days(when: When, values: tuple[Any, ...]) -> Any:
    """How many days it took, or has taken until today."""
    heard, closed = values
    return ((closed or when.today) - heard).days if heard else ""


def _standing(when: When, values: tuple[Any, ...]) -> str:
    """How it stands on the day of printing: 办理中, and by how many days it is late."""
    state, due = values
    late = (when.today - due).days if isinstance(due, date) and state != MatterState.DONE else 0
    return MatterState.words(state) + (f"\n超期{late}天" if late > 0 else "")


def _persons(_when: When, values: tuple[Any, ...]) -> Any:
    involved, people = values
    return involved or len(people or ()) or ""


def _found(_when: When, values: tuple[Any, ...]) -> str:
    """What was heard and seen at a door, in one cell: 诉求：…；隐患：…."""
    fields = Visit.spec.by_name
    told = ((GROUNDS[name], fields[name].text(value)) for name, value in zip(FOUND, values, strict=True))
    return "；".join(f"{ground}：{words}" for ground, words in told if words and words not in UNCHANGED)


def _step(label: str, part: str) -> Gathered:
    return Gathered(label, part, _steps)


MATTER: dict[str, Computed] = {
    "course": _step("办理过程", "course"),
    "collected_by": _step("登记人", "collected_by"),
    "judged": _step("研判去向", "judged"),
    "accepted": _step("核实情况", "accepted"),
    "accepted_by": _step("核实人", "accepted_by"),
    "sent_by": _step("派单人", "sent_by"),
    "sent_on": _step("派单日期", "sent_on"),
    "taken_by": _step("接单人", "taken_by"),
    "taken_on": _step("接单日期", "taken_on"),
    "handled": _step("办理情况", "handled"),
    "answered": _step("反馈", "answered"),
    "called_back": _step("回访情况", "called_back"),
    "called_back_on": _step("回访日期", "called_back_on"),
    "rated": _step("评价", "rated"),
    "days": Formed("办理天数", ("heard_on", "closed_on"), _days),
    "standing": Formed("办理状态", ("state", "due"), _standing),
    "persons": Formed("涉及人数", ("involved", "people"), _persons),
    "came_to": Formed("化解结果", ("result", "state"), lambda _when, v: result_words(*v)),
}
VISIT: dict[str, Computed] = {"found": Formed("反映问题", FOUND, _found)}
