"""Whatever a person can type arrives byte for byte on another laptop, through every kind of centre; the rest is refused in words."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
import unicodedata

import pytest

from sync.errors import Invalid
from tests.server.postgres import Cluster
from tests.sync.centre import Witness
from tests.sync.centres import centre
from tests.sync.laptops import Laptop
from tests.sync.toys import ToyHouse, ToyPerson

GRID = "520101001001001"
TEXTS = {
    "nothing": "",
    "NUL": "前\x00后",
    "control": "\x01\x1f\x7f\u2028\ufeff",
    "composed": unicodedata.normalize("NFC", "é한글が"),
    "decomposed": unicodedata.normalize("NFD", "é한글が"),
    "beyond the plane": "𠮷𬎆😀",
    "quotes": "\"'\\`\n\r\t",
    "JSON": '{"a": null}',
    "long": "长" * 40_000,
}
NUMBERS: list[dict[str, Any]] = [
    {"storeys": 0, "height": 0.0},
    {"storeys": None, "height": None},
    {"storeys": 2**63 - 1, "height": 1e308},
    {"storeys": 2**53 + 1, "height": 5e-324},
    {"storeys": 7, "height": -0.1},
    {"lived_in": True, "tags": []},
    {"tags": ["", "\x00", None, 2**53 + 1, 1.5, {"深": ["层"]}]},
]


@pytest.fixture(params=["memory", "sqlite", "http", pytest.param("postgres", marks=pytest.mark.postgres)])
def witness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Witness]:
    with ExitStack() as after:
        url = ""
        if request.param == "postgres":
            cluster: Cluster = request.getfixturevalue("cluster")
            url = after.enter_context(cluster.database())
        found = after.enter_context(centre(request.param, tmp_path, url))
        found.add_account("wang", [GRID])
        found.add_account("li", [GRID])
        yield found


def test_every_value_arrives_as_it_was_typed(witness: Witness) -> None:
    wang, li = Laptop(witness.hub, "wang"), Laptop(witness.hub, "li")
    people = [ToyPerson(area=GRID, name=text, phone=text[:60]) for text in TEXTS.values()]
    houses = [ToyHouse(area=GRID, name=f"{n}", **given) for n, given in enumerate(NUMBERS)]
    wang.replica.save(*people)
    wang.replica.save(*houses)

    for laptop in (wang, li):
        assert laptop.round().agreed

    for sent in (*people, *houses):
        arrived = li.replica.get(type(sent), sent.id)
        assert arrived is not None
        fields = ("name", "phone") if isinstance(sent, ToyPerson) else ("name", "storeys", "height", "tags")
        assert [repr(getattr(arrived, f)) for f in fields] == [repr(getattr(sent, f)) for f in fields]
        assert _bytes(arrived.name) == _bytes(sent.name)
    assert not wang.replica.refused()
    wang.close()
    li.close()


def test_a_text_of_a_megabyte_is_refused_in_words_and_blocks_nothing(witness: Witness) -> None:
    wang = Laptop(witness.hub, "wang")
    wang.replica.save(ToyPerson(area=GRID, name="字" * 350_000))
    wang.replica.save(ToyPerson(area=GRID, name="后面的"))

    done = wang.round()

    (refused,) = wang.replica.refused()
    assert (done.refused, refused.title) == (1, "这条记录的内容太长")
    assert refused.change.groups["name"]["name"] == "字" * 350_000
    assert [d.body["name"] for d in witness.documents()] == ["后面的"]
    wang.close()


@pytest.mark.parametrize(
    "given",
    [
        {"name": "半个字\ud800"},
        {"storeys": 2**63},
        {"height": float("nan")},
        {"height": float("inf")},
        {"tags": ["\udfff"]},
        {"tags": [float("nan")]},
    ],
)
def test_what_cannot_travel_is_refused_when_it_is_saved(given: dict[str, Any], tmp_path: Path) -> None:
    with centre("memory", tmp_path) as found:
        found.add_account("wang", [GRID])
        laptop = Laptop(found.hub, "wang")
        house = ToyHouse(area=GRID, **given)

        with pytest.raises(Invalid) as refused:
            laptop.replica.save(house)

        assert refused.value.problems[house.id].keys() == given.keys()
        assert laptop.replica.pending() == 0
        laptop.close()


def _bytes(text: str) -> bytes:
    return text.encode()
