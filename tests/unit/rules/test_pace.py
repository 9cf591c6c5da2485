"""When rounds happen: soon after work, less and less while nobody answers, and in the evening one by one."""

from datetime import datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from gridclient.rules.pace import (
    BACKOFF_MOST_S,
    EVENING,
    EVERY_S,
    RETRY_MOST_S,
    RETRY_S,
    SETTLE_MOST_S,
    SETTLE_S,
    SLOTS_S,
    Pace,
    slot_of,
    until_slot,
    wait_s,
)
from sync.outbox import new_origin

NOON = datetime(2026, 10, 31, 12, 0)
luck = st.floats(0, 1)
origins = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=10, max_size=10)


def idle(at: float = 0.0) -> Pace:
    """A laptop whose round has just ended well."""
    return Pace().after_success(at, 0.0, 0.5)


def test_the_first_round_is_due_at_once() -> None:
    assert wait_s(Pace(), 100.0, NOON, "aaaaaaaaaa") == 0


def test_a_save_is_sent_once_it_has_settled() -> None:
    pace = idle().after_save(10).after_save(15)

    assert pace.due_at == 15 + SETTLE_S
    assert pace.begun().due_at == EVERY_S


def test_somebody_who_never_pauses_is_sent_all_the_same() -> None:
    pace = idle()
    for at in range(0, 200, 5):
        pace = pace.after_save(at)

    assert pace.due_at == SETTLE_MOST_S


@given(luck)
def test_every_few_minutes_and_never_together(luck: float) -> None:
    assert EVERY_S * 0.9 <= Pace().after_success(0, 0, luck).due_at <= EVERY_S * 1.1


@pytest.mark.parametrize("backoff", [-1e308, -1.0, 1e6, 1e308])
def test_no_centre_keeps_a_laptop_away_for_days_or_calls_it_without_end(backoff: float) -> None:
    pace = Pace().after_success(0, backoff, 0.5).after_save(1)

    assert SETTLE_S <= pace.due_at <= BACKOFF_MOST_S
    assert EVERY_S <= pace.next_at <= 1.1 * BACKOFF_MOST_S


@given(st.floats(0, BACKOFF_MOST_S), luck)
def test_the_centre_is_left_alone_for_as_long_as_it_asks(backoff: float, luck: float) -> None:
    pace = Pace().after_success(0, backoff, luck).after_save(1)

    assert pace.due_at >= min(backoff, pace.next_at)
    assert pace.next_at >= backoff


@given(st.lists(luck, min_size=1, max_size=40))
def test_each_failure_waits_longer_up_to_a_cap(lucks: list[float]) -> None:
    pace = Pace()
    for number, one in enumerate(lucks):
        pace = pace.after_failure(0, one)
        whole = min(RETRY_MOST_S, RETRY_S * 2**number)

        assert whole / 2 <= pace.due_at <= whole


def test_laptops_that_failed_together_do_not_come_back_together() -> None:
    dues = {Pace().after_failure(0, number / 10).due_at for number in range(11)}

    assert len(dues) == 11


def test_a_save_does_not_call_a_centre_that_does_not_answer() -> None:
    pace = Pace()
    for _ in range(4):
        pace = pace.after_failure(0, 1.0)

    assert pace.after_save(1).due_at == pace.next_at == RETRY_S * 8


def test_success_and_somebody_who_asks_make_the_failures_forgotten() -> None:
    twice = Pace().after_failure(0, 1).after_failure(0, 1)

    assert twice.after_success(0, 0, 0.5).after_failure(0, 1).due_at == RETRY_S
    assert twice.asked().after_failure(0, 1).due_at == RETRY_S
    assert twice.asked().due_at == twice.due_at


@given(luck)
def test_a_network_that_is_back_is_used_soon_but_not_by_all_at_once(luck: float) -> None:
    pace = Pace().after_failure(0, 1).after_failure(0, 1).after_return(50, luck)

    assert pace.due_at == pytest.approx(50 + 10 * luck)
    assert pace.failures == 0


@given(origins)
def test_a_slot_lies_within_the_evening_and_does_not_move(origin: str) -> None:
    today, tomorrow = (until_slot(NOON + timedelta(days=days), origin) for days in (0, 1))

    assert today == tomorrow == 9 * 3600 + slot_of(origin)
    assert 0 <= slot_of(origin) < SLOTS_S


def test_a_thousand_laptops_are_spread_over_the_evening() -> None:
    minutes = [0] * 20
    for _ in range(1000):
        minutes[slot_of(new_origin()) // 60] += 1

    assert max(minutes) < 100  # 50 on average; half as many again is 7 standard deviations away


@given(origins, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.floats(0, 5000))
def test_nothing_begins_by_itself_in_the_evening_before_the_own_slot(
    origin: str, now: datetime, pause: float
) -> None:
    begins = now + timedelta(seconds=wait_s(Pace(next_at=pause), 0, now, origin))
    opens = datetime.combine(begins.date(), EVENING)
    slot = opens + timedelta(seconds=slot_of(origin))

    assert not opens <= begins < slot - timedelta(milliseconds=1)
    assert begins <= now + timedelta(seconds=pause + SLOTS_S)


@given(origins, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_the_evening_round_happens_however_long_nobody_has_answered(origin: str, now: datetime) -> None:
    waiting = wait_s(Pace(next_at=1e9, free_at=1e9), 0, now, origin)

    assert 0 < waiting <= 24 * 3600
    assert waiting == until_slot(now, origin)


@given(origins)
def test_a_save_in_the_evening_does_not_wait_for_the_slot(origin: str) -> None:
    evening = datetime.combine(NOON.date(), EVENING)

    assert wait_s(idle().after_save(0), 0, evening, origin) <= SETTLE_S
