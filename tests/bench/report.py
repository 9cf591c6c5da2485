"""The figures of one run as tables of ratios, and beside each target whether it was reached."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import os
import platform
import unicodedata

Figures = Mapping[str, float]
Found = Mapping[int, Mapping[str, Figures]]  # size → contender → figures

SECONDS = {
    "up": "首次上传",
    "down": "首次下载",
    "file_up": "整个文件上传",
    "file_down": "整个文件下载",
    "edits": "200 处修改，上传并到第二台",
    "idle": "无改动的一轮",
    "push": "20 台各 200 处：上传",
    "pull": "20 台各 200 处：取回",
    "together": "20 台各 200 处：合计",
}
AMOUNTS = {
    "up_sent": ("首次上传：发出", 1e6, "MB"),
    "up_received": ("首次上传：收到", 1e6, "MB"),
    "down_received": ("首次下载：收到", 1e6, "MB"),
    "idle_sent": ("无改动的一轮：发出", 1, "B"),
    "idle_received": ("无改动的一轮：收到", 1, "B"),
    "memory_up": ("上传时本机内存峰值", 1, "MB"),
    "memory_down": ("下载时本机内存峰值", 1, "MB"),
    "memory_centre": ("中心内存峰值（至此）", 1, "MB"),
    "seconds_centre": ("中心处理器时间（至此）", 1, "s"),
}
FLOORS = {"本程序 SQLite": "底线 SQLite", "本程序 PG": "底线 PG"}
FIRST, WIDTH = 30, 18


@dataclass(frozen=True)
class Target:
    """One line of the goals: what was reached beside what was meant."""

    words: str
    value: float
    limit: float
    unit: str = "×"
    least: bool = False

    @property
    def reached(self) -> bool:
        return self.value >= self.limit if self.least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.least else "≤"
        return f"  {'✓' if self.reached else '✗'} {padded(self.words, 48)}{self.value:>8.2f}{self.unit}  （目标 {sign} {self.limit:g}{self.unit}）"


def heading() -> str:
    return f"同步的速度：{os.cpu_count()} 核，{platform.system()} {platform.machine()}，Python {platform.python_version()}"


def table(size: int, found: Mapping[str, Figures]) -> str:
    """One table for so many records: seconds with their multiple of the floor, then bytes and memory."""
    names = list(found)
    lines = [f"\n{size:,} 条", _row("", names)]
    lines += _rows(SECONDS, names, lambda name, key: _second(found, name, key))
    for key, (words, scale, unit) in AMOUNTS.items():
        cells = [f"{found[name][key] / scale:.3g} {unit}" if key in found[name] else "" for name in names]
        if any(cells):
            lines.append(_row(words, cells))
    return "\n".join(lines)


def targets(found: Found, rates: Mapping[str, float], size: int, few: int, many: int) -> list[Target]:
    """Every goal that this run has figures for."""
    at = found.get(size, {})
    return [
        *_beside_floor(at),
        *_beside_peers(at),
        *_absolute(at),
        *flat(found.get(few, {}), found.get(many, {})),
        *(
            Target(f"每秒 60 处修改的交换：{name}", rate, 150, " 次", least=True)
            for name, rate in rates.items()
            if "PG" in name
        ),
    ]


def _beside_floor(at: Mapping[str, Figures]) -> list[Target]:
    return [
        Target(f"{SECONDS[key]}：{own} 对底线", at[own][key] / at[floor][key], 2)
        for own, floor in FLOORS.items()
        if own in at and floor in at
        for key in ("up", "down", "together")
        if key in at[own] and key in at[floor]
    ]


def _beside_peers(at: Mapping[str, Figures]) -> list[Target]:
    own = at.get("本程序 SQLite")
    if own is None:
        return []
    goals = [("PouchDB", 8.0), ("Anki", 1.0)]
    return [
        Target(f"{SECONDS[key]}：比 {peer} 快", at[peer][key] / own[key], times, least=True)
        for peer, times in goals
        if peer in at
        for key in ("up", "down")
    ]


def _absolute(at: Mapping[str, Figures]) -> list[Target]:
    goals = [("edits", 60.0), ("idle", 5.0)]
    return [
        Target(f"{SECONDS[key]}：{own}", at[own][key] * 1000, limit, " ms")
        for own in FLOORS
        if own in at
        for key, limit in goals
    ]


def flat(few: Mapping[str, Figures], many: Mapping[str, Figures]) -> list[Target]:
    both = [own for own in FLOORS if own in few and own in many]
    return [
        Target(
            f"无改动的一轮，多持有的比少持有的：{own}", many[own]["idle_least"] / few[own]["idle_least"], 1.5
        )
        for own in both
    ]


def _rows(keys: Mapping[str, str], names: Sequence[str], cell: Callable[[str, str], str]) -> list[str]:
    rows = [(words, [cell(name, key) for name in names]) for key, words in keys.items()]
    return [_row(words, cells) for words, cells in rows if any(cells)]


def _second(found: Mapping[str, Figures], name: str, key: str) -> str:
    if key not in found[name]:
        return ""
    seconds = found[name][key]
    said = f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
    floor = {} if name in FLOORS.values() else found.get(FLOORS.get(name, "底线 SQLite"), {})
    return f"{said} {seconds / floor[key]:.1f}×" if key in floor else said


def _row(first: str, cells: Sequence[str]) -> str:
    return "  " + padded(first, FIRST) + "".join(" " * (WIDTH - _width(cell)) + cell for cell in cells)


def padded(words: str, width: int) -> str:
    """Words with blanks behind them; a Chinese letter is as wide as two others."""
    return words + " " * (width - _width(words))


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)
