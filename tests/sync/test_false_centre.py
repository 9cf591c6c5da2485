"""Whoever answers in a centre's place: nothing typed is lost, nothing goes unasked, and no round is without end."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from sync.blobs import Blob, BlobAnswer
from sync.courier import Courier
from sync.engine import STANDSTILL, Engine
from sync.errors import Garbled, Removal
from sync.memory import MemoryHub
from sync.protocol import (
    Answer,
    BucketAnswer,
    BucketQuery,
    Departure,
    Document,
    Exchange,
    Have,
    Receipt,
    Scope,
    Stream,
    Verdict,
    Written,
)
from sync.record import new_id
from tests.sync.laptops import PASSWORD, Laptop
from tests.sync.toys import ToyPerson

GRID = "520101001"
Spoil = Callable[[Answer, Exchange], dict[str, Any]]


class FalseCentre:
    """A centre in the middle of whose answers somebody sits; ``repairs`` answers a repair in its place."""

    def __init__(self, hub: MemoryHub, spoil: Spoil, repairs: list[BucketAnswer] | None = None) -> None:
        self.hub, self.spoil, self.repairs, self.asked = hub, spoil, repairs or [], 0

    def exchange(self, token: str, request: Exchange) -> Answer:
        self.asked += 1
        answer = self.hub.exchange(token, request)
        return msgspec.structs.replace(answer, **self.spoil(answer, request))

    def repair(self, token: str, query: BucketQuery) -> BucketAnswer:
        return self.repairs.pop(0) if self.repairs else self.hub.repair(token, query)


@pytest.fixture
def hub() -> MemoryHub:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    return hub


@pytest.fixture
def laptop(hub: MemoryHub) -> Iterator[Laptop]:
    """Fifty people the centre has, and one it has not."""
    laptop = Laptop(hub, "wang")
    laptop.replica.save(*(ToyPerson(area=GRID, name=str(n)) for n in range(50)))
    laptop.round()
    laptop.replica.save(ToyPerson(area=GRID, name="只在本机"))
    yield laptop
    laptop.close()


def engine(laptop: Laptop, centre: Any) -> Engine:
    return Engine(laptop.replica, centre, laptop.token)


def stream(request: Exchange, **more: Any) -> dict[str, Any]:
    cursor = request.have.get(GRID, Have()).cursor
    return {"streams": [Stream(**({"area": GRID, "since": cursor, "to": cursor} | more))]}


def document(**more: Any) -> Document:
    whole: dict[str, Any] = {
        "id": new_id(),
        "kind": "toy_person",
        "area": GRID,
        "ver": 5,
        "body": {"name": "假"},
    }
    return Document(**(whole | {"stamps": {"": Written("o", 1, 1)}} | more))


UNSOUND: dict[str, Callable[[Exchange], dict[str, Any]]] = {
    "an id too short": lambda r: stream(r, records=[document(id="zz")]),
    "an id that asks": lambda r: stream(r, records=[document(id="'; DROP TABLE toy_person; --")]),
    "an id turned about": lambda r: stream(r, records=[document(id="\u202e" * 32)]),
    "a ver of nothing": lambda r: stream(r, records=[document(ver=0)]),
    "a ver beyond measure": lambda r: stream(r, records=[document(ver=1 << 63)]),
    "another area": lambda r: stream(r, records=[document(area="*")]),
    "a time in words": lambda r: stream(r, records=[document(body={"updated_at": "soon"})]),
    "a time beyond measure": lambda r: stream(r, records=[document(body={"updated_at": 1 << 70})]),
    "an echo beyond measure": lambda r: stream(r, echo=[(new_id(), 1 << 70)]),
    "a cursor beyond measure": lambda r: stream(r, to=1 << 70),
    "a cursor going back": lambda r: stream(r, to=-1),
    "no sum": lambda r: stream(r, digest="f" * 15 + "'"),
    "less than nothing acknowledged": lambda _r: {"acked": -1},
}


@pytest.mark.parametrize("what", UNSOUND)
def test_an_answer_of_the_wrong_form_is_told_and_nothing_of_it_is_stored(
    hub: MemoryHub, laptop: Laptop, what: str
) -> None:
    before = laptop.image()

    with pytest.raises(Garbled, match="不合格式"):
        engine(laptop, FalseCentre(hub, lambda _answer, request: UNSOUND[what](request))).round()

    assert laptop.image() == before
    assert laptop.round().agreed


ENDLESS: dict[str, Spoil] = {
    "a new epoch each time": lambda answer, request: {"epoch": f"{request.epoch[-9:]}x"},
    "more than was sent": lambda _answer, _request: {"acked": 1 << 62},
    "news that do not follow": lambda _answer, request: stream(request, since=10**6, to=10**6 + 1),
    "always more": lambda _answer, request: stream(request, more=True),
}


@pytest.mark.expects_log
@pytest.mark.parametrize("what", ENDLESS)
def test_a_round_that_brings_nothing_comes_to_an_end_and_what_was_typed_stays(
    hub: MemoryHub, laptop: Laptop, what: str
) -> None:
    centre = FalseCentre(hub, ENDLESS[what])

    with pytest.raises(Garbled, match="没有完成"):
        engine(laptop, centre).round()

    assert centre.asked <= STANDSTILL + 3
    assert laptop.replica.count(ToyPerson) == 51
    assert laptop.round().agreed


def test_who_says_that_everything_is_unknown_is_offered_it_once(hub: MemoryHub, laptop: Laptop) -> None:
    def unknown(_answer: Answer, request: Exchange) -> dict[str, Any]:
        return {"receipts": [Receipt(mseq=one.mseq, verdict=Verdict.UNKNOWN) for one in request.changes]}

    centre = FalseCentre(hub, unknown)
    engine(laptop, centre).round()

    assert centre.asked <= 3
    assert laptop.replica.count(ToyPerson) == 51


def test_receipts_for_what_was_never_sent_are_about_nothing(hub: MemoryHub, laptop: Laptop) -> None:
    numbers = (-1, 0, 1, 2, 50, 99, 1 << 70)

    def receipts(_answer: Answer, _request: Exchange) -> dict[str, Any]:
        return {
            "receipts": [Receipt(mseq=n, verdict=verdict, title="x") for n in numbers for verdict in Verdict]
        }

    engine(laptop, FalseCentre(hub, receipts)).round()

    assert laptop.replica.refused() == []
    assert laptop.replica.count(ToyPerson) == 51


def test_nothing_is_taken_away_slice_by_slice(hub: MemoryHub, laptop: Laptop) -> None:
    laptop.round()
    ids = [person.id for person in laptop.replica.all(ToyPerson)]

    def slices(_answer: Answer, request: Exchange) -> dict[str, Any]:
        cursor = request.have[GRID].cursor
        going = [Departure(cursor, ids.pop(), "*9") for _n in range(2) if ids]
        return {"epoch": request.epoch} | stream(request, to=cursor + 1, departures=going, more=bool(ids))

    with pytest.raises(Removal) as asked:
        engine(laptop, FalseCentre(hub, slices)).round()

    assert laptop.replica.count(ToyPerson) >= 30
    assert asked.value.ids


def test_a_new_laptop_is_not_asked_about_records_it_never_had(hub: MemoryHub, laptop: Laptop) -> None:
    for person in laptop.replica.all(ToyPerson)[:30]:
        laptop.replica.remove(person, "重复")
    laptop.round(agreed_removal=True)
    other = Laptop(hub, "wang")

    done = other.round()

    assert done.agreed
    assert (other.replica.count(ToyPerson), other.replica.count(ToyPerson, removed=True)) == (21, 51)
    other.close()


@pytest.mark.parametrize(
    "sums", [[], ["0" * 16] * 255, ["0" * 16] * 257, ["zz"] * 256, ["0" * 15 + "'"] * 256]
)
def test_sums_that_are_none_repair_nothing(hub: MemoryHub, laptop: Laptop, sums: list[str]) -> None:
    answer = BucketAnswer(area=GRID, head=1, sums=sums)
    centre = FalseCentre(hub, lambda _answer, request: stream(request, digest="f" * 16), [answer])

    with pytest.raises(Garbled, match="不合格式"):
        engine(laptop, centre).round()

    assert laptop.replica.count(ToyPerson) == 51


def test_a_repair_brings_no_record_of_the_wrong_form(hub: MemoryHub, laptop: Laptop) -> None:
    sums = BucketAnswer(area=GRID, head=1, sums=["1" * 16] * 256)
    wrong = BucketAnswer(area=GRID, head=1, records=[document(id="zz")])
    centre = FalseCentre(hub, lambda _answer, request: stream(request, digest="f" * 16), [sums, wrong])

    with pytest.raises(Garbled, match="不合格式"):
        engine(laptop, centre).round()

    assert laptop.replica.count(ToyPerson) == 51
    assert laptop.round().agreed


def test_a_scope_of_nothing_is_asked_about(hub: MemoryHub, laptop: Laptop) -> None:
    with pytest.raises(Removal) as asked:
        engine(laptop, FalseCentre(hub, lambda _a, _r: {"scope": Scope(gen=9, areas=[])})).round()

    assert asked.value.areas == (GRID,)
    assert laptop.replica.count(ToyPerson) == 51


def test_a_courier_is_told_of_as_many_pictures_as_it_asked_about() -> None:
    blob = Blob(record="0" * 32, sha256="0" * 64, size=1)

    class Shelf:
        def waiting(self) -> list[Blob]:
            return [blob]

        def wanted(self) -> list[Blob]:
            return []

    class Silent:
        def blobs(self, _token: str, _query: object) -> BlobAnswer:
            return BlobAnswer(blobs=[])

    shelf: Any = Shelf()
    hub: Any = Silent()
    with pytest.raises(Garbled, match="不合格式"):
        Courier(shelf, hub, "token").carry()
