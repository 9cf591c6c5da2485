"""Requests drawn at random from the messages themselves, right and wrong ones: the centre never stumbles."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings, strategies as st
import msgspec
import pytest
import requests
import schemathesis
from schemathesis import Case, GenerationMode

from sync import wire
from sync.protocol import BucketQuery, Change, Exchange, HandIn, SignIn, Stamp, Verdict, Written
from sync.record import new_id
from sync.server.hub import SqlHub
from tests.server.centre import GRID, OTHER, PASSWORD, add, counts, made, opened, served, sign_in

DOORS: dict[str, type] = {"sign-in": SignIn, "exchange": Exchange, "repair": BucketQuery, "hand-in": HandIn}
NEARLY_RIGHT = {
    "origin": {"type": "string", "pattern": "^[a-z]{1,3}$"},
    "epoch": {"enum": ["", "another"]},
    "protocol": {"enum": [1, 1, 1, 2]},
    "area": {"enum": [GRID, GRID, OTHER, "*", "", "5100'\u0000"]},
    "id": {"enum": ["0" * 32, "f" * 32, "no id"]},
    "account": {"enum": ["wang", "nobody", "WANG\u0000"]},
}
"""What makes a drawn message likely enough to get past the first question asked of it."""

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(TEXTS, deeper, max_size=3),
    max_leaves=6,
)
MILLIS = st.integers(0, 1 << 62)
GROUPS = st.dictionaries(
    st.sampled_from(["room", "life", "area", "made", "note"]) | TEXTS,
    st.dictionaries(
        st.sampled_from(["room", "area", "removed_at", "removed_why"]) | TEXTS, VALUES, max_size=3
    ),
    max_size=3,
) | st.sampled_from([{"room": {"room": "一"}}, {"room": {"room": "二"}}, {"area": {"area": OTHER}}])
NAMED = st.sampled_from(["", "room", "life"]) | TEXTS
STAMPS = st.builds(Stamp, st.sampled_from(["drawn-1", "hub-x"]) | TEXTS, st.integers(-1, 1 << 60))
CHANGES = st.builds(
    Change,
    mseq=st.just(1),
    tx=st.just(1),
    kind=st.sampled_from(["household", "household", "conflict", "不是"]),
    id=st.sampled_from(["0" * 32, "f" * 32, "no id"]) | st.builds(new_id),
    area=st.sampled_from([GRID, GRID, OTHER, "*", "", "5100'\x00"]),
    groups=GROUPS,
    base=st.dictionaries(NAMED, STAMPS, max_size=2),
    at=MILLIS,
    by=st.sampled_from(["wang", "li", ""]),
    made=st.booleans(),
    was=GROUPS,
    written=st.just({})
    | st.dictionaries(NAMED, st.builds(Written, TEXTS, st.integers(), MILLIS), max_size=2),
    why=TEXTS,
)
PATIENCE_S = 600
"""How long a busy machine may draw one message, and the line to the centre stays open meanwhile: one that the centre
closes at the moment a message goes out is an error of the line, and no answer."""
_NUMBERS = count()


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqlHub, str, list[str]]]:
    """A hub, its address, and three tokens: a laptop's, a withdrawn laptop's, and one nobody gave."""
    folder: Path = tmp_path_factory.mktemp("centre")
    with opened(folder) as hub, served(hub, timeout_keep_alive=PATIENCE_S) as address:
        for name in ("wang", "li"):
            add(hub, name)
        tokens = [sign_in(hub, name, PASSWORD).token for name in ("wang", "li")]
        hub.accounts().revoke(hub.accounts().devices("li")[0].id)
        yield hub, address, [*tokens, "nobody's"]


def api() -> Any:
    """The doors as schemathesis knows them: one POST each, the body as the message declares it."""
    shapes, parts = msgspec.json.schema_components(DOORS.values(), ref_template="#/components/schemas/{name}")
    for part in parts.values():
        for name in part.get("properties", {}).keys() & NEARLY_RIGHT.keys():
            part["properties"][name] = NEARLY_RIGHT[name]
    doors = {
        f"/sync/v1/{door}": {
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": shape}}},
                "responses": {"default": {"description": "an answer or a problem"}},
            }
        }
        for door, shape in zip(DOORS, shapes, strict=True)
    }
    document = {"openapi": "3.1.0", "info": {"title": "gridhub", "version": "1"}, "paths": doors}
    return schemathesis.openapi.from_dict({**document, "components": {"schemas": parts}})


@pytest.mark.expects_thread  # the web server keeps some
@pytest.mark.timeout(PATIENCE_S)
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("door", DOORS)
def test_whatever_is_sent_gets_an_answer_or_a_problem_in_words(
    centre: tuple[SqlHub, str, list[str]], door: str, mode: GenerationMode
) -> None:
    hub, address, tokens = centre
    drawn = api()[f"/sync/v1/{door}"]["POST"].as_strategy(generation_mode=mode)
    session = requests.Session()

    @settings(
        max_examples=max(20, settings.default.max_examples // 4), suppress_health_check=list(HealthCheck)
    )
    @given(case=drawn)
    def send(case: Case) -> None:
        before = counts(hub)
        for token in tokens:
            headers = {"Authorization": f"Bearer {token}"}
            answer = case.call(base_url=address, session=session, headers=headers)
            told = f"{door} {answer.status_code}"
            assert answer.status_code < 500, told
            if answer.status_code != 200:
                problem = msgspec.json.decode(answer.content, type=wire.Problem)
                assert problem.error, told
                assert problem.error == "Gap" or problem.title, told
                assert counts(hub) == before, f"{told}: a refusal changed something"
            elif door == "exchange":
                before = counts(hub)

    with session:
        send()


def test_a_change_drawn_at_random_is_taken_or_refused_and_blocks_nothing(
    centre: tuple[SqlHub, str, list[str]],
) -> None:
    hub, _address, (token, *_others) = centre
    met: set[Verdict] = set()

    @settings(max_examples=2 * settings.default.max_examples, suppress_health_check=list(HealthCheck))
    @given(drawn=st.lists(CHANGES, max_size=6), now=MILLIS)
    @example(drawn=[msgspec.structs.replace(made(1), made=False)], now=0)  # of a record nobody has
    def send(drawn: list[Change], now: int) -> None:
        changes = [msgspec.structs.replace(one, mseq=n, tx=n) for n, one in enumerate(drawn, 1)]
        changes.append(made(len(changes) + 1))
        request = Exchange(origin=f"drawn-{next(_NUMBERS)}", now=now, changes=changes)

        receipts = hub.exchange(
            token, msgspec.json.decode(msgspec.json.encode(request), type=Exchange)
        ).receipts

        assert [receipt.mseq for receipt in receipts] == [change.mseq for change in changes]
        assert receipts[-1].verdict is Verdict.APPLIED
        assert all(r.title for r in receipts if r.verdict is Verdict.REFUSED)
        met.update(receipt.verdict for receipt in receipts)

    send()

    assert met >= {Verdict.APPLIED, Verdict.REFUSED, Verdict.UNKNOWN}
