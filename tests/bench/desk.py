"""The window on one laptop: what a person waits for, beside the goal and the failure, and the longest block of it."""

from contextlib import suppress
from datetime import date
import json
import os
from pathlib import Path
import subprocess
import time
from typing import Any

from tests.bench.process import PYTHON, ROOT, Failed
from tests.bench.report import padded
from tests.bench.rosters import roster_at
from tests.support.community import vault_with

PEOPLE, MANY, ROSTER = 20_000, 200_000, 5_000
# What was measured → its words, its goal and its failure in milliseconds, on an old laptop.
GOALS = {
    "start": ("启动到解锁窗口", 3000, 6000),
    "unlock": ("解锁到今日可用", 1000, 2000),
    "search": ("搜索，按键到列表（最慢的一次）", 100, 250),
    "door": ("走到下一户", 150, 400),
    "save": ("登记并显示下一户", 150, 400),
    "plan": ("楼栋图首次画出，4 单元 × 33 层 × 4 户", 200, 500),
    "scroll plan": ("楼栋图滚动一步", 33, 60),
    "scroll list": ("居民列表滚动一步", 33, 60),
    "ledger": ("台账预览", 2000, 5000),
    "import": (f"导入预检，{ROSTER:,} 行", 15_000, 40_000),
    "written": (f"导入写入，{ROSTER:,} 行", 20_000, 40_000),
}
# What is measured in a sitting of its own.
IMPORT = ("import", "written", "records written", "memory before", "memory")
COUNTED = {"ledger": ("ledger rows", "行"), "written": ("records written", "条记录")}
BLOCK = (50, 200)
MEMORY_MB = 500
Told = dict[str, dict[str, float]]


def measure(folder: Path, people: int = PEOPLE) -> None:
    """Lay the community down, sit at it, and print what was found."""
    roster = roster_at(folder / "roster.xlsx", ROSTER)
    vault = vault_with(folder / f"{people}.vault", people, date.today())
    _sitting(
        folder, vault, roster, "start"
    )  # once unmeasured, as after installing: what Python compiles is kept
    cold = _forget_files()
    found, brought = (_sitting(folder, vault, roster, what) for what in ("", "import"))
    for part, told in found.items():
        told |= {key: brought[part][key] for key in IMPORT if key in brought[part]}
    print(_table(found, people, "文件不在缓存里" if cold else "文件已在缓存里"))


def measure_search(folder: Path, people: int = MANY) -> None:
    """Search alone, among many more."""
    vault = vault_with(folder / f"{people}.vault", people, date.today())
    found = _sitting(folder, vault, folder, "search")
    print(f"\n窗口，居民 {people:,} 人")
    print(_row("搜索，按键到列表（最慢的一次）", found["seconds"]["search"], (250, 250), found, "search"))


def _sitting(folder: Path, vault: Path, roster: Path, what: str) -> Told:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "GRIDCLIENT_HOME": str(folder / "home"),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [PYTHON, "-m", "tests.bench.sitting", str(vault), str(roster), str(time.monotonic()), what]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
        raise Failed("\n".join(said[-20:]) or f"exit code {done.returncode}")
    found: Told = json.loads(done.stdout.splitlines()[-1])
    return found


def _forget_files() -> bool:
    """Have the system forget what it read of the program and the vault; False where it does not let us."""
    os.sync()
    with suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("3")
        return True
    return False


def _table(found: Told, people: int, cold: str) -> str:
    seconds = found["seconds"]
    lines = [
        f"\n窗口，居民 {people:,} 人（{cold}；目标与不及格都按旧电脑）",
        f"  {padded('', 44)}{'':>12}  {padded('目标', 10)}{padded('不及格', 10)}最长卡顿（其中窗口线程在忙）",
    ]
    for key, (words, goal, fail) in GOALS.items():
        rows = f"，{seconds[COUNTED[key][0]]:,.0f} {COUNTED[key][1]}" if key in COUNTED else ""
        lines.append(_row(words + rows, seconds[key], (goal, fail), found, key))
    sign = "✓" if seconds["memory"] <= MEMORY_MB else "✗"
    lines.append(
        f"{sign:>3} 整个程序打开后占 {seconds['memory before']:.0f} MB，"
        f"导入时最多 {seconds['memory']:.0f} MB（目标 ≤ {MEMORY_MB} MB）"
    )
    places = {key: at for key, at in seconds.items() if key.startswith("place ")}
    lines += [
        _row(f"打开“{key.removeprefix('place ')}”", at, BLOCK, found, key)
        for key, at in sorted(places.items(), key=lambda one: -one[1])
    ]
    return "\n".join(lines)


def _row(words: str, seconds: float, goal: tuple[float, float], found: Told, key: str) -> str:
    good, bad = goal
    sign = "✓" if seconds * 1000 <= good else "△" if seconds * 1000 <= bad else "✗"
    block, busy = (found[part].get(key, 0.0) * 1000 for part in ("blocks", "busy"))
    stuck = "" if block <= BLOCK[0] else "△" if block <= BLOCK[1] else "✗"
    felt = f"{block:6.0f} ms（{busy:.0f}）{stuck}" if block else ""
    said = f"{seconds * 1000:,.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"
    return (
        f"{sign:>3} {padded(words, 44)}{said:>11}  {padded(_limit(good), 10)}{padded(_limit(bad), 10)}{felt}"
    )


def _limit(value: Any) -> str:
    return f"{value / 1000:g} s" if value >= 1000 else f"{value:g} ms"
