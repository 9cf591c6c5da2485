"""定稿台账 as records: the content in parts of bounded size, found again by number, and proven to be what was signed."""

import base64
import hashlib

from sqlmodel import col
import zstandard

from gridclient.errors import Unfit
from gridclient.records.filed import PART_MOST, FrozenLedger, FrozenPart
from gridclient.rules.filing import drawer, drawer_of, next_number
from sync.replica import Replica

LEVEL = 9  # ten times as fast as 15, and one part in twenty larger
CONTENT_MOST = 256 * 1024 * 1024  # bytes unpacked
DAMAGED = "这份定稿台账损坏了", "内容和定稿时的校验不一致，不能重印。请找存有纸质件的人核对，或联系社区内勤。"
INCOMPLETE = "这份定稿台账还没有收全", "请先同步一次，内容到齐以后再打开。"


def keep(replica: Replica, ledger: FrozenLedger, content: bytes) -> None:
    """Save a ledger with its content in one step; what it is called and where it belongs must be set already."""
    packed = zstandard.ZstdCompressor(level=LEVEL).compress(content)
    text = base64.b64encode(packed).decode("ascii")
    pieces = [text[at : at + PART_MOST] for at in range(0, len(text), PART_MOST)]
    ledger.sha256, ledger.parts = hashlib.sha256(content).hexdigest(), len(pieces)
    parts = [
        FrozenPart(area=ledger.area, ledger=ledger.id, place=place, content=piece)
        for place, piece in enumerate(pieces)
    ]
    replica.save(ledger, *parts)


def content_of(replica: Replica, ledger: FrozenLedger) -> bytes:
    """What :func:`keep` was given; Unfit while parts of it are missing, or when it is not what was signed."""
    found = replica.all(FrozenPart, FrozenPart.ledger == ledger.id, order=col(FrozenPart.place))
    by_place = {part.place: part.content for part in found}
    pieces = [by_place[place] for place in range(ledger.parts or 0) if place in by_place]
    if len(pieces) != ledger.parts:
        raise Unfit(*INCOMPLETE)
    try:
        packed = base64.b64decode("".join(pieces), validate=True)
        with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
            content = reader.read(CONTENT_MOST)
    except (ValueError, zstandard.ZstdError) as error:
        raise Unfit(*DAMAGED) from error
    if hashlib.sha256(content).hexdigest() != ledger.sha256:
        raise Unfit(*DAMAGED)
    return content


def ledgers(replica: Replica) -> list[FrozenLedger]:
    """Every frozen ledger that was not withdrawn, the newest first."""
    newest = (col(FrozenLedger.at).desc(), col(FrozenLedger.id).desc())
    return list(replica.all(FrozenLedger, order=newest))


def numbered(replica: Replica, number: str) -> FrozenLedger:
    """The frozen ledger with this number; Unfit when there is none."""
    found = replica.all(FrozenLedger, FrozenLedger.number == number.strip().upper())
    if not found:
        raise Unfit(f"没有编号为“{number}”的定稿台账", "请检查编号；别的电脑定稿的，先同步一次。")
    return found[0]


def new_number(replica: Replica, year: int) -> str:
    """The next number of this laptop; one that was withdrawn is not given again."""
    every = replica.all(FrozenLedger, col(FrozenLedger.number).startswith(f"TZ{year}-"), removed=True)
    return next_number(year, replica.origin, [ledger.number for ledger in every])


def place_for(replica: Replica, scope: str, home: str) -> str:
    """The area of a ledger about ``scope``, as this laptop may write it; Unfit when it may not."""
    return drawer(scope, _held(replica) or [home])


def is_all(replica: Replica, ledger: FrozenLedger, home: str) -> bool:
    """Whether all that this laptop holds is what a ledger of everything told of."""
    return {drawer_of(area) for area in _held(replica) or [home]} == {ledger.area}


def _held(replica: Replica) -> list[str]:
    scope = replica.scope()
    return [area for area in scope.areas if area.isdigit()] if scope else []
