"""A home in words: its door and household in two lines, what to remember there, who keeps in touch."""

from collections.abc import Sequence

from gridclient.records.codes import Relation
from gridclient.records.people import HouseholdKind
from gridclient.records.place import Tenure
from gridclient.records.visit import VisitTask
from gridclient.store.homes import Home
from gridclient.ui.door_words import label_words

FEW = 4  # reminders shown before the rest is counted


def facts_of(home: Home) -> str:
    """Dwelling and household in two short lines."""
    dwelling, household = home.dwelling, home.household
    area = f"{dwelling.area_m2:g} ㎡" if dwelling.area_m2 else ""
    owner = f"产权人 {dwelling.owner}" if dwelling.owner else ""
    first = "　".join(part for part in (Tenure.words(dwelling.tenure), area, owner) if part)
    if household is None:
        return f"{first}\n没有登记住户".strip()
    kind = HouseholdKind.words(household.kind_of_household)
    number = f"户号 {household.number}" if household.number else ""
    labels = label_words(household.labels)
    second = "　".join(p for p in (kind, number, f"{len(home.members)} 人", labels) if p)
    return f"{first}\n{second}".strip()


def reminders_of(home: Home, to_do: Sequence[str] = ()) -> list[str]:
    """What to remember at this door: appointments, what else is ``to_do``, what is missing, who else lives here."""
    names = {p.id: p.name for p in home.members} | {home.dwelling.id: "房屋"}
    lines = [*(_task_words(task) for task in home.tasks), *to_do, *_head_words(home)]
    lines += [
        f"{names.get(id_, '')}缺：{'、'.join(labels[:3])}{'等' if len(labels) > 3 else ''}"
        for id_, labels in home.missing.items()
    ]
    if home.others:
        heads = "、".join(h.head_name or "无户主" for h in home.others)
        lines.append(f"同一门内还有 {len(home.others)} 户：{heads}")
    more = len(lines) - FEW
    return [*lines[:FEW], f"还有 {more} 条"] if more > 0 else lines


def party_of(home: Home) -> str:
    """Whether this is a centre household, and who keeps in touch with it."""
    parts = []
    if home.centre:
        parts.append(f"★ 党员中心户 {home.centre.number}")
    if home.contacts:
        parts.append(f"联系人：{'、'.join(home.contacts)}")
    return "　".join(parts)


def _head_words(home: Home) -> list[str]:
    """What is wrong with the head of the household, and how it is put right."""
    household = home.household
    if household is None or household.kind_of_household == HouseholdKind.COLLECTIVE or not home.members:
        return []
    heads = [m for m in home.members if m.relation == Relation.HEAD]
    if len(heads) == 1:
        return []
    wrong = f"登记了 {len(heads)} 位户主" if heads else "还没有登记户主"
    return [f"这一户{wrong}：按 J 再按 D 选一位"]


def _task_words(task: VisitTask) -> str:
    at = f" {task.at:%H:%M}" if task.at else ""
    return f"约定 {task.due:%m-%d}{at} {task.title}" if task.due else task.title
