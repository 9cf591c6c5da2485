"""What was rehearsed is written grid after grid; stopped or killed in between, whole grids are there and nothing is confused."""

from collections.abc import Callable
from datetime import date, datetime
import json
import os
from pathlib import Path
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from gridclient.desk import Desk
from gridclient.errors import GridError
from gridclient.exchange.taking_back import take_back
from gridclient.exchange.writing import commit
from gridclient.fields import RECORDS
from gridclient.records import Dwelling, Household, Resident, Visit
from gridclient.store.imports import RANGES, UNDONE, Batch, Imports
from gridclient.store.vault import LIGHT
from sync.outbox import OUTBOX, decode
from sync.replica import News, Replica
from tests.unit.exchange.conftest import opened, rehearsed
from tests.unit.exchange.test_merging import one
from tests.unit.exchange.workbooks import HOME, numbered, person, population

ROOT = Path(__file__).parents[3]
GRIDS = ("第一网格", "第二网格", "第三网格")
EACH = 2  # people in a grid


def roster(path: Path, employer: str = "桃溪小学") -> Path:
    """Two people in each of three grids; in the file they stand mixed."""
    rows = [
        person(
            f"{'赵钱孙'[grid]}{'甲乙'[who]}", numbered(10 * grid + who), 所属网格=name, 所属楼栋=f"桃苑{grid + 1}栋",
            户号=f"0{grid + 1}010100{who}", 所属房屋=f"10{who}", 服务处所=employer,
        )
        for who in range(EACH)
        for grid, name in enumerate(GRIDS)
    ]  # fmt: skip
    return population(path, *rows)


def stop_at(piece: int) -> Callable[[int, int, str], None]:
    """Progress that stops an import before this piece, counted from 0."""
    told: list[int] = []

    def tell(_done: int, _total: int, text: str) -> None:
        told.append(text == "正在写入")
        if sum(told) > piece:
            raise GridError("已取消")

    return tell


def by_grid(replica: Replica) -> dict[str, int]:
    areas = [person.area.removeprefix(HOME) for person in replica.all(Resident)]
    return {area: areas.count(area) for area in sorted(set(areas))}


def living(replica: Replica) -> int:
    return sum(replica.count(spec.table) for spec in RECORDS.values())


def batches(replica: Replica) -> list[Batch]:
    return Imports(replica.engine).all(datetime.now().astimezone())


def told_as_imported(replica: Replica) -> set[int]:
    return {n for _o, first, last in json.loads(replica.meta(RANGES) or "[]") for n in range(first, last + 1)}


def written_by_imports(replica: Replica) -> set[int]:
    """The numbers of every edit an import made, from the edits themselves."""
    rows = replica.rows(select(OUTBOX.c.mseq, OUTBOX.c.body))
    return {mseq for mseq, body in rows if decode(body).why in ("导入", UNDONE)}


def test_an_import_goes_from_the_community_through_one_grid_after_the_other(
    replica: Replica, tmp_path: Path
) -> None:
    heard: list[set[tuple[str, str]]] = []

    def hear(news: list[News]) -> None:
        records = [replica.get(RECORDS[one.kind].table, one.id) for one in news]
        heard.append({(record.kind(), record.area) for record in records if record is not None})

    replica.subscribe(hear)
    commit(replica, rehearsed(replica, roster(tmp_path / "a.xlsx")))

    assert [{area for _kind, area in piece} for piece in heard] == [
        {HOME}, {f"{HOME}001"}, {f"{HOME}002"}, {f"{HOME}003"}
    ]  # fmt: skip
    assert {kind for kind, _area in heard[1]} == {"building", "dwelling", "household", "resident"}


