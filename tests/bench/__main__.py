"""`make bench`: floor, ours and peers on the same records in one run, as tables of ratios.

Ends with an error when a laptop does not agree with another, or when a round costs what is held and not what changed.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
import signal
from statistics import median
import sys
import tempfile
import time

import pytest

from tests.bench import contenders, desk, paper, report
from tests.bench.contenders import Contender, Database, Figures
from tests.bench.peers.fetched import Absent
from tests.bench.process import Failed
from tests.server import postgres

PARTS = ("desk", "paper", "search", "floor", "ours", "anki", "pouch", "pressure")
WINDOW = {"desk": desk.measure, "paper": paper.measure, "search": desk.measure_search}
FEW, USUAL, MANY = 1_000, 10_000, 50_000
IDLE_BYTES = {"idle_sent": 400, "idle_received": 200}


def main() -> int:
    """Measure what was asked for, print it, and say 1 when something promised did not hold."""
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended all the same
    began = time.monotonic()
    with _folder() as folder, ExitStack() as stack:
        broken = list[str]()
        _at_the_desk(asked.parts, folder, broken)
        database = _postgres(stack) if set(asked.parts) - set(WINDOW) else None
        present = _present(asked.parts, database)
        found = _measured(folder, present, asked.sizes, asked.runs, broken)
        rates = _rates(folder, database, broken) if "pressure" in asked.parts else {}
    goals = report.targets(found, rates, USUAL, FEW, MANY)
    _print(found, rates, goals)
    print(f"\n用时 {time.monotonic() - began:.0f} 秒")
    broken += _broken(found)
    for words in broken:
        print(f"没有做到：{words}", file=sys.stderr)
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


def _at_the_desk(parts: list[str], folder: Path, broken: list[str]) -> None:
    """The window's own part, on its own."""
    for part, measure in WINDOW.items():
        if part in parts:
            with _noted(f"窗口（{part}）", broken):
                measure(folder)


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
    folder: Path, present: list[Contender], sizes: list[int], runs: int, broken: list[str]
) -> dict[int, dict[str, Figures]]:
    """Contenders take turns, so that a slow minute of the machine falls on all of them."""
    found: dict[int, dict[str, Figures]] = {}
    for size in sizes:
        taken: dict[str, list[Figures]] = {}
        for run in range(runs if size <= USUAL else 1):
            for one in present if size != FEW else [one for one in present if one.kind == "ours"]:
                crowd = size == USUAL and run == 0
                own = folder / f"{size}-{run}-{one.name}".replace(" ", "-")
                own.mkdir()
                with _noted(f"{one.name}，{size:,} 条", broken, peer=one.kind == "peer"):
                    taken.setdefault(one.name, []).append(one.measure(own, size, crowd=crowd))
        found[size] = {name: _as_one(several) for name, several in taken.items()}
    return found


@contextmanager
def _noted(what: str, broken: list[str], *, peer: bool = False) -> Iterator[None]:
    """Go on with the others when one fails; the run as a whole has failed, unless it was a peer."""
    _say(f"{what} …")
    try:
        yield
    except Failed as why:
        words = f"{what}：{str(why).splitlines()[-1]}"
        if peer:
            print(f"没有测成：{words}")
        else:
            broken.append(words)


def _say(words: str) -> None:
    """What is going on, on a screen only."""
    if sys.stderr.isatty():
        print(f"\r{words}\033[K", end="", file=sys.stderr, flush=True)


def _rates(folder: Path, database: Database | None, broken: list[str]) -> dict[str, float]:
    rates: dict[str, float] = {}
    places: list[tuple[str, Database | None, int]] = [("SQLite", None, 1)]
    places += [("PG", database, 1), ("PG", database, 2)] if database is not None else []
    for kind, place, workers in places:
        own = folder / f"pressure-{kind}-{workers}"
        own.mkdir()
        name = f"{kind}，{workers} 个进程"
        with _noted(name, broken):
            rates[name] = contenders.pressure(own, place, workers)
    return rates


def _as_one(several: list[Figures]) -> Figures:
    keys = dict.fromkeys(key for figures in several for key in figures)
    of = {key: [figures[key] for figures in several if key in figures] for key in keys}
    return {key: (min if key.endswith("_least") else median)(values) for key, values in of.items()}


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
        f"{name} {size:,} 条，{key} {at[name][key]:.0f} B"
        for size, at in found.items()
        for name in report.FLOORS
        if name in at
        for key, limit in IDLE_BYTES.items()
        if at[name][key] > limit
    ]
    return [str(goal) for goal in flat if not goal.reached] + wordy


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
