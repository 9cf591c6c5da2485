"""What every page is given: the bridge to threads, the news, undo, and rounds with the centre."""

import asyncio
from collections.abc import Callable
from datetime import datetime
import threading
import time
from typing import Any

import pytest

from gridclient import paths, settings
from gridclient.records import Household, Resident
from gridclient.ui.rounds import Rounds
from gridclient.ui.saying import Busy, Cancelled, Message
from gridclient.ui.workspace import MANY, Workspace
from sync.engine import Round
from sync.errors import Offline
from sync.replica import News
from tests.support.rosters import until


async def test_blocking_work_runs_elsewhere_and_the_window_lives(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    seen: list[Busy] = []
    workspace.busy_changed.connect(seen.append)

    thread = await workspace.run(threading.current_thread, text="正在读取…")

    assert thread is not threading.main_thread()
    assert [busy.text for busy in seen] == ["正在读取…", ""]


async def test_what_goes_wrong_elsewhere_is_raised_here(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    with pytest.raises(ZeroDivisionError):
        await workspace.run(divmod, 1, 0, text="正在计算…")


async def test_long_work_tells_how_far_it_is_and_can_be_stopped(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    seen: list[Busy] = []
    workspace.busy_changed.connect(seen.append)

    def count(progress: Callable[[int, int, str], None]) -> None:
        for done in range(10_000):
            progress(done, 10_000, "正在导入…")
            time.sleep(0.001)

    work = asyncio.ensure_future(workspace.run(count, text="正在导入…", progress=True))
    await asyncio.sleep(0.1)
    workspace.cancel()

    with pytest.raises(Cancelled):
        await work
    assert max(busy.done for busy in seen) > 1
    assert workspace is not None


async def test_news_from_another_thread_arrive_on_the_windows_thread(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    where: list[threading.Thread] = []
    workspace.changed.connect(lambda _news: where.append(threading.current_thread()))
    person = workspace.replica.all(Resident)[0]
    person.employer = "桂花路小学"

    await workspace.run(workspace.replica.save, person)
    await asyncio.sleep(0.05)

    assert where == [threading.main_thread()]


async def test_the_pieces_of_an_import_are_told_together(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    told: list[list[News]] = []
    workspace.changed.connect(told.append)
    household = workspace.replica.all(Household)[0]
    people = [Resident(name=f"新人{n}", household=household.id, area=household.area) for n in range(4 * MANY)]

    for at in range(0, len(people), 2 * MANY):
        await workspace.run(workspace.replica.import_many, people[at : at + 2 * MANY], why="导入")
    await until(lambda: bool(told))

    assert [{one.id for one in news} for news in told] == [{person.id for person in people}]


async def test_what_a_task_raises_is_not_lost(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> None:
    failed: list[Exception] = []
    workspace.failed.connect(failed.append)

    async def break_down() -> None:
        raise LookupError

    workspace.start(break_down())
    await asyncio.sleep(0.05)

    assert [type(error) for error in failed] == [LookupError]


async def test_what_a_page_asks_for_on_its_way_out_ends_without_a_word(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    failed: list[BaseException] = []
    workspace.failed.connect(failed.append)
    workspace.let_go()

    task = workspace.start(workspace.run(int))
    await asyncio.wait([task])

    assert task.cancelled()
    assert failed == []


def test_undo_takes_back_only_what_the_edit_changed(workspace: Workspace) -> None:
    person = workspace.replica.all(Resident)[0]
    person.employer = "桂花路小学"
    workspace.save(person)
    later = workspace.replica.get(Resident, person.id)
    assert later is not None
    later.occupation = "教师"
    workspace.replica.save(later)

    workspace.undo()

    stored = workspace.replica.get(Resident, person.id)
    assert stored is not None
    assert (stored.employer, stored.occupation) == ("", "教师")


def test_undoing_a_new_record_puts_it_into_the_recycle_bin(workspace: Workspace) -> None:
    person = workspace.replica.all(Resident)[0]
    new = Resident(household=person.household, name="王芳", area=person.area)
    workspace.save(new)

    workspace.undo()

    stored = workspace.replica.get(Resident, new.id)
    assert stored is not None
    assert stored.removed


class Centre:
    """Stands in for the one thing a test has not: a network."""

    def __init__(self, *answers: Round | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    def sync(self, **_named: Any) -> Round:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def signed_in(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(type(workspace.desk), "signed_in", property(lambda _desk: True))
    return workspace


async def test_a_round_that_went_well_is_shown(
    qloop: asyncio.AbstractEventLoop, signed_in: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_in.desk, "sync", Centre(Round(up=3, agreed=True)).sync)

    Rounds(signed_in).begin()
    await asyncio.sleep(0.2)
    state = signed_in.sync_state
    await signed_in.close()

    assert state.online
    assert state.text == "与中心一致 ✓"
    assert not state.running


async def test_no_answer_is_quiet_unless_somebody_asked(
    qloop: asyncio.AbstractEventLoop, signed_in: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Message] = []
    signed_in.said.connect(said.append)
    centre = Centre(Offline("中心没有应答", "稍后自动再试。"), Offline("中心没有应答", "稍后自动再试。"))
    monkeypatch.setattr(signed_in.desk, "sync", centre.sync)
    rounds = Rounds(signed_in)
    rounds.begin()
    await asyncio.sleep(0.2)
    quiet = list(said)

    signed_in.sync_now()
    await asyncio.sleep(0.2)
    await signed_in.close()

    assert quiet == []
    assert [message.title for message in said] == ["中心没有应答"]
    assert signed_in.sync_state.online is False
    assert centre.asked == 2


async def test_what_waits_is_counted_from_the_first_moment(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    Rounds(workspace).begin()
    waiting = workspace.sync_state.waiting
    await workspace.close()

    assert waiting == workspace.replica.pending() > 0
    assert isinstance(workspace.now, datetime)


def test_a_sign_in_is_offered_again_at_the_next_start(workspace: Workspace) -> None:
    told: list[bool] = []
    workspace.settings_changed.connect(told.append)

    workspace.remember_sign_in("https://centre.example", "zhangmin")

    kept = settings.load(paths.settings_file())
    assert (kept.hub, kept.account) == ("https://centre.example", "zhangmin")
    assert workspace.settings == kept
    assert told == [False]
