"""Rosters with known faults, and what the import page shows of them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from gridclient.store.trail import Act, Step
from gridclient.ui.importing import ImportPage
from gridclient.ui.workspace import Workspace

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
