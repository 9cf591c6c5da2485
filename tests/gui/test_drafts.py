"""What is half typed is kept: within a second of a key, at once when another blank is begun, words of a link too."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gridclient.records import Building, Dwelling, Household, Resident
from gridclient.store.drafts import Draft, new_key
from gridclient.ui.drafts_page import DraftsPage, way_of
from gridclient.ui.form import RecordForm
from gridclient.ui.keeping import DRAFT_MS
from gridclient.ui.lines import line_of
from gridclient.ui.lookup import LinkEditor, LinksEditor
from gridclient.ui.plan import PlanPage
from gridclient.ui.plan_maker import PlanMaker
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until
from tests.support.stage import Hands, on_stage


def new_person(qtbot: QtBot, workspace: Workspace) -> tuple[RecordForm, QWidget]:
    form = RecordForm(workspace, "resident")
    stage = on_stage(qtbot, form)
    form.open_new()
    return form, stage


def type_into(form: RecordForm, name: str, keys: str) -> None:
    form.form.focus(name)
    QTest.keyClicks(focused(), keys)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def kept(workspace: Workspace) -> dict[str, object]:
    drafts = workspace.desk.drafts.all("resident")
    return drafts[0].values if drafts else {}


def test_a_key_is_kept_within_a_second_however_fast_the_next_ones_come(
    qtbot: QtBot, workspace: Workspace
) -> None:
    form, _stage = new_person(qtbot, workspace)
    type_into(form, "name", "A")
    waiting = form._draft.timerId()

    type_into(form, "name", "BC")

    assert waiting == form._draft.timerId() > 0
    assert DRAFT_MS < 1000
    qtbot.waitUntil(lambda: kept(workspace) == {"name": "ABC"})


def test_a_blank_is_kept_as_soon_as_another_one_is_begun(qtbot: QtBot, workspace: Workspace) -> None:
    form, _stage = new_person(qtbot, workspace)

    type_into(form, "name", "ABC")
    assert kept(workspace) == {}
    type_into(form, "employer", "D")

    assert kept(workspace) == {"name": "ABC", "employer": "D"}
    form.discard()


def test_a_choice_and_a_tick_are_kept_at_once(qtbot: QtBot, workspace: Workspace) -> None:
    form, _stage = new_person(qtbot, workspace)

    type_into(form, "sex", "2")

    assert kept(workspace) == {"sex": "2"}
    form.discard()


def test_the_words_typed_for_a_link_come_back_and_can_be_looked_up(
    qtbot: QtBot, workspace: Workspace
) -> None:
    form, _stage = new_person(qtbot, workspace)
    household = next(h for h in workspace.replica.all(Household) if h.head_name)
    compose_into(form, "household", household.head_name)
    form.keep_draft()

    again, _other = new_person(qtbot, workspace)
    link = again.form.editor("household")
    assert isinstance(link, LinkEditor)
    assert link.line.text() == household.head_name
    assert not again.save()
    again.form.focus("household")
    QTest.keyClick(focused(), Qt.Key.Key_Return)

    assert link.value() != ""
    again.discard()


def compose_into(form: RecordForm, name: str, words: str) -> None:
    form.form.focus(name)
    editor = form.form.editor(name)
    assert isinstance(editor, LinkEditor)
    editor.line.setText(words)
    editor._typed(words)


def test_the_links_chosen_come_back_with_the_words_for_one_more(qtbot: QtBot, workspace: Workspace) -> None:
    field = next(f for f in Resident.spec.fields if f.kind == "link")
    people = workspace.replica.all(Household)[:2]
    editor = LinksEditor(workspace, field)
    qtbot.addWidget(editor)
    editor.show_value([home.id for home in people])
    editor.line.setText("王")
    raw = editor.raw()

    again = LinksEditor(workspace, field)
    qtbot.addWidget(again)
    again.show_raw(raw)

    assert again.line.text() == "王"
    again.line.clear()
    assert again.value() == [home.id for home in people]


def test_every_draft_says_what_it_is_and_how_to_go_on(workspace: Workspace) -> None:
    replica, now = workspace.replica, workspace.now
    person, door = replica.all(Resident)[0], replica.all(Dwelling)[0]
    home = replica.all(Household)[0]

    ways = [
        way_of(replica, Draft(key, kind, now, {}))
        for kind, key in (
            ("resident", new_key()),
            ("resident", person.id),
            ("visit", f"door:{door.id}"),
            ("household_event", f"life:move:{home.id}"),
            ("household_event", f"life:newcomers:{door.id}"),
            ("sheet", f"sheet:{door.building}/2"),
            ("matter", "matter:m1"),
            ("building", f"plan:{door.building}"),
            ("building", "plan:"),
        )
    ]

    assert [way.title for way in ways] == [
        "新增居民",
        "修改居民",
        "走访",
        "户籍变动",
        "户籍变动",
        "表格录入",
        "办理事项",
        "照规格建楼",
        "照规格建楼",
    ]
    assert [way.where for way in ways] == [
        {"kind": "resident", "new": True},
        {"kind": "resident", "id": person.id},
        {"dwelling": door.id},
        {"household": home.id, "focus": True},
        {"dwelling": door.id, "focus": True},
        {"view": "sheet", "building": door.building, "unit": "2"},
        {"kind": "matter", "id": "m1"},
        {"view": "plan", "building": door.building, "make": True},
        {"view": "plan", "building": "", "make": True},
    ]
    assert ways[1].about.startswith(person.name)


def test_every_form_that_keeps_drafts_is_known_to_their_list(workspace: Workspace) -> None:
    from gridclient.ui import drafts_page, life, matter_pane, plan_maker, sheet, visit_book

    keys = {visit_book.DRAFT, life.DRAFT, matter_pane.DRAFT, f"{sheet.DRAFT}:", plan_maker.DRAFT}
    assert keys == {
        drafts_page.DOOR,
        drafts_page.LIFE,
        drafts_page.MATTER,
        drafts_page.SHEET,
        drafts_page.PLAN,
    }


async def test_the_list_of_drafts_leads_back_to_the_form(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    workspace.desk.drafts.keep("resident", person.id, {"employer": "桂花路"}, workspace.now)
    went: list[tuple[str, dict[str, object]]] = []
    workspace.place_opened.connect(lambda place, where: went.append((place, where)))
    page = DraftsPage(workspace)

    page.show_told(page.read())
    page.go_on()

    assert page.rows.rows.told[0].texts[1:] == (
        "修改居民",
        line_of(workspace.replica, "resident", person.id),
        "工作单位",
    )
    assert went == [("records", {"kind": "resident", "id": person.id})]
    page.deleteLater()


async def test_numbers_half_typed_are_there_again_whichever_way_one_left(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    page = PlanPage(workspace)
    stage = on_stage(qtbot, page)
    await asyncio.sleep(0.05)  # the window becomes active
    page.open()
    others = [b.id for b in workspace.replica.all(Building) if b.id != page.building]
    ways = {"Esc": lambda: Hands(page.view).press("Esc"), "another": lambda: page.open(building=others[0])}
    for way, leave in ways.items():
        Hands(page.view).press("Ctrl+N", "Enter", "2", "Enter", "3", "3")
        leave()
        page.works.new_building()
        pane = page.works.pane

        assert isinstance(pane, PlanMaker)
        assert (pane.fields["units"].text(), pane.fields["floors"].text()) == ("2", "33"), way
        assert pane.strip.isVisible()
        pane.discard()
        assert pane.fields["floors"].text() == "6"
        Hands(page.view).press("Esc")
    assert workspace.desk.drafts.all("building") == []
    stage.close()


async def test_a_building_made_leaves_no_draft(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    page = PlanPage(workspace)
    stage = on_stage(qtbot, page)
    await asyncio.sleep(0.05)  # the window becomes active
    page.open()
    Hands(page.view).press("Ctrl+N", "Enter", "2", "Ctrl+Enter")
    await until(lambda: page.works.pane is None and not page.reading)

    assert workspace.desk.drafts.all("building") == []
    stage.close()


async def test_the_list_of_drafts_leads_back_to_a_building_half_made(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    page = PlanPage(workspace)
    stage = on_stage(qtbot, page)
    await asyncio.sleep(0.05)  # the window becomes active
    page.open()
    here = page.building
    Hands(page.view).press("Ctrl+G", "Enter", "9", "Esc")

    (draft,) = workspace.desk.drafts.all("building")
    page.open(**way_of(workspace.replica, draft).where)

    pane = page.works.pane
    assert isinstance(pane, PlanMaker)
    assert page.building == here
    assert pane.fields["floors"].text() == "9"
    stage.close()
