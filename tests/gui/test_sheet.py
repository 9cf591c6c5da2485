"""Table entry: a stairwell typed in like a workbook, with real keys."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gridclient.records import Dwelling, Household, Resident
from gridclient.ui.sheet import StairSheet
from gridclient.ui.sheet_model import FIELDS
from gridclient.ui.workspace import Workspace
from tests.support.sheets import COLUMN, focused, number, person, press, say, stand, vacant
from tests.support.stage import on_stage

BIRTH = "19800101"


def test_every_person_and_every_empty_door_of_the_stairwell_has_a_row(
    sheet: StairSheet, workspace: Workspace
) -> None:
    doors = [d for d in workspace.replica.all(Dwelling, Dwelling.building == sheet.building) if d.unit == "1"]
    homes = [h for h in workspace.replica.all(Household) if h.dwelling in {d.id for d in doors}]
    living = [p for p in workspace.replica.all(Resident) if p.household in {h.id for h in homes}]

    assert {row.door for row in sheet.model.rows} == {door.door for door in doors}
    assert {row.record.id for row in sheet.model.rows if not row.new} == {p.id for p in living}
    assert [row.door for row in sheet.model.rows if row.new] == [
        row.door for row in sheet.model.rows if row.blank
    ]


def test_a_new_person_is_typed_by_keys_alone_and_stored_when_the_row_is_left(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row = vacant(sheet)
    stand(sheet, row, "name")

    say("王芳")
    press("Tab", "hz", "Tab", *number())
    stand(sheet, row, "phones")
    press("19900012345", "Enter")

    stored = workspace.replica.get(Resident, row.record.id)
    assert stored is not None
    assert (stored.name, stored.relation, stored.id_number) == ("王芳", "02", number())
    assert (stored.sex, f"{stored.birth:%Y%m%d}", stored.phones) == ("1", BIRTH, ["19900012345"])
    home = workspace.replica.get(Household, stored.household)
    assert home is not None
    assert (home.head, home.head_name, home.size) == (stored.id, "王芳", 1)
    assert workspace.replica.get(Dwelling, home.dwelling).door == row.door  # type: ignore[union-attr]


def test_the_eighteenth_digit_and_the_eleventh_go_on_to_the_next_cell(sheet: StairSheet) -> None:
    row = vacant(sheet)
    stand(sheet, row, "id_number")

    press(*number())
    assert sheet.view.currentIndex().column() == COLUMN["id_number"] + 1
    stand(sheet, row, "phones")
    press("19900012345")

    assert sheet.view.currentIndex().column() == COLUMN["phones"] + 1
    assert row.typed["id_number"] == number()


def test_enter_goes_down_to_where_the_run_of_tabs_began(sheet: StairSheet) -> None:
    sheet.view.stand_at(0, COLUMN["employer"])
    press("Left", "→")

    press("a", "Enter")
    assert (sheet.view.currentIndex().row(), sheet.view.currentIndex().column()) == (1, COLUMN["employer"])
    sheet.view.stand_at(1, COLUMN["nation"])
    press("Left", "Tab", "Tab", "Enter")

    assert (sheet.view.currentIndex().row(), sheet.view.currentIndex().column()) == (2, COLUMN["phones"])


def test_an_answer_is_picked_by_first_letters_and_by_code(sheet: StairSheet) -> None:
    row = vacant(sheet)
    stand(sheet, row, "relation")
    press("po", "Enter")
    stand(sheet, row, "education")
    press("20", "Enter")
    stand(sheet, row, "labels")
    press("dj", "Enter")

    field = {f.name: f for f in FIELDS}
    assert row.value(field["relation"]) == "10"
    assert row.value(field["education"]) == "20"
    assert row.typed["labels"] == "独居老人"


def test_a_wrong_cell_is_marked_with_a_sentence_and_the_rest_of_the_row_is_stored(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row = person(sheet)
    stand(sheet, row, "birth")
    press("19801340")
    press("Tab", "Tab")
    stand(sheet, row, "employer")
    press("shop", "Ctrl+Enter")

    field = {f.name: f for f in FIELDS}
    stored = workspace.replica.get(Resident, row.record.id)
    assert stored is not None
    assert stored.employer == "shop"
    assert sheet.model.flaw(row, field["birth"])[0] == "bad"
    stand(sheet, row, "birth")
    assert "出生日期" in sheet.said.text()
    assert "⚠" in sheet.said.text()
    assert row.typed == {"birth": "19801340"}


def test_a_number_with_a_wrong_digit_is_stored_and_asked_about(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row = person(sheet)
    last = "1" if number()[-1] != "1" else "2"
    stand(sheet, row, "id_number")

    press(*number()[:-1], last, "Ctrl+Enter")

    stored = workspace.replica.get(Resident, row.record.id)
    assert stored is not None
    assert stored.id_number == number()[:-1] + last
    assert sheet.model.flaw(row, FIELDS[COLUMN["id_number"]]) == (
        "warn",
        sheet.model.flaw(row, FIELDS[COLUMN["id_number"]])[1],
    )
    assert "校验不符" in sheet.model.flaw(row, FIELDS[COLUMN["id_number"]])[1]


def test_a_door_this_stairwell_does_not_have_is_said(sheet: StairSheet) -> None:
    row = vacant(sheet)
    stand(sheet, row, "door")
    press("9901", "Enter")
    stand(sheet, row, "name")
    say("王芳")
    press("Enter")

    assert row.new
    assert sheet.model.wrong(row, FIELDS[0]) == "这个单元没有 9901 室"


def test_ctrl_z_takes_back_cell_by_cell_and_the_stored_row_with_it(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row = person(sheet)
    before = row.record.employer
    stand(sheet, row, "employer")
    press("one", "Enter")
    stand(sheet, row, "employer")
    press("two", "Ctrl+Enter")
    assert workspace.replica.get(Resident, row.record.id).employer == "two"  # type: ignore[union-attr]

    press("Ctrl+Z")
    assert workspace.replica.get(Resident, row.record.id).employer == "one"  # type: ignore[union-attr]
    press("Ctrl+Z")

    assert workspace.replica.get(Resident, row.record.id).employer == before  # type: ignore[union-attr]


def test_a_new_person_taken_back_is_gone_and_his_household_with_him(
    sheet: StairSheet, workspace: Workspace
) -> None:
    people_before, homes_before = workspace.replica.count(Resident), workspace.replica.count(Household)
    row = vacant(sheet)
    stand(sheet, row, "name")
    say("王芳")
    press("Ctrl+Enter")
    assert workspace.replica.count(Resident) == people_before + 1

    press("Ctrl+Z")

    assert (workspace.replica.count(Resident), workspace.replica.count(Household)) == (
        people_before,
        homes_before,
    )
    assert row.blank


def test_delete_empties_and_ctrl_apostrophe_takes_the_cell_above(sheet: StairSheet) -> None:
    one, two = sheet.model.rows[:2]
    stand(sheet, one, "employer")
    press("abc", "Enter")
    assert sheet.view.currentIndex().row() == 1
    press("Ctrl+'")
    assert two.typed["employer"] == "abc"

    press("Delete")

    assert two.text(FIELDS[COLUMN["employer"]]) == ""


def test_ctrl_enter_puts_one_text_into_everything_chosen(sheet: StairSheet) -> None:
    sheet.view.stand_at(0, COLUMN["employer"])
    press("Shift+↓", "Shift+↓")
    assert len(sheet.view.selectedIndexes()) == 3

    press("abc", "Ctrl+Enter")

    assert {row.text(FIELDS[COLUMN["employer"]]) for row in sheet.model.rows[:3]} == {"abc"}


def test_ctrl_d_begins_another_member_of_the_household(sheet: StairSheet, workspace: Workspace) -> None:
    row = person(sheet)
    stand(sheet, row, "name")
    size = len([r for r in sheet.model.rows if r.home == row.home])

    press("Ctrl+D")
    fresh = sheet.model.rows[sheet.view.currentIndex().row()]
    say("王芳")
    press("Ctrl+Enter")

    stored = workspace.replica.get(Resident, fresh.record.id)
    home = workspace.replica.get(Household, row.home)
    assert stored is not None
    assert home is not None
    assert (stored.household, stored.nation, stored.population) == (
        row.home,
        row.record.nation,
        row.record.population,
    )
    assert home.size == size + 1
    assert stored.id_number == ""


def test_a_household_keeps_one_head(sheet: StairSheet, workspace: Workspace) -> None:
    row = next(r for r in sheet.model.rows if not r.new and r.record.relation == "02")
    stand(sheet, row, "name")
    press("Ctrl+D")
    fresh = sheet.model.rows[sheet.view.currentIndex().row()]
    say("王芳")
    press("Tab", "hz", "Ctrl+Enter")

    stored = workspace.replica.get(Resident, fresh.record.id)
    home = workspace.replica.get(Household, row.home)
    assert stored is not None
    assert home is not None
    assert stored.relation == ""
    assert home.head == row.record.id
    assert "户主变更" in sheet.model.flaw(fresh, FIELDS[COLUMN["relation"]])[1]


def test_what_is_not_stored_comes_back_after_a_crash(
    sheet: StairSheet, workspace: Workspace, qtbot: QtBot
) -> None:
    row = vacant(sheet)
    stand(sheet, row, "employer")
    press("abc", "Tab")
    sheet.keep_draft()

    again = StairSheet(workspace)
    stage = on_stage(qtbot, again, 900, 600)
    again.open(building=sheet.building, unit=sheet.unit)
    again._gather.stop()

    assert [r.typed for r in again.model.rows if r.door == row.door] == [{"employer": "abc"}]
    assert stage.isVisible()


def test_somebody_known_is_shown_beside_the_row(sheet: StairSheet, qtbot: QtBot) -> None:
    known, row = person(sheet), vacant(sheet)
    stand(sheet, row, "id_number")

    press(*known.record.id_number)
    qtbot.waitUntil(lambda: bool(sheet.likes.found))

    assert sheet.likes.found[0].id == known.record.id
    assert sheet.likes.isVisible()


def test_news_from_elsewhere_arrive_in_the_sheet_and_leave_what_is_typed(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row = person(sheet)
    stand(sheet, row, "employer")
    press("abc", "Tab")
    other = workspace.replica.get(Resident, row.record.id)
    assert other is not None
    other.occupation, other.employer = "教师", "别处"

    workspace.replica.save(other)
    sheet.reload()

    assert row.text(FIELDS[COLUMN["employer"]]) == "abc"
    assert row.record.occupation == "教师"


def test_two_rows_of_one_person_become_one(sheet: StairSheet, workspace: Workspace, qtbot: QtBot) -> None:
    known = person(sheet)
    twice = Resident(name=known.record.name, household=known.home, area=known.record.area)
    workspace.replica.save(twice)
    sheet.reload()
    row = next(row for row in sheet.model.rows if row.record.id == twice.id)
    stand(sheet, row, "id_number")
    press(*known.record.id_number)
    qtbot.waitUntil(lambda: bool(sheet.likes.found))

    QTest.keyClick(sheet.view, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    sheet.reload()

    assert [r.record.id for r in sheet.model.rows if r.record.name == known.record.name] == [twice.id]


def test_a_new_row_about_somebody_of_this_stairwell_goes_to_his_own_row(
    sheet: StairSheet, qtbot: QtBot
) -> None:
    known, row = person(sheet), vacant(sheet)
    stand(sheet, row, "employer")
    press("shop", "Tab")
    stand(sheet, row, "id_number")
    press(*known.record.id_number)
    qtbot.waitUntil(lambda: bool(sheet.likes.found))

    QTest.keyClick(sheet.view, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)

    assert row.blank
    assert known.typed["employer"] == "shop"
    assert sheet.model.rows[sheet.view.currentIndex().row()] is known


def test_what_changed_while_the_sheet_was_out_of_sight_is_there_when_it_is_seen_again(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row = person(sheet)
    sheet.hide()
    other = workspace.replica.get(Resident, row.record.id)
    assert other is not None
    other.employer = "别处"
    workspace.replica.save(other)

    sheet.show()
    sheet.open(building=sheet.building, unit=sheet.unit)

    assert row.text(FIELDS[COLUMN["employer"]]) == "别处"


def test_news_that_arrive_while_a_cell_is_being_typed_leave_it_alone(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row = person(sheet)
    stand(sheet, row, "employer")
    press("ab")
    other = workspace.replica.get(Resident, row.record.id)
    assert other is not None
    other.employer = "别处"
    workspace.replica.save(other)
    sheet.reload()

    press("c", "Enter")

    assert workspace.replica.get(Resident, row.record.id).employer == "abc"  # type: ignore[union-attr]


def test_an_input_method_composes_in_the_cell_from_the_first_letter_on(sheet: StairSheet) -> None:
    row = vacant(sheet)
    stand(sheet, row, "name")
    for preedit in ("w", "wa", "wang"):
        QCoreApplication.sendEvent(focused(), QInputMethodEvent(preedit, []))
    at = sheet.view.currentIndex()
    press("Enter", "Tab", "1")
    assert sheet.view.currentIndex() == at

    say("王芳")
    say("芳")
    press("Tab")

    assert row.typed["name"] == "王芳芳"


def test_no_input_method_is_asked_for_where_only_digits_and_letters_are_typed(sheet: StairSheet) -> None:
    wanted = Qt.WidgetAttribute.WA_InputMethodEnabled
    found = {}
    for name in ("name", "relation", "id_number", "phones", "birth", "employer"):
        stand(sheet, vacant(sheet), name)
        found[name] = sheet.view.testAttribute(wanted)

    assert [name for name, on in found.items() if on] == ["name", "employer"]


def test_an_answer_of_a_newer_program_is_looked_at_and_left_as_it_is(sheet: StairSheet) -> None:
    row = person(sheet)
    row.record.relation = "ZZ"
    stand(sheet, row, "relation")

    press("F2", "Enter")

    assert row.typed == {}
    assert row.text(FIELDS[COLUMN["relation"]]) == "ZZ"
