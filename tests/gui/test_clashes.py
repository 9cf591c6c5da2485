"""A clash keeps both values until a person chooses, with two keys."""

from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Household, Resident
from gridclient.store.trail import Act
from gridclient.ui.clash_words import told
from gridclient.ui.clashes import ClashesView
from gridclient.ui.workspace import Workspace
from sync.conflict import Conflict
from tests.support import unsettled
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


def shown(view: ClashesView) -> str:
    return view.title.text()


def opened(workspace: Workspace, view: ClashesView, qtbot: QtBot) -> tuple[Hands, object]:
    """The five conflicts of the week, the view on a stage with the keys."""
    unsettled.sent(workspace.replica)
    unsettled.conflicts(workspace.replica)
    stage = on_stage(qtbot, view)
    workspace.changed.connect(lambda _news: view.show_conflicts(workspace.replica.conflicts()))
    view.show_conflicts(workspace.replica.conflicts())
    view.setFocus()
    return Hands(view), stage


def test_groups_of_one_record_stand_together_and_are_settled_alike_with_one_key(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    hands, _stage = opened(workspace, view, qtbot)
    first = view.conflict
    assert first is not None
    before = [shown(view)]
    hands.press("↓")
    before.append(shown(view))
    hands.press("↑", "1", "Ctrl+Enter")

    person = workspace.replica.get(Resident, first.record_id)
    assert person is not None
    assert [title.rpartition("　")[2] for title in before] == ["联系电话", "政治面貌"]
    assert before[0].rpartition("　")[0] == before[1].rpartition("　")[0]
    assert (person.phones, person.political) == (["19900011111"], "01")
    assert len(workspace.replica.conflicts()) == 3
    assert workspace.undo()
    person = workspace.replica.get(Resident, first.record_id)
    assert person is not None
    assert (person.phones, person.political) == (["19900022222"], "13")
    assert len(workspace.replica.conflicts()) == 5


def test_digits_choose_like_arrows_and_codes_are_told_in_words(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    hands, _stage = opened(workspace, view, qtbot)

    hands.press("↓", "2")

    assert view.theirs.head.text() == "✓ 对方的"
    assert "群众" in view.theirs.accessibleName()
    assert "中共党员" in view.mine.accessibleName()
    assert view.theirs.now.isVisible()
    assert not view.mine.now.isVisible()


def test_three_keeps_both_texts(workspace: Workspace, view: ClashesView, qtbot: QtBot) -> None:
    hands, _stage = opened(workspace, view, qtbot)
    hands.press("↓", "↓", "↓")
    conflict = view.conflict
    assert conflict is not None

    hands.press("3", "Enter")

    person = workspace.replica.get(Resident, conflict.record_id)
    assert person is not None
    assert person.remark == "腿脚不便，上门办理\n子女周末来"


def test_a_code_cannot_be_kept_twice(workspace: Workspace, view: ClashesView, qtbot: QtBot) -> None:
    hands, _stage = opened(workspace, view, qtbot)

    hands.press("↓", "3", "Enter")

    assert len(workspace.replica.conflicts()) == 5
    assert not view.both.isVisible()


def test_a_removal_against_an_edit_is_asked_in_plain_words(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    hands, _stage = opened(workspace, view, qtbot)
    hands.press("↓", "↓")
    conflict = view.conflict
    assert conflict is not None
    why, mine, theirs = view.why.text(), view.mine.accessibleName(), view.theirs.accessibleName()

    hands.press("←", "Enter")

    person = workspace.replica.get(Resident, conflict.record_id)
    assert person is not None
    assert person.removed
    assert "删除了这条记录" in why
    assert "记录 删除（已搬走）" in mine
    assert "记录 保留，不删除" in theirs


def test_a_settled_conflict_is_undone_with_the_record(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    hands, _stage = opened(workspace, view, qtbot)
    conflict = view.conflict
    assert conflict is not None
    hands.press("←", "Enter")

    workspace.undo()

    person = workspace.replica.get(Resident, conflict.record_id)
    assert person is not None
    assert person.phones == ["19900022222"]
    assert conflict.id in [one.id for one in workspace.replica.conflicts()]


def test_a_settled_conflict_can_be_opened_again(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    hands, _stage = opened(workspace, view, qtbot)
    conflict = view.conflict
    assert conflict is not None
    hands.press("←", "Enter", "H")
    past = view.why.text()

    hands.press("R")
    again = view.conflict
    hands.press("→", "Enter")

    person = workspace.replica.get(Resident, conflict.record_id)
    assert person is not None
    assert past.startswith("已处理：用我填的（")
    assert again is not None
    assert again.id == conflict.id
    assert person.phones == ["19900022222"]


def test_a_conflict_of_a_record_that_has_gone_says_why_and_can_be_closed(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    hands, _stage = opened(workspace, view, qtbot)
    hands.press("↑")
    why = view.why.text()

    hands.press("←", "Enter")
    refused = len(workspace.replica.conflicts())
    hands.press("→", "Enter")

    assert "已不在本机" in why
    assert refused == 5
    assert len(workspace.replica.conflicts()) == 4


def test_looking_at_whole_numbers_is_noted_once(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    hands, _stage = opened(workspace, view, qtbot)

    hands.press("↓", "↑")

    steps = [step for step in workspace.desk.trail.steps() if step.act is Act.UNMASK]
    assert [step.what for step in steps] == ["居民·联系电话"]


def test_a_third_person_is_told_both_names_and_one_person_the_order(
    workspace: Workspace, view: ClashesView, qtbot: QtBot
) -> None:
    replica = workspace.replica
    home = replica.all(Household)[0]
    asked = Conflict(
        record_kind="household",
        record_id=home.id,
        group_name="remark",
        kept={"remark": "一"},
        kept_by="李娜",
        kept_at=2_000_000,
        lost={"remark": "二"},
        lost_by="王芳",
        lost_at=1_000_000,
        area=home.area,
    )
    third = told(replica, asked)
    asked.lost_by = "李娜"
    alone = told(replica, asked)

    assert {third.mine.title, third.theirs.title} == {"李娜填的", "王芳填的"}
    assert (alone.side("lost").title, alone.side("kept").title) == ("李娜先填的", "李娜后填的")


def test_what_a_newer_program_wrote_is_shown_and_left_to_it(workspace: Workspace, view: ClashesView) -> None:
    asked = Conflict(
        record_kind="drone", record_id="a" * 32, group_name="wings", kept={"wings": 4}, lost={"wings": 2}
    )

    words = told(workspace.replica, asked)

    assert "更新程序" in words.barred
    assert words.side("kept").lines == (("wings", "4"),)
    assert words.both is None
