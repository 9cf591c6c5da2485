"""`make bench`: floor, ours and peers on the same records in one run, as tables of ratios.

Ends with an error when a laptop does not agree with another, or when a round costs what is held and not what changed.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile
import time

import pytest

from tests.bench import contenders, report
from tests.bench.contenders import Contender, Database, Failed, Figures
from tests.bench.peers.fetched import Absent
from tests.bench.process import PYTHON, ROOT
from tests.server import postgres

PARTS = ("desk", "floor", "ours", "anki", "pouch", "pressure")
FEW, USUAL, MANY = 1_000, 10_000, 50_000
IDLE_BYTES = {"idle_sent": 400, "idle_received": 200}


def main() -> int:
    """Measure what was asked for, print it, and say 1 when something promised did not hold."""
    asked = _asked()
    began = time.monotonic()
    if "desk" in asked.parts:
        subprocess.run(
            [PYTHON, "-m", "pytest", "--override-ini=norecursedirs=.*", "tests/bench", "-sq"],
            check=True,
            cwd=ROOT,
        )
    with _folder() as folder, ExitStack() as stack:
        database = _postgres(stack)
        found = _measured(folder, _present(asked.parts, database), asked.sizes, asked.runs)
        rates = _rates(folder, database) if "pressure" in asked.parts else {}
    goals = report.targets(found, rates, USUAL, FEW, MANY)
    _print(found, rates, goals)
    print(f"\n用时 {time.monotonic() - began:.0f} 秒")
    broken = _broken(found)
    for words in broken:
        print(words, file=sys.stderr)
    return 1 if broken else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description="测量速度")
    parser.add_argument("parts", nargs="*", default=PARTS, help=f"只测其中几项：{' '.join(PARTS)}")
    parser.add_argument("--sizes", nargs="+", type=int, default=[FEW, USUAL, MANY], help="记录条数")
    parser.add_argument("--runs", type=int, default=3, help=f"{USUAL:,} 条以内各测几次，取中位数")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"没有这一项：{'、'.join(sorted(unknown))}")
    return asked


def _present(parts: list[str], database: Database | None) -> list[Contender]:
    """Whoever was asked for and can be had; a line for each who cannot."""
    found: list[Contender] = []
    for part, make in (("floor", contenders.floor), ("ours", contenders.ours)):
        if part in parts:
            name = {"floor": "底线", "ours": "本程序"}[part]
            found.append(make(f"{name} SQLite"))
            found += [make(f"{name} PG", database)] if database is not None else []
    peers: dict[str, Callable[[], Contender]] = {"anki": contenders.anki, "pouch": contenders.pouch}
    for part, peer in peers.items():
        try:
            found += [peer()] if part in parts else []
        except Absent as why:
            print(f"{part}：没有测，装不上（{why}）")
    return found


def _measured(
    folder: Path, present: list[Contender], sizes: list[int], runs: int
) -> dict[int, dict[str, Figures]]:
    """Contenders take turns, so that a slow minute of the machine falls on all of them."""
    found: dict[int, dict[str, Figures]] = {}
    for size in sizes:
        taken: dict[str, list[Figures]] = {}
        for run in range(runs if size <= USUAL else 1):
            for one in present if size != FEW else [one for one in present if one.ours]:
                crowd = size == USUAL and run == 0
                if figures := _one(folder / f"{size}-{run}-{one.name}".replace(" ", "-"), one, size, crowd):
                    taken.setdefault(one.name, []).append(figures)
        found[size] = {name: _medians(several) for name, several in taken.items()}
    return found


def _one(folder: Path, one: Contender, size: int, crowd: bool) -> Figures:
    folder.mkdir()
    _say(f"{one.name}，{size:,} 条 …")
    try:
        return one.measure(folder, size, crowd=crowd)
    except Failed as why:
        if one.ours or one.name.startswith("底线"):
            raise
        print(f"{one.name}：{size:,} 条没有测成（{str(why).splitlines()[-1]}）")
        return {}


def _say(words: str) -> None:
    """What is going on, on a screen only."""
    if sys.stderr.isatty():
        print(f"\r{words}\033[K", end="", file=sys.stderr, flush=True)


def _rates(folder: Path, database: Database | None) -> dict[str, float]:
    rates = {}
    for name, place in (("SQLite", None), ("PG", database)):
        for processes in (1, 2) if place else (1,):
            own = folder / f"pressure-{name}-{processes}"
            own.mkdir()
            rates[f"{name}，{processes} 个进程"] = contenders.pressure(own, place, processes)
        if database is None:
            break
    return rates


def _medians(several: list[Figures]) -> Figures:
    keys = dict.fromkeys(key for figures in several for key in figures)
    return {key: median(figures[key] for figures in several if key in figures) for key in keys}


def _print(found: dict[int, dict[str, Figures]], rates: dict[str, float], goals: list[report.Target]) -> None:
    print(
        f"\n{report.heading()}",
        *(report.table(size, at) for size, at in found.items() if at),
        sep="\n",
    )
    if rates:
        print(
            "\n60 处修改的交换，8 台同时",
            *(f"  {name}：每秒 {rate:.0f} 次" for name, rate in rates.items()),
            sep="\n",
        )
    if goals:
        print("\n目标", *goals, sep="\n")


def _broken(found: dict[int, dict[str, Figures]]) -> list[str]:
    """What must hold on any machine: a round costs what changed, and hardly a byte when nothing did."""
    flat = report.flat(found.get(FEW, {}), found.get(MANY, {}))
    wordy = [
        f"没有做到：{name} {size:,} 条，{key} {at[name][key]:.0f} B"
        for size, at in found.items()
        for name in report.FLOORS
        if name in at
        for key, limit in IDLE_BYTES.items()
        if at[name][key] > limit
    ]
    return [f"没有做到：{goal}" for goal in flat if not goal.reached] + wordy


def _postgres(stack: ExitStack) -> Database | None:
    try:
        return stack.enter_context(postgres.running(durable=True)).database
    except pytest.skip.Exception:
        print("PostgreSQL：没有测，这台电脑上没有")
        return None


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gridclient-bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    sys.exit(main())
