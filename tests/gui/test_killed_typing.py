"""The whole program killed (SIGKILL) while somebody types: every field but at most the last is offered back."""

from collections.abc import Callable, Iterator
import os
from pathlib import Path
import random
import signal
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.desk import Desk
from gridclient.records import Dwelling
from gridclient.records.codes import Relation
from gridclient.settings import Settings
from gridclient.store.homes import doors
from gridclient.ui.form import RecordForm
from gridclient.ui.visits import VisitLoop
from gridclient.ui.workspace import Workspace
from tests.gui.typist import ENTER, PERSON, SCENES, typists
from tests.support import people, screens

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot copy a process")

Send = Callable[[str, Path], Iterator[str]]
Key = tuple[str, int]  # a blank, and how many keys it has had


@pytest.fixture(scope="module")
def send() -> Iterator[Send]:
    with typists() as send:
        yield send


@pytest.fixture
def again(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Workspace]]:
    """Opens the vault anew, after whoever had it is gone."""
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    opened: list[Workspace] = []

    def open_() -> Workspace:
        opened.append(screens.FixedDay(Desk.open(tmp_path / "people.vault", people.PASSPHRASE), Settings()))
        return opened[-1]

    yield open_
    for workspace in opened:
        workspace.let_go()
        workspace.desk.close()
        workspace.deleteLater()


def moments(scene: str, seed: int, count: int) -> list[int]:
    """After how many keys to kill: drawn anew for each seed, the first and the last always among them."""
    keys = sum(map(len, SCENES[scene].values()))
    return [1, *sorted(random.Random(seed).sample(range(2, keys), count - 2)), keys]


def killed_after(send: Send, scene: str, folder: Path, keys: int) -> tuple[Key, str]:
    """Let somebody type and kill the process after so many keys; the last key it reported, and the door it stood at."""
    people.desk_at(folder).close()
    told = send(scene, folder)
    process, door, last, count = int(next(told)), "", ("", 0), 0
    for line in told:
        if line.startswith("at "):
            door = line.removeprefix("at ")
        elif line != "typed":
            name, _tab, had = line.partition("\t")
            last, count = (name, int(had)), count + 1
        if count == keys:
            os.kill(process, signal.SIGKILL)
    return last, door


def whole_before(scene: str, last: Key) -> dict[str, str]:
    """The blanks that had been left by the time of the last key, with all that was typed into them."""
    names = list(SCENES[scene])
    return {name: SCENES[scene][name] for name in names[: names.index(last[0])]}


@pytest.mark.parametrize("keys", moments("person", 1953, 9))
def test_a_form_killed_at_any_key_offers_back_every_field_but_at_most_the_last(
    send: Send, again: Callable[[], Workspace], qtbot: QtBot, tmp_path: Path, keys: int
) -> None:
    last, _door = killed_after(send, "person", tmp_path, keys)

    form = RecordForm(again(), "resident")
    qtbot.addWidget(form)
    form.open_new()
    offered = {name: words_of(form.form.editor(name).raw()) for name in PERSON}
    left = whole_before("person", last)

    assert {name: offered[name] for name in left} == left
    assert PERSON[last[0]].startswith(offered[last[0]])
    assert form.dirty == any(offered.values())


@pytest.mark.parametrize("keys", moments("tenants", 1980, 6))
def test_a_form_at_a_door_killed_at_any_key_offers_back_every_field_but_at_most_the_last(
    send: Send, again: Callable[[], Workspace], qtbot: QtBot, tmp_path: Path, keys: int
) -> None:
    last, dwelling = killed_after(send, "tenants", tmp_path, keys)

    workspace = again()
    loop = VisitLoop(workspace)
    qtbot.addWidget(loop)
    building = workspace.replica.all(Dwelling, Dwelling.id == dwelling)[0].building
    loop.show_door(
        next(d for d in doors(workspace.replica, building, workspace.today) if d.dwelling == dwelling)
    )
    loop.key(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier))
    offered = lines_of(loop.form.draft() if loop.form else {})

    left = {
        name: MEANT.get(name, typed.rstrip(ENTER)) for name, typed in whole_before("tenants", last).items()
    }
    left.pop("next", None)

    assert {name: offered[name] for name in left} == left


MEANT = {"relation": Relation.HEAD.label, "relation of the second": Relation.SPOUSE.label}


def words_of(raw: Any) -> str:
    return str(raw["words"] if isinstance(raw, dict) else raw)


def lines_of(draft: dict[str, Any]) -> dict[str, str]:
    """What the form of tenants offers back, blank by blank, of the first person and the second."""
    people = [
        told | {"relation": Relation.words(told["relation"]), "phone": told["phones"][0]}
        for told in draft.get("people", [])
    ]
    lines = [*people, *([draft["line"]] if "line" in draft else [])]
    return {
        f"{blank}{which}": line[blank]
        for line, which in zip(lines, ("", " of the second"), strict=False)
        for blank in ("number", "name", "relation", "phone")
    }