def test_no_piece_is_longer_than_its_measure(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridclient.exchange.writing.STEP", 3)
    sizes: list[int] = []
    replica.subscribe(lambda news: sizes.append(len(news)))

    report = commit(replica, rehearsed(replica, roster(tmp_path / "a.xlsx")))

    assert max(sizes) == 3
    assert sum(sizes) == sum(report.created.values())


def test_progress_is_told_piece_by_piece_up_to_the_end(replica: Replica, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    commit(
        replica,
        rehearsed(replica, roster(tmp_path / "a.xlsx")),
        lambda done, all_, _text: told.append((done, all_)),
    )

    total = living(replica)
    assert [all_ for _done, all_ in told] == [total] * len(told)
    assert told[0][0] == 0
    assert told[-1][0] == total
    assert sorted(told) == told


def test_an_import_cancelled_before_it_writes_has_written_nothing(replica: Replica, tmp_path: Path) -> None:
    found = rehearsed(replica, roster(tmp_path / "a.xlsx"))

    with pytest.raises(GridError):
        commit(replica, found, stop_at(0))

    assert (replica.pending(), batches(replica)) == (0, [])


def test_an_import_stopped_in_between_leaves_whole_grids_and_says_what_it_wrote(
    replica: Replica, tmp_path: Path
) -> None:
    found = rehearsed(replica, roster(tmp_path / "a.xlsx"))

    report = commit(replica, found, stop_at(2))

    assert (report.stopped, report.created["resident"]) == (True, EACH)
    assert by_grid(replica) == {"001": EACH}
    assert report.rest == len(found.batch) - living(replica) > 0
    (batch,) = batches(replica)
    assert (batch.n, batch.created) == (report.n, report.created)


def test_cancelling_when_all_is_written_changes_nothing(replica: Replica, tmp_path: Path) -> None:
    report = commit(replica, rehearsed(replica, roster(tmp_path / "a.xlsx")), stop_at(4))

    assert not report.stopped
    assert by_grid(replica) == {"001": EACH, "002": EACH, "003": EACH}


def test_a_stopped_import_is_brought_to_its_end_by_the_same_file_and_both_can_be_taken_back(
    replica: Replica, tmp_path: Path
) -> None:
    path = roster(tmp_path / "a.xlsx")
    first = commit(replica, rehearsed(replica, path), stop_at(2))

    second = commit(replica, rehearsed(replica, path))

    assert by_grid(replica) == {"001": EACH, "002": EACH, "003": EACH}
    assert second.created["resident"] == 2 * EACH
    assert second.updated == {}
    imports = Imports(replica.engine)
    assert [
        take_back(replica, imports, batch).left for batch in imports.all(datetime.now().astimezone())
    ] == [(), ()]
    assert (living(replica), first.n) == (0, 1)


@pytest.mark.parametrize("moment", ["between", "before", "after"])
def test_killed_at_any_moment_it_leaves_whole_grids_that_count_as_imported(
    replica: Replica, tmp_path: Path, moment: str
) -> None:
    path = roster(tmp_path / "a.xlsx")
    replica.engine.dispose()
    killed = _killed(tmp_path / "laptop.db", path, moment)
    assert killed.returncode == (-signal.SIGKILL if os.name == "posix" else 1), killed.stderr

    again = opened(tmp_path / "laptop.db")
    Imports(again.engine).mend(again)

    there = {"001": EACH, "002": EACH} if moment == "after" else {"001": EACH}
    assert by_grid(again) == there
    (batch,) = batches(again)
    assert batch.created["resident"] == sum(there.values())
    assert told_as_imported(again) == written_by_imports(again) == set(range(1, again.last_mseq + 1))
    _typed_and_taken_back(again, tmp_path)
    again.engine.dispose()


def _typed_and_taken_back(replica: Replica, tmp_path: Path) -> None:
    """After a crash: what a person types is theirs, what was imported gives way, the rest comes, and all goes back."""
    typed = one(replica, "赵甲")
    typed.employer = "桃溪医院"
    replica.save(typed)

    commit(replica, rehearsed(replica, roster(tmp_path / "b.xlsx", "桃溪中学")))
    assert by_grid(replica) == {"001": EACH, "002": EACH, "003": EACH}
    assert [one(replica, name).employer for name in ("赵甲", "赵乙", "孙甲")] == [
        "桃溪医院",
        "桃溪中学",
        "桃溪中学",
    ]
    imports = Imports(replica.engine)
    left = [take_back(replica, imports, batch).left for batch in batches(replica)]
    assert {of.id for some in left for of in some if not of.leaned} == {typed.id}
    assert replica.all(Resident) == [replica.get(Resident, typed.id)]


def test_what_somebody_saves_while_an_import_writes_is_theirs(replica: Replica, tmp_path: Path) -> None:
    def type_meanwhile(done: int, total: int, _text: str) -> None:
        if 0 < done < total and (first := replica.all(Resident, Resident.name == "赵甲")):
            first[0].employer = f"桃溪医院{done}号楼"
            replica.save(first[0])

    commit(replica, rehearsed(replica, roster(tmp_path / "a.xlsx")), type_meanwhile)
    typed = one(replica, "赵甲")
    assert typed.employer.startswith("桃溪医院")
    assert told_as_imported(replica) == written_by_imports(replica) < set(range(1, replica.last_mseq + 1))

    commit(replica, rehearsed(replica, roster(tmp_path / "b.xlsx", "桃溪中学")))
    assert [one(replica, name).employer for name in ("赵甲", "孙甲")] == [typed.employer, "桃溪中学"]

    imports = Imports(replica.engine)
    left = [one for batch in batches(replica) for one in take_back(replica, imports, batch).left]
    assert {of.id for of in left if not of.leaned} == {typed.id}
    assert [of.name for of in replica.all(Resident)] == ["赵甲"]


def test_what_somebody_saves_while_an_import_is_taken_back_is_theirs(
    replica: Replica, tmp_path: Path
) -> None:
    commit(replica, rehearsed(replica, roster(tmp_path / "a.xlsx")))
    commit(replica, rehearsed(replica, roster(tmp_path / "b.xlsx", "桃溪中学")))
    second, first = batches(replica)

    def type_meanwhile(done: int, _total: int, text: str) -> None:
        if text == "正在撤回" and done == 1:
            typed = one(replica, "赵乙")
            typed.native_place = "四川锦宁"
            replica.save(typed)

    take_back(replica, Imports(replica.engine), second, progress=type_meanwhile)

    assert told_as_imported(replica) == written_by_imports(replica)
    take_back(replica, Imports(replica.engine), first)
    assert [(of.name, of.employer, of.native_place) for of in replica.all(Resident)] == [
        ("赵乙", "桃溪小学", "四川锦宁")
    ]


def test_a_home_somebody_visits_while_an_import_is_taken_back_stays(replica: Replica, tmp_path: Path) -> None:
    commit(replica, rehearsed(replica, roster(tmp_path / "a.xlsx")))
    home = replica.get(Household, one(replica, "赵乙").household)
    assert home is not None

    def visit_meanwhile(done: int, _total: int, text: str) -> None:
        if (text, done) == ("正在撤回", 1):
            made = Visit(
                household=home.id, dwelling=home.dwelling, area=home.area, outcome="met", number="ZF1"
            )
            made.visited_on = date(2026, 11, 2)
            replica.save(made)

    done = take_back(replica, Imports(replica.engine), batches(replica)[0], progress=visit_meanwhile)

    assert [one.id for one in replica.all(Household)] == [home.id]
    assert [one.id for one in replica.all(Dwelling)] == [home.dwelling]
    assert {left.kind for left in done.left} >= {"household", "dwelling", "building", "org_unit"}


def test_what_is_written_while_it_is_taken_back_can_be_taken_back_later(
    replica: Replica, tmp_path: Path
) -> None:
    imports, told = Imports(replica.engine), []

    def back_meanwhile(news: list[News]) -> None:
        told.append(len(news))
        if len(told) == 3:  # the third piece is written, and not noted yet
            take_back(replica, imports, batches(replica)[0])

    stop = replica.subscribe(back_meanwhile)
    commit(replica, rehearsed(replica, roster(tmp_path / "a.xlsx")))
    stop()

    assert by_grid(replica) == {"002": EACH, "003": EACH}
    take_back(replica, imports, batches(replica)[0])
    assert by_grid(replica) == {}


def test_a_value_typed_between_two_pieces_is_passed_over_by_the_later_one(
    replica: Replica, tmp_path: Path
) -> None:
    commit(replica, rehearsed(replica, roster(tmp_path / "a.xlsx")))
    found = rehearsed(replica, roster(tmp_path / "b.xlsx", "桃溪中学"))

    def type_meanwhile(done: int, _total: int, _text: str) -> None:
        if done == EACH:
            typed = one(replica, "孙甲")
            typed.employer = "桃溪医院"
            replica.save(typed)

    report = commit(replica, found, type_meanwhile)

    assert (report.passed, report.updated) == (1, {"resident": 3 * EACH - 1})
    assert one(replica, "孙甲").employer == "桃溪医院"


def test_an_import_the_disk_interrupts_lists_what_it_wrote_and_may_be_repeated(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write, turns = roster(tmp_path / "a.xlsx"), replica.import_many, iter(range(9))

    def full(records: list[object], **named: str) -> int:
        if next(turns) == 2:
            raise GridError("磁盘写不进去了")
        return write(records, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(replica, "import_many", full)
        with pytest.raises(GridError):
            commit(replica, rehearsed(replica, path))

    (batch,) = batches(replica)
    assert (batch.pieces, batch.created["resident"]) == (2, EACH)
    assert told_as_imported(replica) == written_by_imports(replica) == set(range(1, replica.last_mseq + 1))
    commit(replica, rehearsed(replica, path))
    assert by_grid(replica) == {"001": EACH, "002": EACH, "003": EACH}


def test_a_desk_finds_out_on_opening_what_became_of_an_import_that_was_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk.create(tmp_path / "a.vault", "梧桐树下 88", home=HOME, cost=LIGHT)
    found = rehearsed(desk.replica, roster(tmp_path / "a.xlsx"))
    with monkeypatch.context() as ended:
        ended.setattr(Imports, "_settle", _end)
        with pytest.raises(_Ended):
            commit(desk.replica, found)
    assert told_as_imported(desk.replica) == set()
    desk.close()

    again = Desk.open(tmp_path / "a.vault", "梧桐树下 88")
    assert told_as_imported(again.replica) == written_by_imports(again.replica) != set()
    again.close()


def _killed(vault: Path, roster_: Path, moment: str) -> "subprocess.CompletedProcess[str]":
    code = (
        f"from tests.unit.exchange.test_writing import die; die({str(vault)!r}, {str(roster_)!r}, {moment!r})"
    )
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def die(vault: str, file: str, moment: str) -> None:
    """Import a file, and be killed at the third piece: before it, before it reaches the disk, or just after."""
    replica = opened(Path(vault))
    write, turns = replica.import_many, iter(range(9))

    def third(records: list[object], **named: str) -> int:
        turn = next(turns)
        if (moment, turn) == ("before", 2):
            _kill()
        if (moment, turn) == ("after", 2):
            replica.subscribe(lambda _news: _kill())
        return write(records, **named)  # type: ignore[arg-type]

    replica.import_many = third  # type: ignore[method-assign, assignment]
    told: list[int] = []

    def tell(_done: int, _total: int, text: str) -> None:
        told.append(text == "正在写入")
        if moment == "between" and sum(told) == 3:
            _kill()

    commit(replica, rehearsed(replica, Path(file)), tell)


class _Ended(Exception):
    """The program ended here."""


def _end(*_told: object) -> None:
    raise _Ended


def _kill() -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
