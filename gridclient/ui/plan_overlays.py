"""The ways to colour a building: what each is called, its states with their signs, and the state of a door. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gridclient.records.people import CareLabel
from gridclient.records.place import Tenure, Use
from gridclient.store.homes import Door
from gridclient.ui.door_words import VISIT_MARKS, visit_state
from gridclient.ui.marks import MARKS, true_state
from gridclient.ui.plan_paint import Mark

STEPS = ((31, "month"), (92, "quarter"), (183, "half"))  # days since, at most


@dataclass(frozen=True)
class Overlay:
    """One way to colour a building: its name, its states in legend order, and the state of a door."""

    name: str
    title: str
    marks: dict[str, Mark]
    state: Callable[[Door, date], str]


def last_state(door: Door, today: date) -> str:
    """How long ago somebody was met here, or an empty door was found empty."""
    if door.last_effective is None:
        return "never"
    days = (today - door.last_effective).days
    return next((state for most, state in STEPS if days <= most), "long")


def _tenure(door: Door, _today: date) -> str:
    if door.tenure in (Tenure.OWN, Tenure.RENTED, Tenure.EMPTY):
        return door.tenure
    return "shop" if door.tenure == Tenure.SHOP or door.use == Use.COMMERCE else "other"


def _party(door: Door, _today: date) -> str:
    return "centre" if door.centre else "party" if door.party else ""


def _care(door: Door, _today: date) -> str:
    old = {CareLabel.LIVING_ALONE.value, CareLabel.ELDERLY.value, CareLabel.EMPTY_NEST.value}
    hard = {CareLabel.DISABLED.value, CareLabel.HARDSHIP.value}
    child = {CareLabel.PREGNANT.value, CareLabel.INFANT.value, CareLabel.LEFT_BEHIND.value}
    known = set(door.labels)
    found = (name for name, labels in (("old", old), ("hard", hard), ("child", child)) if labels & known)
    return next(found, "other" if known else "")


def _complete(door: Door, _today: date) -> str:
    return "whole" if door.completeness >= 0.995 else "most" if door.completeness >= 0.7 else "little"


OVERLAYS = (
    Overlay("visit", "走访状态", VISIT_MARKS, visit_state),
    Overlay(
        "last",
        "上次走访",
        {
            "month": Mark("good", "●", "一个月内"),
            "quarter": Mark("info", "◕", "三个月内"),
            "half": Mark("violet", "◑", "半年内"),
            "long": Mark("warn", "◔", "半年以上"),
            "never": Mark("bad", "○", "从未走访"),
        },
        last_state,
    ),
    Overlay(
        "complete",
        "资料完整度",
        {
            "whole": Mark("good", "●", "齐全"),
            "most": Mark("warn", "◐", "缺几项"),
            "little": Mark("bad", "◌", "缺很多"),
        },
        _complete,
    ),
    Overlay(
        "tenure",
        "自住/出租/空置",
        {
            Tenure.OWN.value: Mark("good", "■", "自住"),
            Tenure.RENTED.value: Mark("info", "◧", "出租"),
            Tenure.EMPTY.value: Mark("quiet", "○", "空置"),
            "shop": Mark("violet", "▣", "商铺"),
            "other": Mark("warn", "?", "未填"),
        },
        _tenure,
    ),
    Overlay(
        "party",
        "党员与中心户",
        {
            "centre": Mark("bad", "★", "中心户"),
            "party": Mark("warn", "党", "党员户"),
            "": Mark("quiet", "·", "其他"),
        },
        _party,
    ),
    Overlay(
        "care",
        "关怀标签",
        {
            "old": Mark("warn", "老", "老人"),
            "hard": Mark("bad", "困", "残疾困难"),
            "child": Mark("violet", "幼", "孕幼留守"),
            "other": Mark("info", "◆", "其他关怀"),
            "": Mark("quiet", "·", "无标签"),
        },
        _care,
    ),
    Overlay(
        "waiting",
        "待同步",
        {**MARKS, "": Mark("good", "✓", "中心已收")},
        lambda door, _today: true_state(door.standing, running=False),
    ),
)
