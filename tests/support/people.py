"""An invented community, the same on every run: an estate, three buildings, the people behind sixty doors, their visits.

Names are put together at random, telephone numbers begin with 199000, identity numbers with the unused 519901.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
import shutil
import tempfile

from gridclient.desk import Desk
from gridclient.records import (
    Building,
    Dwelling,
    GridWorker,
    Household,
    OrgUnit,
    PartyCentreHousehold,
    PartyOrg,
    Resident,
    Steward,
    Visit,
)
from gridclient.store.vault import LIGHT
from sync.record import SyncedRecord

TODAY = date(2026, 10, 31)
HOME = "519901001001"
GRID = HOME + "003"
PASSPHRASE = "guihua xiang man yuan"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾仇解"
GIVEN = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
    "秀兰",
    "玉兰",
    "建国",
    "建军",
    "志强",
    "子轩",
    "浩然",
    "雨桐",
    "梓涵",
    "欣怡",
    "思远",
]


@dataclass
class Community:
    """The records of one invented community, by drawer."""

    units: list[OrgUnit] = field(default_factory=list)
    workers: list[GridWorker] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    dwellings: list[Dwelling] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)
    party: list[SyncedRecord] = field(default_factory=list)
    stewards: list[Steward] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def __iter__(self) -> Iterator[SyncedRecord]:
        return chain(
            self.units,
            self.workers,
            self.buildings,
            self.dwellings,
            self.households,
            self.residents,
            self.party,
            self.stewards,
            self.visits,
        )


def community(*, seed: int = 7, today: date = TODAY) -> Community:
    """Build the records; nothing is stored. Ids are the same on every run with one seed."""
    return _Builder(seed, today).build()


def desk_at(folder: Path, *, seed: int = 7, today: date = TODAY) -> Desk:
    """A new vault in ``folder`` with the invented community in it, open; the caller closes it."""
    made = _template(seed, today)
    for ending in ("", ".key"):
        shutil.copy(f"{made}{ending}", folder / f"people.vault{ending}")
    return Desk.open(folder / "people.vault", PASSPHRASE)


@cache
def _template(seed: int, today: date) -> Path:
    """The vault every test begins with a copy of: made once, kept until the process ends."""
    path = Path(_shelf().name) / f"{seed}-{today}.vault"
    desk = Desk.create(path, PASSPHRASE, home=HOME, unit_name="桂花社区", cost=LIGHT)
    desk.introduce("张敏")
    desk.replica.import_many(list(community(seed=seed, today=today)))
    desk.close()
    return path


@cache
def _shelf() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="gridclient-people-")


def id_number(birth: date, sex: str, serial: int) -> str:
    """A number with a right check digit in a division nobody uses."""
    sequence = serial % 498 * 2 + (1 if sex == "1" else 2)
    body = f"519901{birth:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def _plausible(drawn: int, elders: Sequence[int]) -> int:
    """The year of birth, as drawn for a head; spouses are of an age, children come when the younger parent is grown up."""
    if len(elders) < 2:
        return min(1997, elders[0] + drawn % 9 - 3) if elders else drawn
    return min(drawn if drawn > 2020 else 2024, max(elders) + 22 + drawn % 13)


class _Builder:
    """Puts a community together, door by door."""

    def __init__(self, seed: int, today: date) -> None:
        self._random = Random(seed)
        self._today = today
        self._made = Community()
        self._count = 0

    def build(self) -> Community:
        estate, grid = self._units()
        for number, (units, floors, doors) in enumerate([(2, 6, 2), (3, 6, 2), (1, 4, 2)], start=1):
            building = self._building(number, estate, grid, units, floors, doors)
            for unit in range(1, units + 1):
                for floor in range(1, floors + 1):
                    for door in range(1, doors + 1):
                        self._door(building, unit, floor, door)
        self._party(grid)
        return self._made

    def _id(self) -> str:
        self._count += 1
        return f"0195{self._count:028x}"

    def _units(self) -> tuple[OrgUnit, OrgUnit]:
        community = OrgUnit(id=self._id(), area=HOME, code=HOME, name="桂花社区", level="community")
        estate = OrgUnit(
            id=self._id(), area=HOME, name="幸福里", level="estate", parent=community.id, estate_kind="old"
        )
        grid = OrgUnit(
            id=self._id(),
            area=GRID,
            code=GRID,
            name="第三网格",
            level="grid",
            parent=community.id,
            kind_of_grid="1",
        )
        self._made.units += [community, estate, grid]
        self._made.workers.append(
            GridWorker(
                id=self._id(),
                area=GRID,
                name="张敏",
                grid=grid.id,
                areas=GRID,
                sex="2",
                phone=self._phone(),
                head=True,
            )
        )
        return estate, grid

    def _building(
        self, number: int, estate: OrgUnit, grid: OrgUnit, units: int, floors: int, doors: int
    ) -> Building:
        building = Building(
            id=self._id(),
            area=GRID,
            estate=estate.id,
            grid=grid.id,
            number=str(number),
            name=f"{number}号楼",
            address=f"桂花路 {number * 8} 号",
            structure="4",
            built=1998 + number,
            units=units,
            floors=floors,
            doors=doors,
            warden=self._name(),
            warden_phone=self._phone(),
        )
        self._made.buildings.append(building)
        self._made.stewards.append(
            Steward(
                id=self._id(),
                area=GRID,
                name=building.warden,
                building=building.id,
                grid=grid.id,
                sex="1",
                phone=building.warden_phone,
                since="2024-03",
            )
        )
        return building

    def _door(self, building: Building, unit: int, floor: int, door: int) -> None:
        turn = self._random.random()
        tenure = "01" if turn < 0.68 else "02" if turn < 0.87 else "03"
        dwelling = Dwelling(
            id=self._id(),
            area=GRID,
            building=building.id,
            unit=str(unit),
            floor=floor,
            door=f"{floor}{door:02d}",
            address=f"{building.address}{unit}单元{floor}{door:02d}",
            area_m2=float(self._random.choice([62, 78, 89, 104])),
            tenure=tenure,
            owner=self._name(),
            owner_phone=self._phone(),
            rent_use="02" if tenure == "02" else "",
        )
        self._made.dwellings.append(dwelling)
        if tenure != "03":
            self._household(dwelling, floating=tenure == "02")

    def _household(self, dwelling: Dwelling, *, floating: bool) -> None:
        household = Household(
            id=self._id(),
            area=GRID,
            dwelling=dwelling.id,
            number=f"0{self._count:08d}",
            kind_of_household="floating" if floating else "registered",
        )
        surname = self._random.choice(SURNAMES)
        members: list[Resident] = []
        for _place in range(self._random.randint(1, 4)):
            members.append(self._resident(household, surname, members, floating))
        head = members[0]
        household.head, household.head_name, household.size = head.id, head.name, len(members)
        if len(members) == 1 and head.birth and head.birth.year < 1950:
            household.labels = ["alone", "elderly"] if head.birth.year < 1946 else ["alone"]
        elif self._random.random() < 0.08:
            household.labels = [self._random.choice(["hardship", "disabled", "infant"])]
        self._made.households.append(household)
        self._made.residents += members
        self._visits(dwelling, household, head)

    def _resident(
        self, household: Household, surname: str, others: list[Resident], floating: bool
    ) -> Resident:
        """The next of a family: the head, the other spouse, then their children."""
        place = len(others)
        sex = ("1" if others[0].sex == "2" else "2") if place == 1 else self._random.choice("12")
        drawn = self._random.randint(1938, 1995) if place < 2 else self._random.randint(2001, 2024)
        year = _plausible(drawn, [other.birth.year for other in others[:2] if other.birth])
        birth = date(year, self._random.randint(1, 12), self._random.randint(1, 28))
        grown = self._today.year - year >= 18
        given = self._random.choice(GIVEN)
        return Resident(
            id=self._id(),
            area=GRID,
            household=household.id,
            name=(self._random.choice(SURNAMES) if place == 1 else surname) + given,
            population="floating" if floating else "registered",
            id_number=id_number(birth, sex, self._count),
            sex=sex,
            birth=birth,
            nation="01",
            relation=("02", "10")[place] if place < 2 else "20" if sex == "1" else "30",
            phones=[self._phone()] if self._today.year - drawn > 12 else [],
            political="01" if self._random.random() < 0.12 and grown else "13",
        )

    def _visits(self, dwelling: Dwelling, household: Household, head: Resident) -> None:
        days = self._random.choice([None, 3, 12, 40, 75, 140, 220])
        if days is None:
            return
        day = self._today - timedelta(days=days)
        self._made.visits.append(
            Visit(
                id=self._id(),
                area=GRID,
                number=f"ZF{self._count:06d}",
                visited_on=day,
                hours="19:10-19:20",
                visitors=["张敏"],
                dwelling=dwelling.id,
                household=household.id,
                head_name=household.head_name,
                outcome=self._random.choice(["met", "met", "met", "nobody", "phoned"]),
                met=head.name,
                recorded_by="张敏",
                recorded_at=datetime(day.year, day.month, day.day, 20, 5),
            )
        )

    def _party(self, grid: OrgUnit) -> None:
        group = PartyOrg(
            id=self._id(), area=GRID, name="第三楼栋党小组", level="group", unit=grid.id, secretary="李静"
        )
        home = self._made.households[4]
        self._made.party += [
            group,
            PartyCentreHousehold(
                id=self._id(),
                area=GRID,
                number="GH-003-01",
                household=home.id,
                head=home.head,
                head_name=home.head_name,
                group=group.id,
                members=2,
                member_contacts=6,
            ),
        ]

    def _name(self) -> str:
        return self._random.choice(SURNAMES) + self._random.choice(GIVEN)

    def _phone(self) -> str:
        return f"199000{self._random.randint(0, 99999):05d}"
