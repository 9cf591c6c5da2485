"""Everything out of one laptop and into another by command: not a record is lost."""

import json
from pathlib import Path
import shutil

import pytest
from typer.testing import CliRunner

from gridclient import cli
from gridclient.desk import Desk
from gridclient.errors import Unfit
from gridclient.fields import RECORDS
from gridclient.records import Building, Resident
from gridclient.store.vault import LIGHT

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
HOME, PASSPHRASE = "519905001001", "一句只在测试里用的口令"


@pytest.fixture(scope="module")
def laptops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two laptops, the first with the sample community; made once."""
    made = tmp_path_factory.mktemp("laptops")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDCLIENT_PASSPHRASE", PASSPHRASE)
        for name in ("first", "second"):
            Desk.create(made / name, PASSPHRASE, home=HOME, cost=LIGHT).close()
        command(made / "first", "import", *sorted(SAMPLE.glob("*.xlsx")))
    return made


@pytest.fixture
def folder(laptops: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of both, for one test."""
    monkeypatch.setenv("GRIDCLIENT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    shutil.copytree(laptops, tmp_path, dirs_exist_ok=True)
    return tmp_path


def command(vault: Path, *words: object) -> str:
    told = [str(word) for word in words]
    done = CliRunner().invoke(cli.app, [told[0], "--vault", str(vault), *told[1:]], catch_exceptions=False)
    return done.stdout


def kept(vault: Path) -> dict[str, dict[str, object]]:
    """Every record of a laptop by id, as far as it is content."""
    desk = Desk.open(vault, PASSPHRASE)
    found: dict[str, dict[str, object]] = {}
    for spec in RECORDS.values():
        names = ("area", "source", "created_at", "created_by", *(f.name for f in spec.fields))
        for record in desk.replica.all(spec.table):
            found[record.id] = {name: getattr(record, name) for name in names}
    desk.close()
    return found


def test_the_sample_goes_from_one_laptop_to_another_whole(folder: Path) -> None:
    file = folder / "全部.xlsx"
    out = json.loads(command(folder / "first", "export", file, "--why", "换电脑", "--json"))
    told = json.loads(command(folder / "second", "import", file, "--json"))
    again = json.loads(command(folder / "first", "import", file, "--json"))

    assert kept(folder / "second") == kept(folder / "first")
    assert told["written"]["created"] == {kind: n for kind, n in out["counts"].items() if n}
    assert (again["written"]["created"], again["written"]["updated"]) == ({}, {})
    desk = Desk.open(folder / "first", PASSPHRASE)
    step = desk.trail.steps()[0]
    residents = desk.replica.count(Resident)
    desk.close()
    assert (step.what, step.why, step.full, step.persons) == ("全部资料", "换电脑", True, residents)


def test_one_grid_may_be_handed_out_alone(folder: Path) -> None:
    file = folder / "一个网格.xlsx"
    told = command(folder / "first", "export", file, "--why", "交接", "--scope", "第一网格")
    command(folder / "second", "import", file)
    desk = Desk.open(folder / "second", PASSPHRASE)
    buildings = {house.name for house in desk.replica.all(Building)}
    desk.close()

    assert buildings == {"桃溪苑1栋", "桃溪苑2栋"}
    assert str(file) in told


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("a.xlsx", ("--why", " "), "用途"),
        ("a.pdf", ("--why", "留底"), "xlsx"),
        ("a.xlsx", ("--why", "留底", "--scope", "桃溪苑1栋"), "一栋楼"),
        ("nowhere/a.xlsx", ("--why", "留底"), "文件夹不存在"),
    ],
)
def test_what_is_asked_wrong_is_told_and_nothing_is_written(
    folder: Path, name: str, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Unfit, match=said):
        command(folder / "first", "export", folder / name, *words)

    assert not (folder / name).exists()
