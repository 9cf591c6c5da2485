"""A clash keeps both values until a person chooses, with two keys."""

from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Resident
from gridclient.ui.clashes import ClashesView
from gridclient.ui.workspace import Workspace
from sync.conflict import Conflict
from tests.support.stage import Hands, on_stage


def clash(workspace: Workspace, name: str, mine: str, theirs: str) -> Conflict:
    """A number that somebody at the counter changed as well; the record shows theirs."""
    person = next(p for p in workspace.replica.all(Resident) if p.phones)
    person.phones = [theirs]
    conflict = Conflict(
        record_kind="resident",
        record_id=person.id,
        group_name="phones",
        before={"phones": ["19900000000"]},
        kept={"phones": [theirs]},
        kept_by="李娜",
        kept_at=1_790_000_000_000,
        lost={"phones": [mine]},
        lost_by=workspace.replica.author,
        lost_at=1_790_000_100_000,
        id=name,
        area=person.area,
    )
    workspace.replica.save(person, conflict)
    return conflict


@pytest.fixture
def view(workspace: Workspace, qapp: QApplication) -> ClashesView:
    return ClashesView(workspace)


def test_both_values_and_the_one_before_are_shown_with_who_wrote_them(
    workspace: Workspace, view: ClashesView
) -> None:
    clash(workspace, "a" * 32, "19900011111", "19900022222")
    view.show_conflicts(workspace.replica.conflicts())

    told = [card.accessibleName() for card in (view.before, view.mine, view.theirs)]

    assert "19900000000" in told[0]
    assert "19900011111" in told[1]
    assert "李娜" in told[2]
    assert "19900022222" in told[2]


def test_an_arrow_and_enter_settle_a_clash_and_show_the_next(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    first = clash(workspace, "a" * 32, "19900011111", "19900022222")
    second = clash(workspace, "b" * 32, "19900033333", "19900044444")
    view.show_conflicts(workspace.replica.conflicts())
    stage = on_stage(qtbot, view)
    view.setFocus()
    shown = view.conflict
    assert shown is not None
    hands = Hands(view)

    hands.press("←", "Enter")

    assert hands.count == 2
    person = workspace.replica.get(Resident, first.record_id)
    assert person is not None
    assert person.phones == shown.lost["phones"]
    assert view.conflict is not None
    assert view.conflict.id in (first.id, second.id)
    assert view.conflict.id != shown.id
    stage.close()


def test_nothing_is_settled_before_somebody_has_chosen(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    clash(workspace, "a" * 32, "19900011111", "19900022222")
    view.show_conflicts(workspace.replica.conflicts())
    stage = on_stage(qtbot, view)
    view.setFocus()

    Hands(view).press("Enter")

    assert len(workspace.replica.conflicts()) == 1
    stage.close()


def test_without_clashes_the_page_says_so(workspace: Workspace, view: ClashesView) -> None:
    view.show_conflicts([])

    assert "没有冲突" in view.title.text()
    assert view.conflict is None
