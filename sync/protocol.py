"""The messages between a laptop and the centre, and the interface every centre offers.

The protocol itself is told in ``docs/protocol.md``. Messages are msgspec structs, JSON on the wire (zstd around it).
Those that come by the thousand hold nothing that could point back at them, so the garbage collector passes them by.
"""

from enum import IntEnum
from typing import Any, Protocol

import msgspec
import xxhash

PROTOCOL = 1
START_BUDGET = 64 * 1024  # compressed bytes a first answer may take; doubles on success, halves on a stall
_encode = msgspec.json.Encoder().encode
HOLDINGS_LIMIT = 4 * 1024 * 1024  # the largest request body the centre reads, decompressed


class Stamp(msgspec.Struct, gc=False, frozen=True, array_like=True, order=True):
    """The identity of one edit: which laptop's identity made it, and its number there.

    ``origin`` is drawn at random when a laptop begins, and again whenever it finds that it was restored or copied.
    """

    origin: str
    mseq: int


class Written(msgspec.Struct, gc=False, frozen=True, array_like=True):
    """Who wrote the present value of a group, and when (hybrid time, adjusted to the hub's clock)."""

    origin: str
    mseq: int
    hlc: int

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.origin, self.mseq)


class Change(msgspec.Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """One edit of one record: the only thing that ever travels up.

    ``groups`` holds whole groups (name → field → JSON value); ``base`` the stamp of the value the author was looking
    at, per group, absent when there was none. What was saved together carries the same ``tx`` (the first ``mseq``).
    ``area`` is where the record was when it was edited. ``at`` is a raw hybrid time; ``by`` an account name.
    ``base`` is sparse like ``stamps``: the key ``""`` stands for every group not listed. A removal names every group's
    stamp, so that the centre can tell an edit the remover had not seen. ``was`` holds the values the author was looking
    at, ``why`` the reason given for the edit. ``written`` is given when a laptop offers back what a restored centre
    forgot: who wrote each group first.
    """

    mseq: int
    tx: int
    kind: str
    id: str
    area: str
    groups: dict[str, dict[str, Any]]
    base: dict[str, Stamp] = {}
    at: int
    by: str
    made: bool = False
    was: dict[str, dict[str, Any]] = {}
    written: dict[str, Written] = {}
    why: str = ""


def fingerprint(change: Change) -> str:
    """32 hexadecimal digits that differ when anything in the change does: tells a repeat from a fork."""
    return mark(_encode(change)).hex()


def mark(told: bytes) -> bytes:
    """The 16 bytes of a change's fingerprint, from its JSON as msgspec writes it."""
    return xxhash.xxh3_128_digest(told)


class Document(msgspec.Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """One record as it is now, whatever its kind: the only thing that ever travels down."""

    id: str
    kind: str
    area: str
    ver: int
    body: dict[str, Any]
    stamps: dict[str, Written]
    removed: bool = False


class Verdict(IntEnum):
    """What became of one change."""

    APPLIED = 0
    CLASHED = 1  # applied in part or not at all; the losing value is kept and a conflict record asks
    REFUSED = 2  # could not be applied; stays visible on the laptop with its reason
    AGREED = 3  # the centre already held these values
    LATE = 4  # the author had lost the area; kept for the office to decide
    UNKNOWN = 5  # the centre has no such record (it went back in time): the laptop offers it whole


class Receipt(msgspec.Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """The centre's answer to one change, kept for ever so that a repeat gets the same answer."""

    mseq: int
    verdict: Verdict = Verdict.APPLIED
    title: str = ""
    advice: str = ""


class Have(msgspec.Struct, gc=False, frozen=True, array_like=True):
    """How far a laptop has come in one area, and its own digest once it has caught up."""

    cursor: int = 0
    digest: str | None = None


class Departure(msgspec.Struct, gc=False, frozen=True, array_like=True):
    """A record left this area for another one."""

    seq: int
    id: str
    to_area: str


class Stream(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """News of one area, from one cursor to another. ``more`` asks for a further round.

    ``digest`` (hexadecimal) is the hub's digest at ``to``, given when nothing more is waiting.
    ``echo`` lists, with the ver each got, records the laptop already holds as they are: nothing but its own changes
    came in between, and each applied plainly. ``records`` then holds only the others.
    """

    area: str
    since: int
    to: int
    records: list[Document] = []
    departures: list[Departure] = []
    echo: list[tuple[str, int]] = []
    more: bool = False
    digest: str | None = None


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What this laptop may hold: a generation number and area codes (prefixes; ``*`` is everyone's)."""

    gen: int
    areas: list[str]

    def covers(self, area: str) -> bool:
        """True for everyone's records, for the areas named and all beneath them, and for those above (read-only)."""
        return area == "*" or any(area.startswith(own) or own.startswith(area) for own in self.areas)


class Exchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A laptop's half of one round: what it made and how far it has come."""

    protocol: int = PROTOCOL
    schema: str = ""
    origin: str
    epoch: str = ""
    now: int
    changes: list[Change] = []
    have: dict[str, Have] = {}
    budget: int = START_BUDGET


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The centre's half of one round. ``acked`` is the last ``mseq`` of this origin that is safely stored.

    An ``epoch`` other than the one asked with means that the centre went back in time: the laptop sends its kept
    changes after ``acked`` again and starts every cursor at 0; nothing is wiped.
    """

    protocol: int = PROTOCOL
    epoch: str
    now: int
    acked: int
    receipts: list[Receipt] = []
    scope: Scope
    streams: list[Stream] = []
    backoff: float = 0.0


class BucketQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Asks what an area holds: its 256 bucket sums, or the records of the buckets named."""

    area: str
    buckets: list[int] = []


class BucketAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Bucket sums (hexadecimal) at ``head``, or, when buckets were named, their records."""

    area: str
    head: int
    sums: list[str] = []
    records: list[Document] = []


class HandIn(msgspec.Struct, frozen=True, kw_only=True):
    """What a withdrawn laptop still has to say: pending changes of one origin, oldest first."""

    origin: str
    now: int
    changes: list[Change]


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The last ``mseq`` of that origin the centre keeps under seal, for the office to look at."""

    upto: int


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A person at a laptop asks for a token. ``device`` names the machine for the office's list."""

    account: str
    password: str
    device: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A token for this laptop, and who its owner is to the centre."""

    token: str
    account: str
    name: str
    role: str
    scope: Scope
    hub: str


class Hub(Protocol):
    """The centre as a laptop sees it: in memory, on a database, or at the far end of a network.

    Every call may raise :class:`sync.errors.SyncError`; ``token`` is what ``sign_in`` gave.
    """

    def sign_in(self, request: SignIn) -> Signed:
        """Give a token to a known account with the right password; SignInNeeded otherwise."""

    def exchange(self, token: str, request: Exchange) -> Answer:
        """Take changes in, hand news out; Gap, Forked, SignInNeeded, Revoked or Refused otherwise."""

    def repair(self, token: str, request: BucketQuery) -> BucketAnswer:
        """Bucket sums or bucket records of one area, for a laptop whose digest differs."""

    def hand_in(self, token: str, request: HandIn) -> HandedIn:
        """Take the pending changes of a withdrawn laptop under seal; Refused for one that is not withdrawn."""
