"""The hub in memory keeps what every hub promises."""

import pytest

from sync.clock import pack
from sync.lately import LATE_MS, until_lately
from sync.protocol import Exchange
from tests.sync.centre import FAR, GRID, made
from tests.sync.centres import MemoryCentre
from tests.sync.hub_contract import HubContract


class TestMemoryHub(HubContract):
    @pytest.fixture
    def centre(self) -> MemoryCentre:
        return MemoryCentre()


DAY_MS = 24 * 3600 * 1000
MADE_AT = 1_795_000_000_000 + 1


@pytest.mark.parametrize(
    ("withdrawn", "now", "area", "taken"),
    [
        pytest.param(MADE_AT, MADE_AT + DAY_MS, GRID, True, id="made before"),
        pytest.param(MADE_AT - 1, MADE_AT + DAY_MS, GRID, False, id="made afterwards"),
        pytest.param(MADE_AT, MADE_AT + LATE_MS, GRID, True, id="90 days later"),
        pytest.param(MADE_AT, MADE_AT + LATE_MS + 1, GRID, False, id="more than 90 days later"),
        pytest.param(MADE_AT - 1, MADE_AT + DAY_MS, FAR, True, id="made elsewhere"),
    ],
)
def test_a_withdrawn_area_is_still_written_in_for_90_days_by_what_was_made_before(
    withdrawn: int, now: int, area: str, taken: bool
) -> None:
    request = Exchange(origin="one", now=now, changes=[made(1, area, name="甲")])

    lately, lost = until_lately(request, [(GRID, withdrawn)], now=now)

    assert (lately, lost) == ((frozenset({GRID}), frozenset()) if taken else (frozenset(), frozenset({GRID})))


def test_a_request_that_holds_one_later_change_has_lost_the_area_for_all_of_them() -> None:
    early, late = made(1, name="甲"), made(2, name="乙")
    assert late.at == pack(MADE_AT + 1)

    lately, _lost = until_lately(
        Exchange(origin="one", now=MADE_AT, changes=[early, late]), [(GRID, MADE_AT)], now=MADE_AT
    )

    assert not lately
