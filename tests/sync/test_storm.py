"""Several laptops, a bad line, cuts, wrong clocks and restores in any order: no edit is lost and all agree at the end.

The steps are those of :mod:`tests.sync.history`; :mod:`tests.sync.deep` runs thousands of such histories.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
import pytest

from tests.sync.deep import Stage, stage
from tests.sync.history import STEPS, History
from tests.sync.verdict import judge
from tests.sync.world import World

pytestmark = pytest.mark.expects_log

SEEDS = Path(__file__).with_name("seeds.txt")
STORED = [int(line.split()[0]) for line in SEEDS.read_text().splitlines() if line[:1].isdigit()]
HISTORIES = range(1, 25)
DICE = st.randoms(use_true_random=False)


@pytest.fixture(scope="module", params=["memory", "sqlite", "http"])
def ground(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with ExitStack() as after:
        yield stage(request.param, after)


@pytest.mark.parametrize("seed", HISTORIES)
def test_no_history_loses_an_edit_divides_two_ends_or_sticks(ground: Stage, seed: int) -> None:
    ground.run(seed)


@pytest.mark.parametrize("seed", STORED)
def test_a_history_that_once_went_wrong_ends_well(ground: Stage, seed: int) -> None:
    ground.run(seed)


class Storm(RuleBasedStateMachine):
    """The same steps, drawn by Hypothesis, which shortens what fails."""

    centre_kind = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.after, self.history = ExitStack(), None

    @initialize(dice=DICE)
    def begin(self, dice: Random) -> None:
        ground = stage(self.centre_kind, self.after)
        world = self.after.enter_context(World(0).ruled())
        ground.centre.begin_again()
        self.history: Any = History(ground.centre, ground.tokens, world, dice)
        self.after.callback(self.history.close)

    @rule(step=st.sampled_from([step for step, often in STEPS.items() for _ in range(often)]), dice=DICE)
    def go(self, step: Callable[[History, Random], None], dice: Random) -> None:
        step(self.history, dice)

    def teardown(self) -> None:
        with self.after:
            if self.history is not None:
                judge(self.history)


Storm.TestCase.settings = settings(max_examples=settings.default.max_examples, stateful_step_count=40)
TestStorm = Storm.TestCase
