"""A whole invented community of any size on a laptop's disk: towers, walk-ups, who lives there, and who was visited."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from gridclient.desk import Desk
from gridclient.records import Building, Dwelling, Household, OrgUnit, Resident, Visit
from gridclient.store.vault import USUAL, Cost
from sync.record import SyncedRecord
from tests.support.people import GIVEN, GRID, HOME, PASSPHRASE, SURNAMES, id_number

TOWER, WALK_UP = (4, 33, 4), (3, 6, 2)  # units × floors × doors
TOWERS, BLOCKS = 1, 30  # so many walk-ups to a tower
BATCH = 20_000
MORE_GIVEN = "国志文德春秋冬梅兰竹菊云海山河成功永福寿康宁安泰和平美丽英俊"


def vault_with(path: Path, people: int, today: date, cost: Cost = USUAL) -> Path:
    """Lay down a vault at ``path`` with at least so many residents, indexed and closed, as a laptop has it."""
    desk = Desk.create(path, PASSPHRASE, home=HOME, unit_name="桂花社区", cost=cost)
    desk.introduce("张敏")
    batch: list[SyncedRecord] = []
    for record in Community(today).records(people):
        batch.append(record)
        if len(batch) >= BATCH:
            desk.replica.import_many(batch)
            batch = []
    desk.replica.import_many(batch)
    desk.index.catch_up()
    desk.close()
    return path


class Community:
    """Puts buildings, doors, households, residents and visits together; the same ones on every run."""

    def __init__(self, today: date, seed: int = 20) -> None:
        self._random, self._today, self._count = Random(seed), today, 0

    def records(self, people: int) -> Iterator[SyncedRecord]:
        """Building after building until ``people`` residents live there; the first one is a tower."""
        estate = OrgUnit(id=self._id(), area=HOME, name="幸福里", level="estate", estate_kind="new")
        yield estate
        living, number = 0, 0
        while living < people:
            tower = number % (TOWERS + BLOCKS) < TOWERS
            number += 1
            for record in self._house(estate, number, *(TOWER if tower else WALK_UP)):
                living += isinstance(record, Resident)
                yield record

    def _house(
        self, estate: OrgUnit, number: int, units: int, floors: int, doors: int
    ) -> Iterator[SyncedRecord]:
        house = Building(
            id=self._id(),
            area=GRID,
            estate=estate.id,
            number=str(number),
            name=f"{number}号楼",
            address=f"桂花路{number}号",
            units=units,
            floors=floors,
            doors=doors,
        )
        yield house
        for unit in range(1, units + 1):
            for floor in range(1, floors + 1):
                for door in range(1, doors + 1):
                    yield from self._home(house, str(unit), floor, f"{floor}{door:02d}")

    def _home(self, house: Building, unit: str, floor: int, door: str) -> Iterator[SyncedRecord]:
        tenure = self._random.choices(["01", "02", "03"], [70, 22, 8])[0]
        dwelling = Dwelling(
            id=self._id(), area=GRID, building=house.id, unit=unit, floor=floor, door=door, tenure=tenure
        )
        yield dwelling
        if tenure == "03":
            return
        family = self._family("floating" if tenure == "02" else "registered")
        home = Household(
            id=self._id(),
            area=GRID,
            dwelling=dwelling.id,
            number=f"0{self._count:08d}",
            kind_of_household=family[0].population,
            head=family[0].id,
            head_name=family[0].name,
            size=len(family),
        )
        yield home
        for person in family:
            person.household = home.id
            yield person
        days = self._random.choice([None, 3, 12, 40, 75, 140, 170, 220])
        if days is not None:
            yield self._visit(home, self._today - timedelta(days=days))

    def _family(self, population: str) -> list[Resident]:
        surname, size = self._random.choice(SURNAMES), self._random.randint(1, 5)
        return [self._person(surname, place, population) for place in range(size)]

    def _person(self, surname: str, place: int, population: str) -> Resident:
        random, sex = self._random, "21"[place % 2] if place else "1"
        given = random.choice(GIVEN) if random.random() < 0.4 else "".join(random.sample(MORE_GIVEN, 2))
        birth = date(
            random.randint(1940, 1995) if place < 2 else random.randint(2000, 2024), random.randint(1, 12), 9
        )
        return Resident(
            id=self._id(),
            area=GRID,
            name=surname + given,
            population=population,
            id_number=id_number(birth, sex, self._count),
            sex=sex,
            birth=birth,
            nation="01",
            relation=("02", "10", "20", "30", "50")[place],
            phones=[f"199000{random.randint(0, 99999):05d}"] if place < 2 else [],
        )

    def _visit(self, home: Household, day: date) -> Visit:
        return Visit(
            id=self._id(),
            area=GRID,
            number=f"ZF{self._count:07d}",
            visited_on=day,
            visitors=["张敏"],
            dwelling=home.dwelling,
            household=home.id,
            head_name=home.head_name,
            outcome=self._random.choice(["met", "met", "nobody", "phoned"]),
            met=home.head_name,
            recorded_by="张敏",
            recorded_at=datetime(day.year, day.month, day.day, 20, 5),
        )

    def _id(self) -> str:
        self._count += 1
        return f"0196{self._count:028x}"
