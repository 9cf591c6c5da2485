"""The sample community that ships is the one its maker makes, and nobody in it can exist."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.support.sample import community, write

SHIPPED = Path(__file__).parents[2] / "resources" / "sample"


def _rows(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def test_the_shipped_workbooks_are_the_ones_the_maker_makes(tmp_path: Path) -> None:
    made = write(tmp_path)

    assert sorted(p.name for p in made) == sorted(p.name for p in SHIPPED.glob("*.xlsx"))
    assert all(_rows(path) == _rows(SHIPPED / path.name) for path in made)


def test_nobody_in_the_sample_can_exist() -> None:
    people = community()["实有人口一张表"][1]

    assert all(str(row[4]).startswith("519905") for row in people)
    assert all(str(row[5]).startswith("199000") for row in people if row[5])
    assert len({row[4] for row in people}) == len(people)
