"""Who may be the same person, beside the form of a person being typed."""

from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gridclient.records import Resident
from gridclient.ui.workspace import Workspace
from tests.support.compose import compose
from tests.support.forms import opened, someone, typed, words_of


def test_typing_a_number_somebody_has_shows_him_beside_the_form_and_stops_nobody(
    qtbot: QtBot, workspace: Workspace
) -> None:
    known = someone(workspace)
    form = opened(qtbot, workspace, "resident")

    typed(qtbot, form, "id_number", known.id_number)
    qtbot.waitUntil(lambda: bool(form.likes.found))

    assert form.likes.found[0].id == known.id
    assert form.likes.isVisible()
    assert form.likes.found[0].likeness.score == 100
    assert "证件号码相同" in words_of(form.likes)
    compose(form.form.editor("name").focusProxy(), known.name)
    form.form.editor("household").show_value(known.household)
    form._on_edited("household")
    assert form.save()


def test_a_number_one_digit_off_says_which(qtbot: QtBot, workspace: Workspace) -> None:
    known = someone(workspace)
    form = opened(qtbot, workspace, "resident")
    digit = "1" if known.id_number[9] != "1" else "2"

    typed(qtbot, form, "id_number", known.id_number[:9] + digit + known.id_number[10:])
    qtbot.waitUntil(lambda: bool(form.likes.found))

    assert "只差第 10 位" in words_of(form.likes)


def test_the_same_name_and_telephone_ask_too_without_any_number(qtbot: QtBot, workspace: Workspace) -> None:
    known = next(person for person in workspace.replica.all(Resident) if person.phones)
    form = opened(qtbot, workspace, "resident")

    compose(form.form.editor("name").focusProxy(), known.name)
    typed(qtbot, form, "phones", known.phones[0])
    qtbot.waitUntil(lambda: bool(form.likes.found))

    assert form.likes.found[0].likeness.why == "姓名相同、电话相同"


def test_saying_that_it_is_the_same_person_goes_on_in_the_old_record_with_what_was_typed(
    qtbot: QtBot, workspace: Workspace
) -> None:
    known = someone(workspace)
    before = workspace.replica.count(Resident)
    form = opened(qtbot, workspace, "resident")
    compose(form.form.editor("employer").focusProxy(), "桂花路小学")
    typed(qtbot, form, "id_number", known.id_number)
    qtbot.waitUntil(lambda: bool(form.likes.found))

    qtbot.keyClick(form, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)

    assert form.record.id == known.id
    assert form.form.editor("employer").raw() == "桂花路小学"
    assert form.dirty
    assert form.save()
    stored = workspace.replica.get(Resident, known.id)
    assert stored is not None
    assert (stored.employer, stored.name) == ("桂花路小学", known.name)
    assert workspace.replica.count(Resident) == before


def test_looking_at_the_other_one_keeps_what_is_typed(qtbot: QtBot, workspace: Workspace) -> None:
    known = someone(workspace)
    form = opened(qtbot, workspace, "resident")
    asked: list[tuple[str, dict[str, Any]]] = []
    workspace.place_opened.connect(lambda place, where: asked.append((place, where)))
    typed(qtbot, form, "id_number", known.id_number)
    qtbot.waitUntil(lambda: bool(form.likes.found))

    qtbot.keyClick(form, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)

    assert asked == [("records", {"kind": "resident", "id": known.id})]
    assert [draft.values["id_number"] for draft in workspace.desk.drafts.all("resident")] == [known.id_number]


def test_two_stored_records_of_one_person_become_one_and_come_apart_with_one_undo(
    qtbot: QtBot, workspace: Workspace
) -> None:
    person = next(p for p in workspace.replica.all(Resident) if p.phones and p.relation == "02")
    twice = Resident(name=person.name, household=person.household, area=person.area, employer="桂花路小学")
    workspace.replica.save(twice)
    count = workspace.replica.count(Resident)
    form = opened(qtbot, workspace, "resident", person)
    compose(form.form.editor("name").focusProxy(), " ")
    qtbot.waitUntil(lambda: bool(form.likes.found))
    assert form.likes.found[0].id == twice.id

    qtbot.keyClick(form, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)

    assert workspace.replica.count(Resident) == count - 1
    assert form.form.editor("employer").raw() == "桂花路小学"
    assert workspace.undo()
    assert workspace.replica.count(Resident) == count
    assert form.form.editor("employer").raw() == ""
