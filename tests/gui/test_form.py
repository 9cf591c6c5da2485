"""The form of any record: what is typed is never lost, what is wrong is said where it is wrong."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from gridclient.fields import RECORDS
from gridclient.records import Household, Matter, MatterStep, Resident
from gridclient.ui.editors import MaskedEditor
from gridclient.ui.form import WRITTEN
from gridclient.ui.workspace import Workspace
from sync.protocol import Receipt, Verdict
from tests.support import people
from tests.support.compose import compose
from tests.support.forms import opened, someone, typed


def test_every_kind_has_a_form_made_from_its_declaration(qtbot: QtBot, workspace: Workspace) -> None:
    for kind, spec in RECORDS.items():
        form = opened(qtbot, workspace, kind)

        assert set(form.form.cells) == {field.name for field in spec.fields if not field.hidden}
        form.close()


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_saved(
    qtbot: QtBot, workspace: Workspace
) -> None:
    form = opened(qtbot, workspace, "resident")
    before = workspace.replica.count(Resident)

    saved = form.save()

    assert not saved
    assert form.form.cells["name"].problem.text() == "⚠ 请填写姓名"
    assert workspace.replica.count(Resident) == before


def test_ctrl_enter_saves_what_was_typed_and_only_that(qtbot: QtBot, workspace: Workspace) -> None:
    person = someone(workspace)
    form = opened(qtbot, workspace, "resident", person)
    employer = form.form.editor("employer")

    with qtbot.waitActive(form):
        form.activateWindow()
    employer.setFocus()

    compose(employer.focusProxy(), "桂花路小学")
    qtbot.keyClick(employer.focusProxy(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    stored = workspace.replica.get(Resident, person.id)
    assert stored is not None
    assert stored.employer == "桂花路小学"
    assert stored.id_number == person.id_number
    assert not form.dirty


def test_what_is_half_typed_comes_back_after_a_crash(qtbot: QtBot, workspace: Workspace) -> None:
    person = someone(workspace)
    form = opened(qtbot, workspace, "resident", person)
    compose(form.form.editor("employer").focusProxy(), "桂花路小")
    qtbot.waitUntil(lambda: workspace.desk.drafts.take(person.id) is not None, timeout=2000)
    form.close()

    again = opened(qtbot, workspace, "resident", person)

    assert again.form.editor("employer").raw() == "桂花路小"
    assert again.strip.isVisible()
    again.discard()
    assert again.form.editor("employer").raw() == ""
    assert workspace.desk.drafts.take(person.id) is None


def test_a_new_record_half_typed_comes_back_too(qtbot: QtBot, workspace: Workspace) -> None:
    form = opened(qtbot, workspace, "resident")
    compose(form.form.editor("name").focusProxy(), "王芳")
    form.leave()

    again = opened(qtbot, workspace, "resident")

    assert again.form.editor("name").raw() == "王芳"


def test_a_new_record_belongs_where_what_it_is_linked_to_belongs(qtbot: QtBot, workspace: Workspace) -> None:
    household = workspace.replica.all(Household)[0]
    form = opened(qtbot, workspace, "resident", household=household.id)
    compose(form.form.editor("name").focusProxy(), "王芳")

    assert form.save()
    found = [
        person
        for person in workspace.replica.all(Resident, Resident.household == household.id)
        if person.name == "王芳"
    ]
    assert [person.area for person in found] == [household.area]


def test_news_from_elsewhere_are_shown_but_never_over_what_is_being_typed(
    qtbot: QtBot, workspace: Workspace
) -> None:
    person = someone(workspace)
    form = opened(qtbot, workspace, "resident", person)
    compose(form.form.editor("employer").focusProxy(), "甲")
    other = workspace.replica.get(Resident, person.id)
    assert other is not None
    other.employer, other.occupation = "乙", "教师"

    workspace.replica.save(other)

    assert form.form.editor("employer").raw() == "甲"
    assert form.form.editor("occupation").raw() == "教师"
    assert form.save()
    stored = workspace.replica.get(Resident, person.id)
    assert stored is not None
    assert (stored.employer, stored.occupation) == ("甲", "教师")


def test_an_identity_number_fills_sex_and_birthday(qtbot: QtBot, workspace: Workspace) -> None:
    form = opened(qtbot, workspace, "resident")
    known = someone(workspace)

    qtbot.keyClicks(form.form.editor("id_number").focusProxy(), known.id_number)

    assert form.form.editor("birth").value() == known.birth
    assert form.form.editor("sex").value() == known.sex


def test_a_wrong_check_digit_is_remarked_upon_and_stops_nobody(qtbot: QtBot, workspace: Workspace) -> None:
    person = someone(workspace)
    form = opened(qtbot, workspace, "resident", person)
    number = form.form.editor("id_number")
    assert isinstance(number, MaskedEditor)
    number.unmask()
    last = "1" if person.id_number[-1] != "1" else "2"
    number.line.clear()

    qtbot.keyClicks(number.line, person.id_number[:-1] + last)

    assert "校验" in form.form.cells["id_number"].problem.text()
    assert form.save()


def test_looking_at_a_whole_number_is_on_the_trail(qtbot: QtBot, workspace: Workspace) -> None:
    form = opened(qtbot, workspace, "resident", someone(workspace))
    number = form.form.editor("id_number")
    assert isinstance(number, MaskedEditor)

    number.unmask()

    assert [step.what for step in workspace.desk.trail.steps()] == ["居民·身份证号"]


def test_the_last_saved_edit_can_be_taken_back(qtbot: QtBot, workspace: Workspace) -> None:
    person = someone(workspace)
    form = opened(qtbot, workspace, "resident", person)
    compose(form.form.editor("employer").focusProxy(), "桂花路小学")
    form.save()

    assert workspace.undo()

    stored = workspace.replica.get(Resident, person.id)
    assert stored is not None
    assert stored.employer == ""
    assert not workspace.undo()


def test_a_wide_form_has_two_columns_and_a_narrow_one_has_one(qtbot: QtBot, workspace: Workspace) -> None:
    form = opened(qtbot, workspace, "resident", someone(workspace))
    name, former = form.form.cells["name"], form.form.cells["former_name"]

    form.resize(1100, 600)
    qtbot.waitUntil(lambda: name.y() == former.y() or name.x() != former.x())
    form.resize(420, 600)
    qtbot.waitUntil(lambda: name.x() == former.x() and name.y() != former.y())


def test_a_number_too_short_is_said_when_it_is_left_and_not_before(
    qtbot: QtBot, workspace: Workspace
) -> None:
    form = opened(qtbot, workspace, "resident")
    with qtbot.waitActive(form):
        form.activateWindow()
    problem = form.form.cells["id_number"].problem

    typed(qtbot, form, "id_number", "5199011980010")
    assert problem.text() == ""
    qtbot.keyClick(form.form.editor("id_number").focusProxy(), Qt.Key.Key_Tab)

    assert "现在是 13 位，少 5 位" in problem.text()


def test_a_wrong_number_says_where_it_differs_from_what_was_stored(
    qtbot: QtBot, workspace: Workspace
) -> None:
    person = someone(workspace)
    form = opened(qtbot, workspace, "resident", person)
    number = form.form.editor("id_number")
    assert isinstance(number, MaskedEditor)
    number.unmask()
    number.line.clear()
    digit = "1" if person.id_number[15] != "1" else "2"

    qtbot.keyClicks(number.line, person.id_number[:15] + digit + person.id_number[16:])

    assert "第 16 位不同" in form.form.cells["id_number"].problem.text()


def test_a_wrong_number_in_store_is_said_when_the_record_is_opened(
    qtbot: QtBot, workspace: Workspace
) -> None:
    person = someone(workspace)
    person.id_number = person.id_number[:10] + "13" + person.id_number[12:]
    workspace.replica.save(person)

    form = opened(qtbot, workspace, "resident", person)

    assert "第 11、12 位是出生月份" in form.form.cells["id_number"].problem.text()
    assert person.id_number not in form.form.cells["id_number"].problem.text()


def test_the_age_stands_beside_the_birthday(qtbot: QtBot, workspace: Workspace) -> None:
    form = opened(qtbot, workspace, "resident")

    typed(qtbot, form, "birth", "19800101")

    assert form.form.cells["birth"].aside.text() == "46 岁"


def test_ctrl_d_begins_another_member_of_the_same_household(qtbot: QtBot, workspace: Workspace) -> None:
    person = someone(workspace)
    person.registered_address = "桂花路 8 号"
    workspace.replica.save(person)
    form = opened(qtbot, workspace, "resident", person)

    with qtbot.waitActive(form):
        form.activateWindow()
    form.form.focus("name")
    qtbot.keyClick(form.form.editor("name").focusProxy(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)

    told = form.form.told()
    assert form.is_new
    assert (told["household"], told["nation"]) == (person.household, person.nation)
    assert told["registered_address"] == "桂花路 8 号"
    assert not any((told["name"], told["id_number"], told["phones"], told["birth"], told["relation"]))


def test_ctrl_apostrophe_takes_the_field_from_the_record_before(qtbot: QtBot, workspace: Workspace) -> None:
    one, two = workspace.replica.all(Resident)[:2]
    one.employer = "桂花路小学"
    workspace.replica.save(one)
    form = opened(qtbot, workspace, "resident", one)
    form.open_record(two)
    employer = form.form.editor("employer").focusProxy()
    with qtbot.waitActive(form):
        form.activateWindow()
    form.form.editor("employer").setFocus()

    qtbot.keyClick(employer, Qt.Key.Key_Apostrophe, Qt.KeyboardModifier.ControlModifier)

    assert form.form.editor("employer").raw() == "桂花路小学"
    assert form.dirty


def test_enter_walks_the_whole_path_and_saves_at_its_end(qtbot: QtBot, workspace: Workspace) -> None:
    household = workspace.replica.all(Household)[0]
    form = opened(qtbot, workspace, "resident", household=household.id)
    with qtbot.waitActive(form):
        form.activateWindow()
    form.form.focus("name")
    compose(form.form.editor("name").focusProxy(), "王芳")

    for _press in range(2 * len(form.form.cells)):
        focused = QApplication.focusWidget()
        if focused is None or not form.is_new:
            break
        note = isinstance(focused, QPlainTextEdit)  # Enter is a new line there
        qtbot.keyClick(focused, Qt.Key.Key_Tab if note else Qt.Key.Key_Return)

    assert not form.is_new
    assert form.record.name == "王芳"


def test_fifty_characters_beyond_the_first_plane_are_kept_and_one_more_is_said(
    qtbot: QtBot, workspace: Workspace
) -> None:
    form = opened(qtbot, workspace, "resident", household=someone(workspace).household)
    name = form.form.editor("name")

    compose(name.focusProxy(), "𠮷" * 50)
    assert form.save()
    assert form.record.name == "𠮷" * 50
    compose(name.focusProxy(), "𠮷")

    assert not form.save()
    assert "最多 50 个字" in form.form.cells["name"].problem.text()


def test_ctrl_apostrophe_in_the_first_form_of_the_day_takes_what_was_written_last(
    qtbot: QtBot, workspace: Workspace
) -> None:
    last = someone(workspace)
    last.employer = "桂花路小学"
    workspace.replica.save(last)
    form = opened(qtbot, workspace, "resident")
    with qtbot.waitActive(form):
        form.activateWindow()
    form.form.focus("employer")

    qtbot.keyClick(
        form.form.editor("employer").focusProxy(), Qt.Key.Key_Apostrophe, Qt.KeyboardModifier.ControlModifier
    )

    assert form.form.editor("employer").raw() == "桂花路小学"


def step_of_a_matter(workspace: Workspace) -> MatterStep:
    home = workspace.replica.all(Household)[0]
    matter = Matter(title="楼道灯坏", household=home.id, heard_on=people.TODAY, area=home.area)
    at = datetime(2026, 10, 31, 9)
    step = MatterStep(matter=matter.id, at=at, done_by="张敏", told="已报物业", area=home.area)
    workspace.save(matter, step)
    return step


def test_a_written_step_is_shown_and_never_changed(qtbot: QtBot, workspace: Workspace) -> None:
    step = step_of_a_matter(workspace)
    form = opened(qtbot, workspace, "matter_step", step)
    told = form.form.editor("told")

    qtbot.keyClicks(told.focusProxy() or told, "x")
    saved = form.save()

    assert not saved
    assert not form.dirty
    assert not told.isEnabled()
    assert told.value() == "已报物业"
    assert WRITTEN in form.state.text()
    assert form.save_button.isHidden()


def test_a_correction_of_a_written_step_is_a_new_step(qtbot: QtBot, workspace: Workspace) -> None:
    step = step_of_a_matter(workspace)
    form = opened(qtbot, workspace, "matter_step", step)

    form.again.click()
    form.form.editor("at").show_raw("2026-10-31 10:00")
    form._on_edited("at")
    told = form.form.editor("told")
    compose(told.focusProxy() or told, "，更正：报的是街道")
    saved = form.save()

    first, second = sorted(workspace.replica.all(MatterStep), key=lambda one: one.id)
    assert saved
    assert (first.id, first.told) == (step.id, "已报物业")
    assert (second.matter, second.done_by) == (step.matter, "张敏")
    assert "更正" in second.told


def test_a_step_the_centre_refused_may_be_put_right(qtbot: QtBot, workspace: Workspace) -> None:
    step, replica = step_of_a_matter(workspace), workspace.replica
    receipt = Receipt(mseq=replica.last_mseq, verdict=Verdict.REFUSED, title="没有权限", advice="")
    replica.acknowledge(replica.last_mseq, [receipt])

    form = opened(qtbot, workspace, "matter_step", step)

    assert form.form.editor("told").isEnabled()
    assert form.save_button.isVisible()
