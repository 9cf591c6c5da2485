"""The centre of ledgers: six keys to paper, a ledger made one's own, handed on as a file, and all of it undone."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtGui import QKeySequence
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest

from gridclient.ledger.kept import PREFIX, keep
from gridclient.ledger.offered import Offer
from gridclient.ledger.template import Column, Template, named
from gridclient.records import KeptLedger
from gridclient.store.trail import Act
from gridclient.ui.ledgers import LedgersPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from sync.protocol import Scope
from tests.support.rosters import until

MOST_KEYS = 6


class Centre:
    """The page in its window, under hands that count their keys."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.count = window, 0

    @property
    def page(self) -> LedgersPage:
        page = self.window.page("ledgers")
        assert isinstance(page, LedgersPage)
        return page

    @property
    def titles(self) -> list[str]:
        return [template.called for template in self.page.templates]

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, as fast as the loop goes round."""
        for name in keys:
            stroke = QKeySequence(name)[0]  # type: ignore[index] # its stub forgets __getitem__
            text = name.lower() if len(name) == 1 else ""
            focus = QApplication.focusWidget() or self.window
            QTest.sendKeyEvent(QTest.KeyAction.Click, focus, stroke.key(), text, stroke.keyboardModifiers())
            self.count += 1
            await asyncio.sleep(0)

    async def composed(self, act: Callable[[], object]) -> None:
        """Wait until the pages are there that ``act`` asks for."""
        done = asyncio.Event()
        self.page.view.composed.connect(done.set)
        act()
        await asyncio.wait_for(done.wait(), 10)
        self.page.view.composed.disconnect(done.set)


async def at(window: MainWindow) -> Centre:
    """The centre with a register on its pages."""
    made = Centre(window)
    await made.composed(lambda: window.open_place("ledgers", {"ledger": "residents"}))
    return made


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """What was sent to the printer: Enter in the dialog, which offers one that writes a file."""
    out: list[Path] = []

    def accept(dialog: QPrintDialog) -> QPrintDialog.DialogCode:
        printer = dialog.printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        out.append(tmp_path / f"{len(out)}.pdf")
        printer.setOutputFileName(str(out[-1]))
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    return out


async def test_a_known_ledger_is_on_paper_after_six_keys_however_fast_they_are_pressed(
    window: MainWindow, printed: list[Path], workspace: Workspace
) -> None:
    hands = Centre(window)

    await hands.press("F7", "Z", "F", "Ctrl+P")
    await until(lambda: bool(printed))
    hands.count += 1  # Enter in the print dialog
    await until(printed[0].exists)

    assert hands.count <= MOST_KEYS
    (step,) = workspace.desk.trail.steps()
    assert step.act == Act.PRINT
    assert step.what.endswith("入户走访台账")


async def test_the_ledger_used_last_stands_first_and_needs_no_letters(
    window: MainWindow, printed: list[Path], tmp_path: Path, workspace: Workspace
) -> None:
    centre = await at(window)
    await centre.page.view.write_pdf(tmp_path / "a.pdf")

    again = LedgersPage(workspace)
    again._choose_first()

    assert again.template is not None
    assert again.template.name == "residents"
    assert "residents" in workspace.settings.lately.split()
    again.deleteLater()


async def test_letters_of_a_shelf_or_of_any_word_find_a_ledger(window: MainWindow) -> None:
    centre = await at(window)
    found = {}
    for letters in ("czrk", "changzhu", "zf", "dj", "zxh", "mdjf"):
        centre.page.list._last_s = 0.0
        await centre.press(*letters)
        found[letters] = centre.page.templates[centre.page.list.row].called

    await centre.composed(centre.page.compose)

    assert found["czrk"] == found["changzhu"] == "常住人口台账"
    assert found["zf"] == "入户走访台账"
    assert found["dj"] == "党员中心户登记表"
    assert found["zxh"] == "党员中心户登记表"
    assert found["mdjf"].startswith("矛盾纠纷")


async def test_columns_are_moved_renamed_grouped_added_and_taken_out_beside_the_pages(
    window: MainWindow,
) -> None:
    centre = await at(window)
    page, columns = centre.page, centre.page.editor.columns
    await centre.press("Ctrl+T")
    assert page.editing

    columns.columns.setCurrentRow(6)
    await centre.press("Alt+Up")
    columns.name.setText("居民姓名")
    columns.name.textEdited.emit("居民姓名")
    columns.parent_name.textEdited.emit("本人")
    columns.columns.setCurrentRow(0)
    columns.take_out()
    await centre.composed(
        lambda: columns.picker.picked.emit(Offer("household.dwelling.@address", "户 · 房屋 · 地址"))
    )

    sheet = page.view.sheet
    assert sheet is not None
    labels = [column.label for column in sheet.columns]
    assert labels[:5] == ["楼栋", labels[1], "单元", "室号", "户号"]
    assert "序号" not in labels
    moved = sheet.columns[labels.index("居民姓名")]
    assert moved.parent == "本人"
    assert labels.index("居民姓名") < labels.index("与户主关系")


async def test_columns_that_fit_on_no_paper_leave_nothing_to_print_and_a_sentence(
    window: MainWindow, printed: list[Path]
) -> None:
    centre = await at(window)
    columns = centre.page.editor.columns
    await centre.press("Ctrl+T")

    columns._put([Column(path="name")] * 120, 0)
    await until(lambda: window.messages.title.text().startswith("列太多"))
    await centre.press("Ctrl+P")

    assert centre.page.view.sheet is None
    assert not printed


async def test_rows_are_chosen_and_sorted_in_plain_words(window: MainWindow) -> None:
    centre = await at(window)
    page, rows = centre.page, centre.page.editor.rows
    assert page.view.sheet is not None
    everybody = len(page.view.sheet.rows)
    await centre.press("Ctrl+T", "Alt+2")

    rows.ask()
    rows.picker.picked.emit(Offer("sex", "性别"))
    next(
        i for r in range(rows.answers.count()) if (i := rows.answers.item(r)).text() == "女性"
    ).setCheckState(rows.answers.item(0).checkState().Checked)
    await centre.composed(rows.put)
    told = [rows.where.item(row).text() for row in range(rows.where.count())]
    while rows.order.count():
        rows.unsort()
    await centre.composed(
        lambda: [rows.sort(), rows.picker.picked.emit(Offer("birth", "出生日期")), rows.turn()]
    )

    assert told[-1] == "性别 是 女性"
    sheet = page.view.sheet
    assert sheet is not None
    assert 0 < len(sheet.rows) < everybody
    born = [row.cells[[c.label for c in sheet.columns].index("出生日期")] for row in sheet.rows]
    known = [one for one in born if one]
    assert known == sorted(known, reverse=True)


async def test_title_signatures_and_paper_are_those_of_the_office(window: MainWindow) -> None:
    centre = await at(window)
    page, editor = centre.page, centre.page.editor
    await centre.press("Ctrl+T")

    editor.frame.title.setText("花名册")
    editor.frame.signatures[0].setText("经办人：")
    editor.frame.heading[1].clear()
    editor.frame._put()
    editor.paper.format.setCurrentText("A3")
    editor.paper.binding.setValue(20)
    await centre.composed(editor.paper._put)

    sheet = page.view.sheet
    assert sheet is not None
    assert sheet.title.endswith("花名册")
    assert sheet.signatures[0] == "经办人："
    assert [words[:2] for words in sheet.heading] == ["填报", "单位"]
    assert (sheet.paper.size, sheet.paper.binding) == ("A3", 20.0)


async def test_what_is_kept_stands_on_its_own_shelf_and_goes_with_undo(
    window: MainWindow, workspace: Workspace
) -> None:
    centre = await at(window)
    await centre.press("Ctrl+T")
    centre.page.editor.name.setText("第三网格名册")
    await centre.composed(centre.page.editor.columns.take_out)
    await centre.press("Ctrl+S")

    assert not centre.page.editing
    assert centre.titles[0] == "第三网格名册"
    assert centre.page.chosen is not None
    (record,) = workspace.replica.all(KeptLedger)
    assert record.area == workspace.desk.home

    await centre.press("Ctrl+T")
    centre.page.editor.name.setText("改了名")
    await centre.press("Ctrl+S")
    assert centre.titles[0] == "改了名"
    assert len(workspace.replica.all(KeptLedger)) == 1

    centre.page.acts.remove()
    await until(lambda: "改了名" not in centre.titles)
    for title in ("改了名", "第三网格名册"):
        workspace.undo()
        await until(lambda title=title: title in centre.titles)
    workspace.undo()
    await until(lambda: not workspace.replica.all(KeptLedger))


async def test_coming_back_by_f7_finds_the_changes_where_they_were_left(window: MainWindow) -> None:
    centre = await at(window)
    await centre.press("Ctrl+T")
    await centre.composed(centre.page.editor.columns.take_out)
    draft = centre.page.editor.draft

    await centre.press("F4", "F7")

    assert centre.page.editing
    assert centre.page.editor.draft == draft
    assert centre.page.editor.columns.columns.hasFocus()


async def test_a_column_is_added_by_its_first_letters_and_esc_only_ends_the_adding(
    window: MainWindow,
) -> None:
    centre = await at(window)
    columns = centre.page.editor.columns
    await centre.press("Ctrl+T")
    columns.add()
    await centre.press("W", "H", "C", "D")
    first = columns.picker.found.currentItem().text()
    await centre.composed(lambda: window.workspace.start(centre.press("Return", "Esc")))

    assert first == "文化程度"
    assert centre.page.editing
    assert columns.part is not None
    assert columns.part.columns[1].label == first
    assert columns.columns.hasFocus()


async def test_leaving_the_editor_leaves_everything_as_it_was(
    window: MainWindow, workspace: Workspace
) -> None:
    centre = await at(window)
    before = centre.page.template
    await centre.press("Ctrl+T")
    await centre.composed(centre.page.editor.columns.take_out)
    await centre.press("Esc")
    assert centre.page.editing  # it says first that something would be lost
    await centre.composed(lambda: centre.window.workspace.start(centre.press("Esc")))

    assert centre.page.template == before
    assert not workspace.replica.all(KeptLedger)
    assert centre.page.list.hasFocus()


async def test_what_the_office_kept_becomes_a_ledger_of_its_own_when_a_grid_changes_it(
    window: MainWindow, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = await at(window)
    office = keep(named("residents"), "社区名册", workspace.desk.home)
    workspace.save(office)
    grid = f"{workspace.desk.home}001"
    monkeypatch.setattr(workspace.replica, "scope", lambda: Scope(gen=1, areas=[grid]))
    await centre.composed(lambda: centre.page.show_ledger(PREFIX + office.id))
    assert not centre.page.acts.delete.isEnabled()

    await centre.press("Ctrl+T")
    centre.page.editor.name.setText("网格名册")
    await centre.composed(lambda: window.workspace.start(centre.press("Ctrl+S")))

    assert {(one.title, one.area) for one in workspace.replica.all(KeptLedger)} == {
        ("社区名册", workspace.desk.home),
        ("网格名册", grid),
    }


async def test_a_ledger_goes_by_file_from_one_office_to_another(
    window: MainWindow, workspace: Workspace, tmp_path: Path
) -> None:
    centre = await at(window)
    path = tmp_path / "常住人口台账.台账.toml"
    await centre.page.acts.write(path)

    await centre.page.acts.read(path)
    await centre.page.acts.read(path)

    assert [one.title for one in workspace.replica.all(KeptLedger, order=KeptLedger.title)] == [
        "常住人口台账",
        "常住人口台账（2）",
    ]
    chosen = centre.page.chosen
    assert chosen is not None
    assert chosen.template is not None
    assert _same(chosen.template, next(t for t in centre.page.templates if t.name == "residents"))


async def test_a_ledger_of_a_newer_program_is_told_of_and_left_alone(
    window: MainWindow, workspace: Workspace
) -> None:
    centre = await at(window)
    workspace.save(KeptLedger(title="全息册", template="hologram = 1"))
    await until(lambda: bool(centre.page.kept))

    assert "全息册" in centre.page.acts.unread.text()
    assert "升级" in centre.page.acts.unread.toolTip()
    assert "全息册" not in centre.titles


async def test_a_form_for_the_pen_and_blank_lines_are_one_choice_away(window: MainWindow) -> None:
    centre = await at(window)
    page = centre.page
    page.choices.form.setCurrentIndex(page.choices.form.findData("blank"))
    await centre.composed(lambda: page.choices.form.activated.emit(0))
    blank = page.view.sheet
    page.choices.form.setCurrentIndex(0)
    page.choices.blanks.setChecked(True)
    page.choices.subtotals.setChecked(False)
    await centre.composed(page.choices.changed.emit)
    full = page.view.sheet

    assert blank is not None
    assert full is not None
    assert (blank.pen, len(blank.rows)) == (True, 0)
    assert (full.pen, full.fill_blank_rows, full.page_total) == (False, True, False)


async def test_own_dates_bound_the_rows(window: MainWindow) -> None:
    centre = await at(window)
    page = centre.page
    await centre.composed(lambda: page.show_ledger("visits"))
    every = page.view.sheet
    page.choices.period.setCurrentText("自选日期")
    page.choices._period_chosen()
    page.choices.first.setDate(page.choices.first.date().addDays(20))
    await centre.composed(page.compose)
    some = page.view.sheet

    assert every is not None
    assert some is not None
    assert 0 < len(some.rows) < len(every.rows)
    assert "至" in some.subtitles[0]


def _same(mine: Template, shipped: Template) -> bool:
    return replace(mine, name="", listed="") == replace(shipped, name="", listed="")
