"""Rounds are told line by line, and a quiet evening does not push the telling ones out."""

from datetime import datetime, timedelta
import json

from gridclient.records import OrgUnit
from gridclient.store.rounds import KEPT, META, RoundNote, note, notes
from sync.digest import receipt_number
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
    line = [AT.isoformat(), "与中心一致", 1]
    replica.set_meta(META, json.dumps([line] * KEPT))

    note(replica, RoundNote(AT + timedelta(minutes=1), "与中心一致", up=2))

    told = notes(replica)
    assert (len(told), told[0].up) == (KEPT, 2)


def test_a_round_that_sent_something_has_a_receipt_two_people_can_compare(replica: Replica) -> None:
    replica.save(OrgUnit(name="桂花社区", level="community", area="519901001001"))
    replica.acknowledge(1, [])

    note(replica, RoundNote(AT, "与中心一致", up=1, sent=900, received=120))
    note(replica, RoundNote(AT, "与中心一致", down=3))

    idle, sent = notes(replica)
    assert idle.receipt == ""
    assert sent.receipt == receipt_number(replica.origin, 1)
    assert sent.receipt.startswith(f"{replica.origin[:4].upper()}-1-")
    assert (sent.sent, sent.received) == (900, 120)


def test_a_receipt_covers_what_the_centre_has_and_not_what_waits(replica: Replica) -> None:
    for name in ("甲", "乙"):
        replica.save(OrgUnit(name=name, level="community", area="519901001001"))
    replica.acknowledge(1, [])

    note(replica, RoundNote(AT, "中心没有应答", up=1))

    assert notes(replica)[0].receipt == receipt_number(replica.origin, 1)


def test_what_an_older_or_a_newer_program_noted_is_read(replica: Replica) -> None:
    line = [AT.isoformat(), "与中心一致", 3, 2, 0, 1]
    replica.set_meta(META, json.dumps([line, [*line, 10, 20, "ABCD-3-1", "later"]]))

    old, new = notes(replica)

    assert old == RoundNote(AT, "与中心一致", up=3, down=2, clashes=1)
    assert (new.received, new.receipt) == (20, "ABCD-3-1")
