"""A door made of several rooms is found by the number of each."""

from collections.abc import Iterator

import pytest

from gridclient.store import search
from gridclient.store.index import Index
from gridclient.store.layout import merged
from sync.replica import Replica
from tests.unit.store.conftest import building, flat


@pytest.fixture
def index(replica: Replica) -> Iterator[Index]:
    """The words of a building in which two rooms became one door."""
    index = Index(replica)
    estate = building(replica, "杏花苑3栋")
    rooms = [flat(replica, estate, "2", room) for room in ("1701", "1702")]
    replica.save(*merged(replica, rooms, "1701-1702", at=1))
    yield index
    index.close()


@pytest.mark.parametrize("words", ["3-2-1702", "3栋2单元1702室", "2-1702", "1702", "杏花苑1702", "3-2-1701"])
def test_the_old_number_of_a_merged_room_leads_to_the_door_made_of_it(index: Index, words: str) -> None:
    assert search.find(index, words)[0].title == "杏花苑3栋2单元1701-1702"
