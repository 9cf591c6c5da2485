"""Thousands of random histories: ``python -m tests.sync.deep --histories 10000 --hub memory --jobs 1 --from 1``.

The last line tells how many histories ran, how many edits were lost, how often two ends differed or a queue was stuck,
and how long it took. The seed of every failure is printed; tests/sync/seeds.txt keeps those worth replaying.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
import logging
from multiprocessing import get_context
from pathlib import Path
from random import Random
import tempfile
import time
import traceback

from tests.server import postgres
from tests.sync.centre import Witness
from tests.sync.centres import centre
from tests.sync.history import STEPS, History
from tests.sync.site import ACCOUNTS, PROGRAMS, blank
from tests.sync.verdict import Divided, Lost, Stuck, judge
from tests.sync.world import World

HUBS = ("memory", "sqlite", "postgres", "http")
MEMORY_DISK = Path("/dev/shm")


class Stage:
    """A centre of one kind on which histories run one after the other."""

    def __init__(self, witness: Witness) -> None:
        self.centre = witness
        self.tokens = witness.found(ACCOUNTS)
        for program in PROGRAMS:
            blank(program)  # Made once, and with chance of its own.

    def run(self, seed: int, watch: Callable[[str], None] = lambda _step: None) -> None:
        """The history of this seed; raises what is wrong with it."""
        dice, world = Random(seed), World(seed)
        with world.ruled():
            self.centre.begin_again()
            history = History(self.centre, self.tokens, world, dice)
            try:
                for step in dice.choices([*STEPS], [*STEPS.values()], k=dice.randrange(20, 61)):
                    watch(step.__name__)
                    step(history, dice)
                judge(history)
            finally:
                history.close()


def stage(kind: str, after: ExitStack) -> Stage:
    """A stage of this kind; closed with ``after``."""
    room = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    folder = Path(after.enter_context(tempfile.TemporaryDirectory(dir=room)))
    url = ""
    if kind == "postgres":
        url = after.enter_context(after.enter_context(postgres.running()).database())
    return Stage(after.enter_context(centre(kind, folder, url)))


def failures(kind: str, seeds: Iterable[int]) -> Counter[str]:
    """Run these histories; how many there were, and how many broke which promise."""
    logging.disable(logging.CRITICAL)
    counted: Counter[str] = Counter()
    with ExitStack() as after:
        ground = stage(kind, after)
        for seed in seeds:
            counted["histories"] += 1
            try:
                ground.run(seed)
            except Exception as wrong:  # noqa: BLE001 - whatever it is, it has a seed
                counted[_name(wrong)] += 1
                where = "" if isinstance(wrong, Lost | Divided | Stuck) else traceback.format_exc(limit=-3)
                print(
                    f"seed {seed} on {kind}: {type(wrong).__name__}: {str(wrong)[:600]} {where}", flush=True
                )
            if counted["histories"] % 250 == 0:
                print(f"{kind}: {counted['histories']} done, at seed {seed}", flush=True)
    return counted


def _name(wrong: Exception) -> str:
    return {Lost: "lost", Divided: "divergence", Stuck: "stuck"}.get(type(wrong), "errors")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--histories", type=int, default=1000)
    asked.add_argument("--hub", choices=HUBS, default="memory")
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--from", type=int, default=1, dest="first")
    told = asked.parse_args()
    began, counted = time.monotonic(), Counter[str]()
    parts = [
        (told.hub, range(told.first + job, told.first + told.histories, told.jobs))
        for job in range(told.jobs)
    ]
    with get_context("spawn").Pool(told.jobs) as pool:
        for one in pool.starmap(failures, parts):
            counted += one
    print(
        f"{told.hub}: {counted['histories']} histories, {counted['lost']} lost edits, "
        f"{counted['divergence']} divergence, {counted['stuck']} stuck queues, {counted['errors']} errors, "
        f"{time.monotonic() - began:.0f} seconds"
    )
    raise SystemExit(sum(counted.values()) > counted["histories"])


if __name__ == "__main__":
    main()
