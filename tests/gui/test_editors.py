"""Editors: tolerant in what they take, quick to leave, careful with private values."""

from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
import pytest
from pytestqt.qtbot import QtBot

from gridclient.fields import RECORDS
from gridclient.ui.choosing import ChoiceEditor, ChoicesEditor
from gridclient.ui.editors import LineEditor, MaskedEditor, editor_for
from tests.support.compose import compose

RESIDENT = RECORDS["resident"]


def editor(qtbot: QtBot, name: str, kind: str = "resident") -> Any:
    made = editor_for(RECORDS[kind].field(name))
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("typed", ["20080808", "2008-8-8", "2008.08.08", "２００８年８月８日"])
def test_a_day_is_understood_however_it_is_typed(qtbot: QtBot, typed: str) -> None:
    birth = editor(qtbot, "birth")

    birth.show_raw(typed)

    assert birth.value() == date(2008, 8, 8)


def test_what_is_no_day_says_so_in_a_sentence(qtbot: QtBot) -> None:
    birth = editor(qtbot, "birth")
    birth.show_raw("八月")

    with pytest.raises(ValueError, match="不是日期"):
        birth.value()


def test_enter_moves_on_but_never_while_an_input_method_composes(qtbot: QtBot) -> None:
    name = editor(qtbot, "name")
    left: list[bool] = []
    name.left.connect(lambda: left.append(True))
    QCoreApplication.sendEvent(name.line, QInputMethodEvent("wang", []))

    qtbot.keyClick(name.line, Qt.Key.Key_Return)
    assert left == []

    compose(name.line, "王芳")
    qtbot.keyClick(name.line, Qt.Key.Key_Return)

    assert left == [True]
    assert name.value() == "王芳"


def test_the_eighteenth_sign_of_a_number_moves_on_by_itself(qtbot: QtBot) -> None:
    number = editor(qtbot, "id_number")
    left: list[bool] = []
    number.left.connect(lambda: left.append(True))

    qtbot.keyClicks(number.line, "51990119800101001")
    assert left == []
    qtbot.keyClicks(number.line, "x")

    assert left == [True]


def test_a_choice_is_picked_by_first_letters_or_number(qtbot: QtBot) -> None:
    relation = editor(qtbot, "relation")
    assert isinstance(relation, ChoiceEditor)

    qtbot.keyClicks(relation.box, "po")
    assert relation.value() == "10"
    relation.box.clearFocus()
    relation.show_value("")
    relation.box._typed = ""
    qtbot.keyClicks(relation.box, "02")

    assert relation.value() == "02"


def test_a_code_from_a_newer_program_is_kept_as_it_is(qtbot: QtBot) -> None:
    sex, labels = editor(qtbot, "sex"), editor(qtbot, "labels")

    sex.show_value("7")
    labels.show_value(["alone", "from-the-future"])

    assert sex.value() == "7"
    assert isinstance(labels, ChoicesEditor)
    assert labels.value() == ["alone", "from-the-future"]


def test_a_private_value_is_starred_out_until_it_is_asked_for_and_that_is_noted_first(qtbot: QtBot) -> None:
    number = editor(qtbot, "id_number")
    assert isinstance(number, MaskedEditor)
    noted: list[bool] = []
    number.before_showing = lambda: noted.append(number.masked)
    number.show_value("519901198001010018")

    shown_before, kept = number.line.text(), number.value()
    number.unmask()

    assert shown_before == "519901********0018"
    assert kept == "519901198001010018"
    assert noted == [True]
    assert number.line.text() == "519901198001010018"


def test_what_cannot_be_noted_is_not_shown(qtbot: QtBot) -> None:
    number = editor(qtbot, "id_number")

    def refuse() -> None:
        raise OSError("disk")

    number.before_showing = refuse
    number.show_value("519901198001010018")

    with pytest.raises(OSError, match="disk"):
        number.unmask()

    assert number.masked


def test_every_kind_of_blank_has_an_editor_that_gives_back_what_it_was_shown(qtbot: QtBot) -> None:
    for spec in RECORDS.values():
        record = spec.table()
        for field in spec.fields:
            if field.hidden or field.to:
                continue
            made = editor_for(field)
            qtbot.addWidget(made)
            made.show_value(getattr(record, field.name))

            assert made.value() == getattr(record, field.name), f"{spec.name}.{field.name}"
            assert isinstance(made, LineEditor) or made.raw() == made.value()


@pytest.mark.parametrize("typed", ["19900012345", "199 0001 2345", "199-0001-2345"])
def test_the_eleventh_digit_of_a_mobile_number_moves_on_by_itself(qtbot: QtBot, typed: str) -> None:
    phones = editor(qtbot, "phones")
    left: list[str] = []
    phones.left.connect(lambda: left.append(phones.line.text()))

    qtbot.keyClicks(phones.line, typed)

    assert left == [typed]
    assert phones.value() == ["19900012345"]


def test_a_second_number_and_a_correction_are_left_by_hand(qtbot: QtBot) -> None:
    phones = editor(qtbot, "phones")
    left: list[bool] = []
    phones.left.connect(lambda: left.append(True))
    compose(phones.line, "19900012345、19900054321")
    phones.line.setText("199000123456")
    qtbot.keyClicks(phones.line, " ")

    qtbot.keyClick(phones.line, Qt.Key.Key_Backspace)
    qtbot.keyClick(phones.line, Qt.Key.Key_Backspace)

    assert left == []


def test_full_width_digits_and_blanks_count_towards_the_eighteen(qtbot: QtBot) -> None:
    number = editor(qtbot, "id_number")
    left: list[bool] = []
    number.left.connect(lambda: left.append(True))

    compose(number.line, "５１９９０１ 19800101 001")  # noqa: RUF001
    qtbot.keyClicks(number.line, "x")

    assert left == [True]
    assert number.value() == "51990119800101001X"


@pytest.mark.parametrize("dot", "·・•∙⋅･‧")
def test_every_middle_dot_is_one(qtbot: QtBot, dot: str) -> None:
    name = editor(qtbot, "name")

    compose(name.line, f"阿依古丽 {dot}买买提")

    assert name.value() == "阿依古丽·买买提"
