"""A workbook to import: the roster of towers that are not on the laptop yet."""

from pathlib import Path

import xlsxwriter

from tests.support.sample import Home, Maker, roster
from tests.support.sample_heads import HEADS

UNITS, FLOORS, DOORS = 2, 33, 4


def roster_at(path: Path, rows: int) -> Path:
    """Write ``rows`` people of 实有人口一张表, tower after tower."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet("实有人口")
    told = [["实有人口数据"], HEADS["实有人口一张表"], *roster(list(_homes(rows)))[:rows]]
    for at, row in enumerate(told):
        page.write_row(at, 0, row)
    book.close()
    return path


def _homes(people: int) -> list[Home]:
    maker, homes, living, tower = Maker(), [], 0, 0
    while living < people:
        tower += 1
        for unit in range(1, UNITS + 1):
            for floor in range(1, FLOORS + 1):
                for door in range(1, DOORS + 1):
                    house = (f"高层{tower}栋", "第一网格", UNITS, FLOORS, DOORS)
                    number = f"01{tower:02d}{unit}{floor:02d}{door:02d}"
                    home = Home(house, unit, floor, f"{floor}{door:02d}", number, people=list(maker.family()))
                    living += len(home.people)
                    homes.append(home)
    return homes
