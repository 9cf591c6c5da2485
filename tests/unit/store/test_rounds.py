"""Rounds are told line by line, and a quiet evening does not push the telling ones out."""

from datetime import datetime, timedelta

from gridclient.store.rounds import KEPT, RoundNote, note, notes
from sync.replica import Replica

AT = datetime(2026, 10, 31, 19, 30)


def test_rounds_are_told_newest_first(replica: Replica) -> None:
    note(replica, RoundNote(AT, "与中心一致", up=3))
    note(replica, RoundNote(AT + timedelta(hours=1), "与中心一致", down=2, clashes=1))

    assert [(one.up, one.down, one.clashes) for one in notes(replica)] == [(0, 2, 1), (3, 0, 0)]


def test_idle_rounds_that_end_alike_keep_only_the_last(replica: Replica) -> None:
    note(replica, RoundNote(AT, "与中心一致", up=3))
    for minutes in range(50):
        note(replica, RoundNote(AT + timedelta(minutes=minutes), "中心没有应答"))

    told = notes(replica)
    assert [one.words for one in told] == ["中心没有应答", "与中心一致"]
    assert told[0].at == AT + timedelta(minutes=49)


def test_old_rounds_go(replica: Replica) -> None:
    for minutes in range(KEPT + 5):
        note(replica, RoundNote(AT + timedelta(minutes=minutes), "与中心一致", up=1))

    assert len(notes(replica)) == KEPT
