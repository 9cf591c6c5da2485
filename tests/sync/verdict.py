"""What must hold when the storm is over: nothing lost, nobody stuck, everybody agreed."""

import json
from typing import Any

import msgspec

from sync.errors import Offline
from sync.merge import written_of
from sync.protocol import Document, Scope
from tests.sync.history import History
from tests.sync.ledger import Edit, aside, kept, written
from tests.sync.site import FIELDS, Seat

PASSES = 12


class Lost(AssertionError):
    """Something somebody typed is nowhere."""


class Divided(AssertionError):
    """Two ends do not hold the same."""


class Stuck(AssertionError):
    """Something waits that nothing would ever move."""


def judge(history: History) -> None:
    """Let the line be good and everybody come to rest; Lost, Divided or Stuck when a promise was broken."""
    _calm(history)
    documents = history.centre.documents()
    _nothing_is_lost(history)
    _what_was_saved_together_stays_together(history)
    _whoever_saw_a_value_replaced_it(history, documents)
    for seat in history.seats:
        if not seat.revoked:
            _agrees(history, seat, documents)
    for document in documents:
        if document.kind == "toy_house" and document.body.get("street") != document.body.get("number"):
            raise Divided("a group mixes two authors")


def _calm(history: History) -> None:
    seats = [seat for seat in history.seats if not seat.revoked]
    for seat in history.seats:
        if seat.revoked:
            history.hand_over(seat)
    for _pass in range(PASSES):
        quiet = True
        for seat in seats:
            history.world.ms += 1000
            with history.world.at(seat.astray):
                try:
                    done = seat.laptop.round(agreed_removal=True)
                except Offline:  # A connection the centre closed when its power went.
                    quiet = False
                    continue
            if done.alarm:
                raise Divided("one record keeps differing")
            if done.repaired and not (seat.spoilt or history.ledger.went_back):
                raise Divided("a digest differed that nobody had spoilt")
            quiet = quiet and done.agreed and not (done.up or done.down)
        if quiet:
            break
    else:
        raise Stuck("the laptops do not come to rest")
    if any(seat.laptop.replica.pending() for seat in seats):
        raise Stuck("a queue is stuck")


def _nothing_is_lost(history: History) -> None:
    refused = [r.change for seat in history.seats for r in seat.laptop.replica.refused()]
    set_aside = aside(history.centre) + written(refused)
    lost = history.ledger.lost(kept(history.centre), set_aside)
    if lost := [edit for edit in lost if not _beyond_reach(history, edit)]:
        raise Lost(f"{lost[:3]} nowhere")


def _beyond_reach(history: History, edit: Edit) -> bool:
    """The one known limit: two copies of a laptop under one name, a centre restored, and the record gone from both.

    The numbers of the one are then taken for those of the other; a record still held would be offered whole.
    """
    author = history.seats[edit.seat]
    origins = author.origins | {author.laptop.replica.origin}
    copies = [
        s for s in history.seats if s is not author and origins & (s.origins | {s.laptop.replica.origin})
    ]
    held = any(
        seat.laptop.replica._books.read("SELECT 1 FROM sync_held WHERE id = ?", edit.id)
        for seat in (author, *copies)
        if not seat.revoked
    )
    return bool(copies) and history.restored and not held


def _what_was_saved_together_stays_together(history: History) -> None:
    if history.ledger.went_back:
        return
    set_aside, known = aside(history.centre), {edit.token for edit in history.ledger.edits}
    for one, other in history.ledger.pairs:
        if {one, other} <= known and (one in set_aside) != (other in set_aside):
            raise Divided(f"{one} and {other} were saved together")


def _whoever_saw_a_value_replaced_it(history: History, documents: list[Document]) -> None:
    """Causality beats any clock: what stands is nothing somebody replaced who saw it. Unless it was chosen again."""
    if history.ledger.went_back:
        return
    shown = {
        (d.id, group): d.body.get(fields[0])
        for d in documents
        for group, fields in FIELDS.get(d.kind, {}).items()
    }
    standing = aside(history.centre)
    for edit in history.ledger.edits:
        at = (edit.id, edit.group)
        taken = edit.token not in standing and at not in history.ledger.chosen
        if taken and edit.saw and shown.get(at) == edit.saw:
            raise Lost(f"{edit} replaced what stands there")


def _agrees(history: History, seat: Seat, documents: list[Document]) -> None:
    mine = Scope(gen=0, areas=history.centre.areas_of(seat.account))
    # An own stamp counts as seen whatever its number: a refused move may leave an older one behind.
    own = seat.origins | {seat.laptop.replica.origin}
    there = {d.id: _told(d, own) for d in documents if mine.covers(d.area)}
    here = _held(seat, own)
    if history.ledger.went_back:
        # What was offered back in vain stays, by itself, until somebody who may write it sends it.
        for (id_,) in seat.laptop.replica._books.read("SELECT id FROM sync_held WHERE ver = 0"):
            here.pop(id_, None)
    if here != there:
        differ = [id_ for id_ in here.keys() | there.keys() if here.get(id_) != there.get(id_)]
        raise Divided(f"{seat.account}: {[(here.get(i), there.get(i)) for i in sorted(differ)[:2]]}")
    replica = seat.laptop.replica
    refused = {refusal.change.id for refusal in replica.refused()}
    for kind in seat.laptop.kinds:
        for (id_,) in replica._books.read(f'SELECT id FROM "{kind.kind()}" WHERE ver = 0'):
            if id_ not in refused:
                raise Stuck(f"{id_} is held by nobody else, and nothing says why")


def _held(seat: Seat, own: set[str]) -> dict[str, Any]:
    """Everything a laptop holds, as the centre would tell it."""
    replica, found = seat.laptop.replica, {}
    for kind, shape in replica.shapes.items():
        for row in map(shape.read, replica._books.read(f"{shape.select} WHERE ver")):
            wrote = {group: (w[0], w[1]) for group, w in (row.stamps or {}).items()}
            stamps = {g: _stamp(wrote.get(g, wrote.get("")), own) for g in _groups(kind)}
            body = row.body | (row.unknown or {})
            found[row.id] = (kind, row.area, row.ver, _shown(body), stamps)
    for (stored,) in replica._books.read("SELECT body FROM sync_parked"):
        document = msgspec.json.decode(stored, type=Document)
        found[document.id] = _told(document, own)
    return found


def _told(document: Document, own: set[str]) -> Any:
    wrote = {g: written_of(document.stamps, g) for g in _groups(document.kind)}
    stamps = {g: _stamp((w.origin, w.mseq) if w else None, own) for g, w in wrote.items()}
    return (document.kind, document.area, document.ver, _shown(document.body), stamps)


def _stamp(found: tuple[str, int] | None, own: set[str]) -> tuple[str, int] | None:
    return ("own", 0) if found and found[0] in own else found


def _groups(kind: str) -> list[str]:
    return [*FIELDS.get(kind, ["settlement"]), "life", "area", "made"]


def _shown(body: dict[str, Any]) -> str:
    """What a body says; a field not named is blank."""
    said = {name: v for name, v in body.items() if v and name not in ("updated_at", "updated_by")}
    return json.dumps(said, sort_keys=True)
