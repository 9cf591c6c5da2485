"""Chinese as people type it: a real input method on a real screen, its keys never taken for ours."""

from collections.abc import Iterator
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from tests.support import keyboard
from tests.support.keyboard import Keyboard, until

ROOT = Path(__file__).parents[2]
LACKING = keyboard.missing()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(LACKING), reason=f"no input method to try here: {'、'.join(LACKING)} missing"),
]


class Typist:
    """The window in a process of its own, and hands at its keyboard."""

    def __init__(self, program: "subprocess.Popen[str]", keys: Keyboard) -> None:
        self._program, self.keys = program, keys

    def open(self, place: str, **where: Any) -> None:
        """Go to a place of the window."""
        self._ask({"open": place, **where})

    def look(self) -> dict[str, Any]:
        """What is on the screen."""
        return self._ask({})

    def see(self, **wanted: Any) -> dict[str, Any]:
        """Wait until all of this is on the screen; what is there then."""
        until(
            lambda: wanted.items() <= self.look().items(),
            lambda: f"wanted {wanted}, there is {self.look()}",
        )
        return self.look()

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        print(json.dumps(what), file=self._program.stdin, flush=True)
        told: dict[str, Any] = json.loads(self._program.stdout.readline())
        return told


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyboard]:
    with keyboard.plugged_in(tmp_path_factory.mktemp("keyboard")) as plugged_in:
        yield plugged_in


@pytest.fixture
def typist(keys: Keyboard, tmp_path: Path) -> Iterator[Typist]:
    environment = keys.environment | {"QT_QPA_PLATFORM": "xcb", "GRIDCLIENT_HOME": str(tmp_path / "home")}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.typed_window", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            typist = Typist(program, keys)
            typist.see(active=True)
            yield typist
        finally:
            assert program.stdin is not None
            program.stdin.close()
            assert program.wait(keyboard.PATIENCE_S) == 0


def test_a_name_is_composed_in_a_form_and_enter_moves_on_only_afterwards(typist: Typist) -> None:
    typist.open("records", kind="resident", new=True)
    typist.see(focus="户", kings=0)
    typist.keys.type("1-1-601")
    typist.keys.press("Return")
    typist.see(focus="姓名")

    typist.keys.type("wangjianguo")
    typist.see(focus="姓名", preedit="王建国", text="")
    typist.keys.press("1")
    typist.see(focus="姓名", preedit="", text="王建国")
    typist.keys.press("Return")
    former = typist.see(text="")["focus"]
    typist.keys.type("zhong")
    typist.see(focus=former, preedit="中")
    typist.keys.press("Return")
    typist.see(focus=former, preedit="", text="zhong")
    typist.keys.press("ctrl+Return")

    typist.see(kings=1)


def test_digits_and_enter_answer_at_the_door_again_after_a_remark_was_composed(typist: Typist) -> None:
    first = "1号楼1单元601"
    typist.keys.press("F2")
    typist.see(place="today", focus="今天的门", door=first)

    typist.keys.press("m")
    typist.see(focus="备注")
    typist.keys.type("wangjianguo")
    typist.see(preedit="王建国", armed="")
    typist.keys.press("1")
    typist.see(preedit="", text="王建国", armed="", closed=0)
    typist.keys.type("zhong3")
    typist.keys.press("Return")
    typist.see(focus="备注", armed="", closed=0)
    typist.keys.press("ctrl+Return")
    typist.see(focus="今天的门", door=first)

    typist.keys.press("1")
    typist.see(armed="1", preedit="", closed=0)
    typist.keys.press("Return")
    second = typist.see(closed=1, armed="")["door"]
    typist.keys.press("3", "Return")
    third = typist.see(closed=2, armed="")["door"]

    assert len({first, second, third}) == 3
    assert [remark[:3] for remark in typist.look()["remarks"]] == ["王建国"]


def test_a_person_is_sought_in_chinese_and_enter_opens_nobody_while_composing(typist: Typist) -> None:
    typist.keys.press("F2")
    typist.see(place="today", focus="今天的门")
    typist.keys.press("ctrl+k")
    typist.see(finding=True, focus="搜索")

    typist.keys.type("wangguiying")
    typist.see(preedit="王桂英", text="")
    typist.keys.press("Return")
    typist.see(finding=True, preedit="", text="wangguiying")
    typist.keys.press("ctrl+a")
    typist.keys.type("wangguiying1")
    typist.see(finding=True, preedit="", text="王桂英")
    typist.keys.press("Escape")
    typist.see(finding=False, focus="今天的门")
    typist.keys.press("1")

    typist.see(armed="1", preedit="")
