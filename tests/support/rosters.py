"""Rosters with known faults, and what the import page shows of them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from gridclient.records import Resident
from gridclient.store.trail import Act, Step
from gridclient.ui.importing import ImportPage
from gridclient.ui.workspace import Workspace
from sync.replica import Replica
from tests.unit.exchange.workbooks import numbered

GOOD_ID, ODD_ID = "519900198001010010", "51990019800101001"
NAME, PHONE = "欧阳小满", "19900012345"
HEADS = "姓名,身份证号,联系电话,所属楼栋,所属单元,室号\n"
DOOR = "1号楼,1,101"


async def until(true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true")


async def looked_at(page: ImportPage) -> None:
    await until(lambda: bool(page.files) and not any(file.waits for file in page.files))


def roster(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text(HEADS + "".join(f"{row},{DOOR}\n" for row in rows), "utf-8")
    return path


def unmasked(workspace: Workspace) -> list[Step]:
    return [step for step in workspace.desk.trail.steps() if step.act is Act.UNMASK]


def texts(page: ImportPage) -> list[tuple[str, ...]]:
    return [row.texts for row in page.issues.rows.rows.told]


def table(folder: Path, name: str, heads: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join((heads, *rows, "")), "utf-8")
    return path


def strange(folder: Path, name: str = "摸底.csv", *rows: str) -> Path:
    """A roster whose heads nobody knows: 称呼 for the name, 证件 for the number."""
    told = rows or (f"{NAME},{GOOD_ID},{PHONE},大专文化,{DOOR}", f"欧阳大满,{numbered(2)},,高中生,{DOOR}")
    return table(folder, name, "称呼,证件,联系电话,文化程度,所属楼栋,所属单元,室号", *told)


def moved(
    folder: Path, replica: Replica, count: int = 3, name: str = "搬家.csv"
) -> tuple[Path, list[Resident]]:
    """A roster that says of people who are kept that they live behind a door where they do not; who they are."""
    people = [one for one in replica.all(Resident) if one.id_number and one.household][-count:]
    heads = "姓名,身份证号,联系电话,文化程度,服务处所,所属楼栋,所属单元,室号"
    rows = [
        f"{one.name},{one.id_number},1990007777{at},本科,桃溪小学,{DOOR}" for at, one in enumerate(people)
    ]
    return table(folder, name, heads, *rows), people
