"""When too many laptops come at once, they are asked to come again later, each at another time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
import threading

from sqlalchemy import event

from sync.server.crowd import BUSY, EACH_S, MOST_S, Crowd
from sync.server.hub import SqlHub
from tests.server.centre import ask, sign_in


def asked_of(inside: int, luck: float) -> float:
    crowd = Crowd(luck=lambda: luck)
    with ExitStack() as all_of_them:
        for _laptop in range(inside):
            all_of_them.enter_context(crowd.inside())
        told = crowd.backoff()
    assert crowd.backoff() == 0
    return told


def test_nobody_is_sent_away_while_there_is_room() -> None:
    assert asked_of(BUSY, 1.0) == 0


def test_the_more_there_are_the_longer_they_stay_away_and_never_too_long() -> None:
    assert asked_of(BUSY + 1, 1.0) == EACH_S
    assert asked_of(BUSY + 3, 1.0) == 3 * EACH_S
    assert asked_of(1000, 1.0) == MOST_S


def test_those_who_came_together_do_not_return_together() -> None:
    assert asked_of(BUSY + 2, 0.0) == EACH_S < asked_of(BUSY + 2, 0.5) < asked_of(BUSY + 2, 1.0)


def test_a_laptop_that_meets_a_crowd_is_asked_to_stay_away(hub: SqlHub) -> None:
    crowd = BUSY + 2
    token, all_here = sign_in(hub, "wang").token, threading.Barrier(crowd)

    def wait_for_all(statement: str) -> None:
        if "FROM account" in statement:
            all_here.wait(20)

    event.listen(hub.engine, "before_cursor_execute", lambda *call: wait_for_all(call[2]))
    with ThreadPoolExecutor(crowd) as pool:
        answers = list(pool.map(lambda n: ask(hub, token, origin=f"laptop-{n}"), range(crowd)))

    assert max(answer.backoff for answer in answers) > 0
