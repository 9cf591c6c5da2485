"""The form of any record: what is typed is never lost, what is wrong is said where it is wrong."""

from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gridclient.fields import RECORDS
from gridclient.records import Household, Resident
from gridclient.ui.editors import MaskedEditor
from gridclient.ui.form import RecordForm
from gridclient.ui.workspace import Workspace
from tests.support.compose import compose


def opened(qtbot: QtBot, workspace: Workspace, kind: str, record: Any = None, **preset: Any) -> RecordForm:
    form = RecordForm(workspace, kind)
    qtbot.addWidget(form)
    form.resize(700, 500)
    form.show()
    if record is None:
        form.open_new(**preset)
    else:
        form.open_record(record)
    return form


def someone(workspace: Workspace) -> Resident:
    return workspace.replica.all(Resident)[0]


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
