"""Rounds beside the window: after a save, again when the network is back, and quiet while nobody answers."""

import asyncio
from typing import Any

import pytest

from gridclient.records import Resident
from gridclient.rules import pace
from gridclient.ui import rounds as module
from gridclient.ui.rounds import Rounds
from gridclient.ui.saying import Message, Shut
from gridclient.ui.workspace import Workspace
from sync.engine import Round
from sync.errors import Offline, Refused, Revoked, SignInNeeded, Untrusted

NOBODY = Offline("现在连接不上中心", "联网后会自动上传。")


class Centre:
    """Stands in for a network: gives its answers one after the other, the last one for ever."""

    def __init__(self, desk: Any, *answers: Round | Exception) -> None:
        self.desk, self.answers = desk, list(answers)
        self.asked = 0

    def sync(self, **_named: Any) -> Round:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        self.desk.replica.acknowledge(self.desk.replica.last_mseq, [])
        return answer

    async def was_asked(self, times: int) -> None:
        for _attempt in range(200):
            if self.asked >= times:
                await asyncio.sleep(0.05)
                return
            await asyncio.sleep(0.01)


@pytest.fixture
def signed_in(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(type(workspace.desk), "signed_in", property(lambda _desk: True))
    monkeypatch.setattr(module, "random", lambda: 0.5)
    monkeypatch.setattr(pace, "until_slot", lambda _now, _origin: 9000.0)
    return workspace


@pytest.fixture
def said(signed_in: Workspace) -> list[str]:
    heard: list[str] = []

    def hear(message: Message) -> None:
        heard.append(message.title)

    signed_in.said.connect(hear)
    return heard


def centre_of(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, *answers: Round | Exception) -> Centre:
    made = Centre(workspace.desk, *answers)
    monkeypatch.setattr(workspace.desk, "sync", made.sync)
    return made


def edit(workspace: Workspace) -> None:
    person = workspace.replica.all(Resident)[0]
    person.employer += "新"
    workspace.save(person)


async def test_a_save_brings_a_round_once_it_has_settled(
    qloop: asyncio.AbstractEventLoop, signed_in: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SETTLE_S", 0.2)
    centre = centre_of(signed_in, monkeypatch, Round(agreed=True))
    Rounds(signed_in).begin()
    await centre.was_asked(1)

    edit(signed_in)
    edit(signed_in)
    await centre.was_asked(2)
    await asyncio.sleep(0.3)
    await signed_in.close()

    assert centre.asked == 2
    assert signed_in.sync_state.waiting == 0


async def test_what_arrives_from_elsewhere_brings_no_round(
    qloop: asyncio.AbstractEventLoop, signed_in: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.replica import News

    monkeypatch.setattr(pace, "SETTLE_S", 0.01)
    centre = centre_of(signed_in, monkeypatch, Round(agreed=True))
    Rounds(signed_in).begin()
    await centre.was_asked(1)

    signed_in.changed.emit([News("resident", "somebody", remote=True)])
    await asyncio.sleep(0.1)
    await signed_in.close()

    assert centre.asked == 1


async def test_a_centre_that_does_not_answer_is_not_called_by_every_save(
    qloop: asyncio.AbstractEventLoop, signed_in: Workspace, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    monkeypatch.setattr(pace, "SETTLE_S", 0.01)
    centre = centre_of(signed_in, monkeypatch, NOBODY)
    Rounds(signed_in).begin()
    await centre.was_asked(1)

    for _ in range(5):
        edit(signed_in)
        await asyncio.sleep(0.03)
    asked = centre.asked
    signed_in.sync_now()
    await centre.was_asked(2)
    await signed_in.close()

    assert (asked, centre.asked) == (1, 2)
    assert said == [NOBODY.title]
    assert signed_in.sync_state.online is False


async def test_a_network_that_is_back_is_noticed(
    qloop: asyncio.AbstractEventLoop, signed_in: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH_S", 0.02)
    monkeypatch.setattr(pace, "RETURN_S", 0.02)
    ways = [""]
    monkeypatch.setattr(signed_in.desk, "way", lambda: ways[-1])
    centre = centre_of(signed_in, monkeypatch, NOBODY, Round(agreed=True))
    Rounds(signed_in).begin()
    await centre.was_asked(1)
    await asyncio.sleep(0.1)
    quiet = centre.asked

    ways.append("192.0.2.7")
    await centre.was_asked(2)
    await signed_in.close()

    assert (quiet, centre.asked) == (1, 2)
    assert signed_in.sync_state.online


async def test_a_laptop_nobody_has_signed_in_on_stays_quiet(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SETTLE_S", 0.01)
    centre = centre_of(workspace, monkeypatch, Round())
    Rounds(workspace).begin()

    edit(workspace)
    await asyncio.sleep(0.1)
    await workspace.close()

    assert centre.asked == 0


@pytest.mark.parametrize(
    ("error", "shut"),
    [
        (SignInNeeded("账号已停用", "请联系社区内勤。"), Shut.SIGN_IN),
        (Untrusted("无法确认中心的身份", "请选择证书文件。"), Shut.UNTRUSTED),
        (Refused("程序版本与中心不匹配", "请更新程序。"), Shut.NOT),
        (NOBODY, Shut.NOT),
    ],
)
async def test_who_is_shut_out_is_told_above_the_page_and_everything_else_in_a_message(
    qloop: asyncio.AbstractEventLoop,
    signed_in: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
    error: Exception,
    shut: Shut,
) -> None:
    centre = centre_of(signed_in, monkeypatch, error)
    Rounds(signed_in).begin()
    await centre.was_asked(1)
    await signed_in.close()

    assert signed_in.sync_state.shut is shut
    assert said == ([error.args[0]] if isinstance(error, Refused) and shut is Shut.NOT else [])


async def test_a_lost_line_does_not_hide_that_the_laptop_is_shut_out(
    qloop: asyncio.AbstractEventLoop, signed_in: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = centre_of(signed_in, monkeypatch, SignInNeeded("需要重新登录"), NOBODY, Round(agreed=True))
    states = []
    Rounds(signed_in).begin()
    for times in (1, 2, 3):
        await centre.was_asked(times)
        states.append((signed_in.sync_state.shut, signed_in.sync_state.why))
        signed_in.sync_now()
    await signed_in.close()

    assert states == [(Shut.SIGN_IN, "需要重新登录"), (Shut.SIGN_IN, "需要重新登录"), (Shut.NOT, "")]


async def test_a_withdrawn_laptop_that_owes_nothing_is_let_go(
    qloop: asyncio.AbstractEventLoop, signed_in: Workspace, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    owed = [2, 2, 0]
    monkeypatch.setattr(type(signed_in.desk), "withdrawn", property(lambda _desk: True))
    monkeypatch.setattr(
        type(signed_in.desk), "owed", property(lambda _desk: owed[-1 if centre.asked > 1 else 0])
    )
    gone: list[bool] = []
    signed_in.withdrawn.connect(lambda: gone.append(True))
    centre = centre_of(signed_in, monkeypatch, Revoked("这台电脑已被停用", "请联系社区内勤。"))
    Rounds(signed_in).begin()
    await centre.was_asked(1)
    first = (list(gone), signed_in.sync_state.shut, signed_in.sync_state.owed)

    signed_in.sync_now()
    await centre.was_asked(2)
    await signed_in.close()

    assert first == ([], Shut.WITHDRAWN, 2)
    assert gone == [True]
