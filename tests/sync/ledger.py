"""What was typed in a history, and the question asked of every word of it in the end: where is it now."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from sync.protocol import Change
from tests.sync.centre import Witness

# What a centre keeps in its history alone: the loser of what was offered back to it, a second removal of one record.
QUIET = {"recovered", "forgotten", "agreed"}
ASIDE = {"late", "refused"}


@dataclass
class Edit:
    """A value somebody typed: a token nobody else types, over ``saw``, the token that stood there.

    ``fragile`` edits are on no laptop any more that could send them again.
    """

    token: str
    id: str
    group: str
    saw: str
    seat: int
    fragile: bool = False


@dataclass
class Ledger:
    """Every edit of a history. ``undone`` are removals taken back, ``pairs`` tokens saved together.

    ``excused`` are tokens lost by what people did, which nobody promised to keep; ``went_back`` becomes true when a centre or a laptop was restored or copied: from then on, edits may be gone.
    """

    edits: list[Edit] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    chosen: set[tuple[str, str]] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)
    went_back: bool = False
    typed: int = 0
    turn: int = 0

    def token(self) -> str:
        self.typed += 1
        return f"t{self.typed}."

    def loosen(self, seat: int, centre: Witness, waiting: str) -> None:
        """Nobody can count on this laptop any more to send again what it sent before; ``waiting`` it still sends."""
        known = told(centre) + waiting
        for edit in self.edits:
            if edit.seat == seat:
                edit.fragile = True
                if edit.token not in known:
                    self.excused.add(edit.token)

    def excuse(self, gone: Iterable[str]) -> None:
        """These may be lost."""
        self.excused.update(gone)

    def forget_this_turn(self) -> None:
        """What was typed since ``turn`` was never saved."""
        gone = {f"t{number}." for number in range(self.turn + 1, self.typed + 1)}
        self.edits = [edit for edit in self.edits if edit.token not in gone]

    def lost(self, kept: str, aside: str) -> list[Edit]:
        """The edits that are neither kept, nor set aside in words, nor replaced by somebody who saw them."""
        replaced = set(self.undone)
        mine = {(e.token, e.seat) for e in self.edits}
        # Who writes over a word of their own that was refused lets it go, even when refused again.
        replaced |= {e.saw for e in self.edits if e.token in aside and (e.saw, e.seat) in mine}
        while more := {e.saw for e in self.edits if e.token in replaced or e.token in kept} - replaced:
            replaced |= more
        found = self.excused | replaced
        return [e for e in self.edits if not (e.token in found or e.token in kept or e.token in aside)]


def told(centre: Witness) -> str:
    """Every word a centre could tell of what it was given, refused or not."""
    lines = "".join(line.old + line.new for line in centre.lines() if line.outcome != "unknown")
    return _records(centre) + lines + written(centre.sealed())


def kept(centre: Witness) -> str:
    """Every word that stands: in a record, a conflict, or as the loser of what was offered back."""
    return _records(centre) + "".join(t.old + t.new for t in centre.lines() if t.outcome in QUIET)


def aside(centre: Witness) -> str:
    """Every word the centre did not take but keeps."""
    return "".join(t.new for t in centre.lines() if t.outcome in ASIDE) + written(centre.sealed())


def written(changes: Iterable[Change]) -> str:
    """Every word these changes would write."""
    return msgspec.json.encode([change.groups for change in changes]).decode()


def _records(centre: Witness) -> str:
    return msgspec.json.encode([document.body for document in centre.documents()]).decode()
