"""Who is shut out is told what waits and that nothing is lost, and comes back in without leaving the page."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
import pytest
from pytestqt.qtbot import QtBot

from gridclient.errors import Unfit
from gridclient.records import Resident
from gridclient.settings import Settings
from gridclient.ui.banner import Banner, advice_for
from gridclient.ui.centre_card import CentreCard
from gridclient.ui.certificate import NONE
from gridclient.ui.leaving import LeavingQuestion
from gridclient.ui.main_window import MainWindow
from gridclient.ui.saying import Message, Shut, SyncState
from gridclient.ui.sign_in import SignIn
from gridclient.ui.workspace import Workspace
from sync.errors import Refused, SignInNeeded, Untrusted
from tests.support import certificates
from tests.support.stage import on_stage


def known(workspace: Workspace) -> None:
    """A laptop that has signed in before."""
    for key, value in (("hub", "https://hub.example"), ("token", "a token"), ("who", "zhangmin")):
        workspace.replica.set_meta(key, value)


async def true(what: Callable[[], bool]) -> None:
    """Wait until something holds, for two seconds at most."""
    for _attempt in range(200):
        if what():
            return
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            SyncState(shut=Shut.SIGN_IN, waiting=12),
            "还有 12 条修改没有上传，都已存在本机，没有丢失；重新登录后会自动上传。登录不了请联系社区内勤。",
        ),
        (SyncState(shut=Shut.SIGN_IN), "本机数据都在；重新登录后继续同步。登录不了请联系社区内勤。"),
        (
            SyncState(shut=Shut.UNTRUSTED, waiting=1),
            "还有 1 条修改没有上传，都已存在本机，没有丢失。请向社区内勤要新的证书文件。",
        ),
        (
            SyncState(shut=Shut.WITHDRAWN, owed=3),
            "还有 3 条修改没有交给中心，都在本机；联网后会自动交给中心，然后清除本机数据。请联系社区内勤。",
        ),
    ],
)
def test_the_banner_says_how_many_wait_and_that_nothing_is_lost(state: SyncState, words: str) -> None:
    assert advice_for(state) == words


async def test_signing_in_again_leaves_the_page_and_what_is_typed_as_they_are(
    window: MainWindow, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    known(workspace)
    given: list[Any] = []
    monkeypatch.setattr(workspace.desk, "sign_in", lambda *told: given.extend(told))
    person = workspace.replica.all(Resident)[0]
    window.open_place("records", {"kind": "resident", "id": person.id})
    form = window.page("residents").page.pane.form
    form.form.editor("employer").show_raw("打到一半")
    form.form.edited.emit("employer")
    workspace.set_sync_state(shut=Shut.SIGN_IN, why="需要重新登录", waiting=3)
    shown = window.banner.isVisible()

    window.banner.password.setText("a new password")
    qtbot.keyClick(window.banner.password, Qt.Key.Key_Return)
    await true(lambda: not window.banner.isVisible())

    assert shown
    assert given == ["https://hub.example", "zhangmin", "a new password"]
    assert not window.banner.isVisible()
    assert window.shown == "residents"
    assert (form.record.id, form.form.editor("employer").raw(), form.dirty) == (person.id, "打到一半", True)
    assert window.banner.password.text() == ""


async def test_a_wrong_password_may_be_tried_again_in_the_banner(
    window: MainWindow, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(workspace)
    failed: list[Exception] = []
    workspace.failed.connect(failed.append)

    def wrong(*_told: str) -> None:
        raise SignInNeeded("账号或密码不对")

    monkeypatch.setattr(workspace.desk, "sign_in", wrong)
    workspace.set_sync_state(shut=Shut.SIGN_IN, why="需要重新登录")
    window.banner.password.setText("not this one")
    window.banner.sign_in()
    await true(lambda: bool(failed))

    assert [type(error) for error in failed] == [SignInNeeded]
    assert window.banner.isVisible()
    assert window.banner.password.selectedText()


def test_a_withdrawn_laptop_is_told_in_red_and_offered_no_sign_in(workspace: Workspace, qtbot: QtBot) -> None:
    banner = Banner(workspace)
    qtbot.addWidget(banner)

    banner.show_state(SyncState(shut=Shut.WITHDRAWN, why="这台电脑已被停用", owed=2))

    assert banner.property("tone") == "bad"
    assert banner.title.text() == "这台电脑已被停用"
    assert not banner.password.isVisible()
    assert banner.again.isVisible()
    banner.hide()


async def test_a_centre_that_cannot_prove_itself_asks_for_a_certificate_and_only_then(
    qloop: asyncio.AbstractEventLoop,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    office, file = certificates.office(), tmp_path / "ca.crt"
    file.write_bytes(office.der)
    errors = [Refused("密码输错的次数太多"), Untrusted("无法确认中心的身份")]

    def unproven(*_told: str) -> None:
        raise errors.pop(0)

    monkeypatch.setattr(workspace.desk, "sign_in", unproven)
    workspace.failed.connect(lambda _error: None)
    sign = SignIn(workspace)
    stage = on_stage(qtbot, sign)
    shown = [sign.certificate.isVisible()]
    for line, text in ((sign.address, "hub.example"), (sign.account, "wang"), (sign.password, "secret")):
        line.setText(text)
    for _ in range(2):
        left = len(errors)
        sign.sign_in()
        await true(lambda left=left: len(errors) < left)
        await asyncio.sleep(0.05)
        shown.append(sign.certificate.isVisible())
    before = sign.certificate.told.text()

    sign.certificate.take(file)
    file.unlink()
    stage.close()

    assert shown == [False, False, True]
    assert before == NONE
    assert workspace.desk.authority is not None
    assert workspace.desk.authority.fingerprint in sign.certificate.told.text()
    assert sign.password.text() == "secret"  # nothing was sent: it need not be typed again


async def test_somebody_else_is_warned_once_about_work_that_waits(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    known(workspace)
    given: list[tuple[str, ...]] = []
    monkeypatch.setattr(workspace.desk, "sign_in", lambda *told: given.append(told))
    said: list[str] = []
    workspace.said.connect(lambda message: said.append(message.title))
    sign = SignIn(workspace)
    qtbot.addWidget(sign)
    for line, text in ((sign.address, "hub.example"), (sign.account, "liming"), (sign.password, "secret")):
        line.setText(text)

    sign.sign_in()
    before = list(given)
    sign.sign_in()
    await true(lambda: bool(given))

    assert before == []
    assert said == [f"还有 {workspace.replica.pending()} 条是 zhangmin 填写的，没有上传"]
    assert given == [("https://hub.example", "liming", "secret")]


def test_a_file_that_is_no_certificate_changes_nothing(
    workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    sign = SignIn(workspace)
    qtbot.addWidget(sign)
    for content in (b"hello", None):
        file = tmp_path / "none.pem"
        file.unlink(missing_ok=True)
        if content:
            file.write_bytes(content)
        with pytest.raises(Unfit):
            sign.certificate.take(file)

    assert workspace.desk.authority is None


@pytest.mark.parametrize(
    ("address", "marked"),
    [("http://10.0.0.5:8765", True), ("10.0.0.5:8765", False), ("https://hub.example", False), ("", False)],
)
def test_an_address_whose_line_others_can_read_is_marked(
    workspace: Workspace, qtbot: QtBot, address: str, marked: bool
) -> None:
    sign = SignIn(workspace)
    stage = on_stage(qtbot, sign)

    sign.address.setText(address)

    assert sign.open_line.isVisible() is marked
    stage.close()


def test_the_setting_that_allows_an_open_line_is_in_force_at_once(workspace: Workspace) -> None:
    allowed = workspace.settings.with_value("open_line", True)
    before = workspace.desk.open_line

    workspace.set_settings(allowed)

    assert (before, workspace.desk.open_line, Settings().open_line) == (False, True, False)


def test_signing_out_asks_while_something_waits_and_says_that_it_is_safe(
    workspace: Workspace, qtbot: QtBot
) -> None:
    known(workspace)
    card = CentreCard(workspace)
    stage = on_stage(qtbot, card)
    said: list[Message] = []
    workspace.said.connect(said.append)

    card.leave.click()
    question = stage.findChild(LeavingQuestion)
    question.activateWindow()
    qtbot.waitUntil(question.sync.hasFocus)
    still = workspace.desk.signed_in
    words = question.sentence.text()
    qtbot.keyClick(question.sync, Qt.Key.Key_Q)

    assert still
    assert words.endswith("重新登录后会自动上传。")
    assert not workspace.desk.signed_in
    assert [message.title for message in said] == ["已退出登录"]
    stage.close()


def test_signing_out_with_nothing_waiting_just_happens(workspace: Workspace, qtbot: QtBot) -> None:
    known(workspace)
    workspace.replica.acknowledge(workspace.replica.last_mseq, [])
    card = CentreCard(workspace)
    qtbot.addWidget(card)

    card.sign_out()

    assert not workspace.desk.signed_in
    assert "没有登录" in card.told.text()
