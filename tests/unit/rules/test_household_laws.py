"""Whatever is done to households in whatever order: the laws hold, nobody is lost, nothing given is altered."""

from hypothesis import given, settings, strategies as st

from gridclient.errors import Unfit
from gridclient.fields import Record
from gridclient.records import Dwelling, Household, HouseholdEvent, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import LeftHow
from gridclient.rules import household_life as life
from gridclient.rules.family import breaches
from tests.support.households import GRID, NOTE, World, person, settled

ACTS = ("head", "leave", "die", "born", "join", "known", "found", "split", "merge", "move", "let")


def acted(world: World, act: str, draw: st.DataObject, serial: int) -> list[Record]:
    """One action on families drawn at random, as a form would ask for it; Unfit when it may not be."""
    families = world.families()
    family = draw.draw(st.sampled_from(families))
    other = draw.draw(st.sampled_from(families))
    people = st.sampled_from([m.id for m in family.members] or [""])
    some = draw.draw(st.lists(people, max_size=3, unique=True))
    one, heir = draw.draw(people), draw.draw(people)
    door = draw.draw(st.sampled_from(world.of(Dwelling)))
    relation = draw.draw(st.sampled_from(["", *(r.value for r in Relation)]))
    new = Resident(name=f"新{serial}", relation=relation, id_number=f"n{serial}")
    known = draw.draw(st.sampled_from([m for f in families for m in f.members] or [new]))
    comer = Resident(name=known.name, relation=relation, id_number=known.id_number)
    acts = {
        "head": lambda: life.change_head(family, one, NOTE),
        "leave": lambda: life.leave(family, some, LeftHow.MOVED, NOTE, heir=heir),
        "die": lambda: life.leave(family, [one], LeftHow.DIED, NOTE, heir=heir),
        "born": lambda: life.join(family, [new], NOTE, born=True),
        "join": lambda: life.join(family, [new], NOTE, known=families),
        "known": lambda: life.join(family, [comer], NOTE, known=families),
        "found": lambda: life.found(door, "门", Household(), [new, comer], NOTE, known=families),
        "split": lambda: life.split(family, some, one, NOTE, dwelling=door, place="门", heir=heir),
        "merge": lambda: life.merge(family, other, relation, NOTE),
        "move": lambda: life.move(family, door, "门", NOTE),
        "let": lambda: life.found(
            door, "门", Household(kind_of_household="floating"), [comer], NOTE, known=families
        ),
    }
    return acts[act]()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ACTS), max_size=14), st.data())
def test_whatever_is_done_the_laws_hold_and_nobody_is_lost(acts: list[str], draw: st.DataObject) -> None:
    world = World()
    for door in "abc":
        world.store(Dwelling(id=door, unit="1", door=door, area=GRID))
    settled(world, world.records["a"], person("甲", "户主", number="1"), person("乙", "配偶", number="2"))
    settled(world, world.records["b"], person("丙", "户主", number="3"), person("丁", "子", number="4"))

    for serial, act in enumerate(acts):
        before = {key: record.model_dump() for key, record in world.records.items()}
        if not world.families():
            break
        try:
            records = acted(world, act, draw, serial)
        except Unfit:
            assert {key: record.model_dump() for key, record in world.records.items()} == before
            continue
        assert all(
            not record.problems() for record in records if not isinstance(record, Household | Dwelling)
        )
        assert any(isinstance(record, HouseholdEvent) for record in records)
        world.store(*records)

        assert breaches(world.families()) == []
        assert before.keys() <= world.records.keys()
        homes = {h.id for h in world.of(Household)}
        assert all(p.left_how or p.household in homes for p in world.of(Resident))
        assert all(family.members for family in world.families())
